import { statSync } from 'node:fs';
import { join } from 'node:path';
import { INDEX_FILE, type KeyDirectory, readKeyDirectory } from './key-directory.js';

/**
 * The keys as they are at the moment: the folder is read again when it, or its index, has changed. So a key that is made or
 * revoked by a command counts at once, without a restart. What cannot be read throws, and nothing is signed.
 */
export function watchedDirectory(directory: string, active: string | undefined, now: () => Date): () => Promise<KeyDirectory> {
  let known: { readonly stamp: string; readonly keys: KeyDirectory } | undefined;
  return async () => {
    const stamp = stampOf(directory);
    if (known?.stamp === stamp) return known.keys;
    const keys = await readKeyDirectory(directory, { now: now(), ...(active !== undefined && { active }) });
    known = { stamp, keys };
    return keys;
  };
}

/** At once: it is asked with every signature, and takes some microseconds so, and a tenth of issuing by way of the thread pool. */
function stampOf(directory: string): string {
  return [directory, join(directory, INDEX_FILE)].map(stampOfOne).join('|');
}

function stampOfOne(path: string): string {
  try {
    const { ino, mtimeNs, size } = statSync(path, { bigint: true });
    return `${ino} ${mtimeNs} ${size}`;
  } catch {
    return '';
  }
}
