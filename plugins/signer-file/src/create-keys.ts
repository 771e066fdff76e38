import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { publicId } from './key-files.js';

export const HASH_KEY_FILE = 'hash.key';

/**
 * Makes a folder with one signing key and the hash key, whole or not at all. Returns the key's id, or undefined when
 * another process was first.
 *
 * The folder is filled under another name and then renamed: the system lets exactly one of two processes do so,
 * and a crash leaves either no folder or a complete one.
 */
export async function createKeys(directory: string): Promise<string | undefined> {
  await mkdir(dirname(directory), { recursive: true });
  const draft = await mkdtemp(join(dirname(directory), `.${basename(directory)}-`));
  try {
    const { privateKey } = generateKeyPairSync('ed25519');
    const id = publicId(privateKey);
    await writeDurably(join(draft, `${id}.pem`), privateKey.export({ format: 'pem', type: 'pkcs8' }));
    await writeDurably(join(draft, HASH_KEY_FILE), randomBytes(32));
    await syncDirectory(draft);
    await rename(draft, directory);
    await syncDirectory(dirname(directory));
    return id;
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}

/** Writes a new file that only its owner can read; it is there after a crash. */
export async function writeDurably(file: string, content: string | Buffer): Promise<void> {
  const handle = await open(file, 'wx', 0o600);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Puts a file in the place of another one, whole or not at all. */
export async function replaceDurably(file: string, content: string): Promise<void> {
  const draft = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  await writeDurably(draft, content);
  await rename(draft, file);
  await syncDirectory(dirname(file));
}

async function syncDirectory(directory: string): Promise<void> {
  // Windows cannot open a folder; its renames are durable by themselves.
  if (process.platform === 'win32') return;
  const handle = await open(directory, 'r');
  await handle.sync().finally(() => handle.close());
}
