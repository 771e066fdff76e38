import { readFileSync } from 'node:fs';
import { parseStrictJson } from '../api/strict-json.js';
import { systemClock } from '../kernel/boot.js';
import { seenFile } from '../services/verification/seen-bundles.js';
import type { FolderPins } from '../services/verification/trust-folder.js';
import { UsageError } from './command.js';

/** What `--pin`, `--max-age` and `--seen` say, as plain data for the threads that verify as well. */
export interface PinSettings {
  /** Texts, or JWKs. */
  readonly keys: readonly unknown[];
  readonly maxAgeDays?: number;
  readonly seen?: string;
}

/** Undefined without `--pin`. Throws a UsageError for a value that is none. */
export function pinSettings({ pin, 'max-age': maxAge, seen }: Readonly<Record<string, unknown>>): PinSettings | undefined {
  if (pin === undefined) {
    if (maxAge !== undefined || seen !== undefined) throw new UsageError('--max-age and --seen need --pin: without it nothing is dated.');
    return undefined;
  }
  const maxAgeDays = maxAge === undefined ? undefined : Number(maxAge);
  if (maxAgeDays !== undefined && !(Number.isInteger(maxAgeDays) && maxAgeDays > 0))
    throw new UsageError('--max-age must be a whole number of days, like 14.');
  return {
    keys: (pin as readonly string[]).map(pinOf),
    ...(maxAgeDays !== undefined && { maxAgeDays }),
    ...(typeof seen === 'string' && { seen }),
  };
}

/** As the folder of trust files wants them. Their age is that of now, for whatever time certificates are judged. */
export function folderPins(settings: PinSettings | undefined): FolderPins | undefined {
  if (!settings) return undefined;
  const { seen, ...rest } = settings;
  return { ...rest, now: () => systemClock.now(), seen: seen === undefined ? undefined : seenFile(seen) };
}

/** A key as it stands, or a file with PEM or a JWK. */
function pinOf(given: string): unknown {
  if (/^(z[1-9A-HJ-NP-Za-km-z]{20,}|did:key:z.*)$/.test(given)) return given;
  try {
    const text = readFileSync(given, 'utf8');
    return text.trim().startsWith('{') ? parseStrictJson(text) : text;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `--pin must be a key (z6Mk…, did:key:z6Mk…) or a file with PEM or a JWK; ${given} cannot be read: ${code ?? message}`,
    );
  }
}
