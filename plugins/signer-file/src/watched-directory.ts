import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { INDEX_FILE, type KeyDirectory, readKeyDirectory } from './key-directory.js';

/**
 * The keys as they are at the moment: the folder is read again when it, or its index, has changed. So a key that is made or
 * revoked by a command counts at once, without a restart. What cannot be read throws, and nothing is signed.
 */
export function watchedDirectory(directory: string, active: string | undefined, now: () => Date): () => Promise<KeyDirectory> {
  let known: { readonly stamp: string; readonly keys: KeyDirectory } | undefined;
  return async () => {
    const stamp = await stampOf(directory);
    if (known?.stamp === stamp) return known.keys;
    const keys = await readKeyDirectory(directory, { now: now(), ...(active !== undefined && { active }) });
    known = { stamp, keys };
    return keys;
  };
}

async function stampOf(directory: string): Promise<string> {
  const [folder, index] = await Promise.all(
    [directory, join(directory, INDEX_FILE)].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return [folder, index].map((found) => (found ? `${found.ino} ${found.mtimeNs} ${found.size}` : '')).join('|');
}
