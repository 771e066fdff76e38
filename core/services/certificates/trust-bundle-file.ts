import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { replaceFile } from '../../internal/replace-file.js';

/** What verifiers need of an issuer: public keys, certificate types, and what was revoked. Nothing in it is secret or personal. */
export interface TrustBundle {
  readonly divocTrust: 1;
  /** Our DID, when the bundle was dated (RFC 3339), and how long it may be relied on. */
  readonly issuer?: string;
  readonly issued?: string;
  readonly validUntil?: string;
  readonly didDocuments: readonly unknown[];
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly revocations: readonly {
    readonly issuer: string;
    /** When the list last changed; missing while it is empty. */
    readonly updated?: string;
    /** See `revocationHash`; sorted. */
    readonly hashes: readonly string[];
    /** The same of what is suspended; missing where nothing is. */
    readonly suspended?: readonly string[];
  }[];
  /** Signed lists of what was revoked, and of what is suspended, by URL. */
  readonly statusLists: Readonly<Record<string, unknown>>;
  /** See `signedBundle`; missing where there is no key for trust. */
  readonly proof?: unknown;
}

/**
 * Writes the issuer's own bundle to `<home>/trust/<tenant>.json`, where `divoc verify` and the verification service look.
 *
 * It outlives the database.
 */
export function writeTrustBundle(home: string, tenant: string, bundle: TrustBundle): void {
  const file = fileOf(home, tenant);
  const text = `${JSON.stringify(bundle, null, 2)}\n`;
  if (currentText(file) !== text) replaceFile(file, text);
}

/** The bundle that was written last; undefined where there is none that can be read, and a new one takes its place. */
export function writtenTrustBundle(home: string, tenant: string): TrustBundle | undefined {
  try {
    return JSON.parse(currentText(fileOf(home, tenant)) ?? 'null') ?? undefined;
  } catch {
    return undefined;
  }
}

const fileOf = (home: string, tenant: string): string => join(home, 'trust', `${tenant}.json`);

function currentText(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
