import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isInstant, parseStrictJson } from '../../api/index.js';
import { isRecord, TrustBundleError } from '../../verifier/trust-bundle-error.js';
import type { SeenBundles } from '../../verifier/trust-pins.js';

/** The newest bundle of each issuer that was relied on, in a file: `{ "did:web:…": "<RFC 3339>" }`. */
export interface SeenFile {
  /** Throws a TrustBundleError for a file that cannot be read: what is forgotten could be rolled back. */
  read(): SeenBundles;
  /** Throws a TrustBundleError where it cannot be written. */
  write(seen: SeenBundles): void;
}

/** The file need not exist. */
export function seenFile(file: string): SeenFile {
  const fault = (what: string, cause: unknown) =>
    new TrustBundleError(`${file} remembers the newest trust files and cannot be ${what}. Mend it, or take it away to begin anew`, {
      cause,
    });
  return {
    read() {
      try {
        const seen = parseStrictJson(readFileSync(file));
        if (!isRecord(seen) || !Object.values(seen).every(isInstant)) throw new TypeError('no instants by DID');
        return seen as SeenBundles;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
        throw fault('read', error);
      }
    },
    write(seen) {
      try {
        mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
        const draft = `${file}.${process.pid}.draft`;
        writeFileSync(draft, `${JSON.stringify(seen, null, 2)}\n`, { mode: 0o600 });
        renameSync(draft, file);
      } catch (error) {
        throw fault('written', error);
      }
    },
  };
}
