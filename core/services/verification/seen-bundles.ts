import { readFileSync } from 'node:fs';
import { isInstant, isObject, parseStrictJson } from '../../api/index.js';
import { replaceFile } from '../../internal/replace-file.js';
import { TrustBundleError } from '../../verifier/trust-bundle-error.js';
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
        if (!isObject(seen) || !Object.values(seen).every(isInstant)) throw new TypeError('no instants by DID');
        return seen as SeenBundles;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
        throw fault('read', error);
      }
    },
    write(seen) {
      try {
        replaceFile(file, `${JSON.stringify(seen, null, 2)}\n`);
      } catch (error) {
        throw fault('written', error);
      }
    },
  };
}
