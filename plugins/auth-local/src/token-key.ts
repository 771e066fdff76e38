import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { link, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LocalAuthError } from './local-auth-error.js';

const KEY_BYTES = 32;

export interface TokenKey {
  readonly file: string;
  /** As a KeyObject it does not print. */
  readonly secret: KeyObject;
  readonly isNew: boolean;
}

/**
 * The key of this data folder, made at its first use: there is no default that two machines could share.
 * Throws a LocalAuthError for a key that other users can read, or that is none.
 */
export async function openTokenKey(home: string): Promise<TokenKey> {
  const file = join(home, 'auth-local.key');
  const kept = await readKey(file);
  if (kept) return { file, secret: kept, isNew: false };
  const isNew = await makeKey(home, file);
  const made = await readKey(file);
  if (made) return { file, secret: made, isNew };
  throw new LocalAuthError('AUTH_KEY_VANISHED', `${file} was removed while it was being made`, 'Start again');
}

async function readKey(file: string): Promise<KeyObject | undefined> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    // Of the open file, so that it cannot be exchanged between the look and the reading.
    const { mode } = await handle.stat();
    // Windows has no such bits; its folders inherit access control lists instead.
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw new LocalAuthError(
        'AUTH_KEY_EXPOSED',
        `${file} is open to other users (mode ${(mode & 0o777).toString(8)})`,
        'Remove it; the next start makes another, and all tokens end',
      );
    }
    const bytes = await handle.readFile();
    if (bytes.length === KEY_BYTES) return createSecretKey(bytes);
    throw new LocalAuthError(
      'AUTH_KEY_INVALID',
      `${file} has ${bytes.length} bytes, not ${KEY_BYTES}`,
      'Remove it; the next start makes another',
    );
  } finally {
    await handle.close();
  }
}

/**
 * Makes the file whole or not at all: written under another name, then linked, which the system lets exactly one of
 * several processes do. True when this one was it.
 */
async function makeKey(home: string, file: string): Promise<boolean> {
  const draft = join(home, `.auth-local-${randomBytes(8).toString('hex')}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(randomBytes(KEY_BYTES));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await link(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
