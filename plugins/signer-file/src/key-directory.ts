import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import type { Logger } from '@divoc/core/api';
import type { SignerKey } from '@divoc/core/internal';
import { SignerError } from '@divoc/core/internal';
import { createKeys, HASH_KEY_FILE } from './create-keys.js';
import { type FileKey, readKey, readSecret } from './key-files.js';
import { activeOf, FIRST_PURPOSE, isPurpose, type KeyIndex, readIndex } from './key-index.js';

export interface KeyDirectoryOptions {
  readonly home: string;
  readonly directory: string;
  readonly active?: string;
  readonly mayCreate: boolean;
  readonly now: Date;
  readonly log: Logger;
}

/** The keys, checked. Private parts stay KeyObjects, which do not print. */
export interface KeyDirectory {
  readonly keys: readonly SignerKey[];
  readonly files: ReadonlyMap<string, FileKey>;
  readonly index: KeyIndex;
}

export const INDEX_FILE = 'keys.json';

/** Makes the folder of keys where there is none and that is allowed. Throws a SignerError where it is not. */
export async function ensureKeys({ home, directory: name, mayCreate, log }: KeyDirectoryOptions): Promise<string> {
  const directory = resolve(home, name);
  if ((await entries(directory)).length > 0) return directory;
  if (!mayCreate) throw missing(directory, 'there are no signing keys');
  const created = await createKeys(directory);
  if (created) log.info({ key: created, directory }, 'made a signing key for development');
  return directory;
}

/** Reads the folder as it is now. Throws a SignerError that says how to mend what is wrong. */
export async function readKeyDirectory(
  directory: string,
  { active: chosen, now }: Pick<KeyDirectoryOptions, 'active' | 'now'>,
): Promise<KeyDirectory> {
  const names = (await entries(directory)).filter((name) => name.endsWith('.pem') && !name.startsWith('.')).sort();
  if (names.length === 0) throw missing(directory, 'the folder holds no signing key (*.pem)');
  const files = await Promise.all(names.map((name) => readKey(join(directory, name))));
  const index = await readIndex(
    join(directory, INDEX_FILE),
    files.map(({ id }) => id),
  );
  const wanted: Readonly<Record<string, string>> = { ...activeOf(index), ...(chosen !== undefined && { [FIRST_PURPOSE]: chosen }) };
  const known = files.map((file) => {
    const { purpose = purposeOf(file), ...ends } = index.keys?.[file.id] ?? {};
    return { file, purpose, ...ends };
  });
  const active = new Map<string, string>();
  for (const purpose of new Set([...known.map((key) => key.purpose), ...Object.keys(wanted)])) {
    const ids = known.filter((key) => key.purpose === purpose).map(({ file }) => file.id);
    active.set(purpose, activeKey(purpose, ids, wanted[purpose], directory));
  }
  const keys = known.map(({ file: { id, algorithm, certificates }, purpose, ...ends }) => ({
    id,
    purpose,
    algorithm,
    publicKeyMultibase: id,
    ...(certificates && { certificates }),
    active: active.get(purpose) === id,
    ...ends,
  }));
  refuseEnded(keys, now);
  return { keys, files: new Map(files.map((key) => [key.id, key])), index };
}

/** A key says in its name what it is for, as it is made: `hcert.zDn….pem`. So a key that has come into being has its purpose. */
function purposeOf({ id, file }: FileKey): string {
  const [first, second] = basename(file, '.pem').split('.');
  return second === id && isPurpose(first) ? first : FIRST_PURPOSE;
}

async function entries(directory: string): Promise<string[]> {
  return readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

function missing(directory: string, what: string): SignerError {
  const make = `openssl genpkey -algorithm ed25519 -out '${directory}/issuer.pem' && openssl rand -out '${directory}/${HASH_KEY_FILE}' 32`;
  return new SignerError(
    'SIGNER_KEY_MISSING',
    `${directory}: ${what}`,
    `Make them once and keep a copy: umask 077 && mkdir -p '${directory}' && ${make}`,
  );
}

/** One key of a purpose signs; which one is never guessed from dates of files. */
function activeKey(purpose: string, ids: readonly string[], wanted: string | undefined, directory: string): string {
  const setting = purpose === FIRST_PURPOSE ? "'active'" : `'active' of ${purpose} in ${INDEX_FILE}`;
  if (wanted !== undefined && ids.includes(wanted)) return wanted;
  if (wanted !== undefined)
    throw new SignerError(
      'SIGNER_ACTIVE_UNKNOWN',
      `${directory} holds no key ${wanted} for ${purpose}`,
      `Set ${setting} to one of ${ids.join(', ')}.`,
    );
  if (ids.length === 1) return ids[0] as string;
  throw new SignerError(
    'SIGNER_ACTIVE_UNCLEAR',
    `${directory} holds ${ids.length} keys for ${purpose} and none is chosen`,
    `Set ${setting} to one of ${ids.join(', ')}.`,
  );
}

function refuseEnded(keys: readonly SignerKey[], now: Date): void {
  for (const { id, active, purpose, revoked, expires } of keys) {
    if (!active) continue;
    const ended = revoked !== undefined ? 'revoked' : expires !== undefined && now.getTime() > Date.parse(expires) ? 'expired' : undefined;
    if (ended)
      throw new SignerError(
        'SIGNER_ACTIVE_ENDED',
        `the active key ${id} for ${purpose} is ${ended}`,
        "Add a new key beside it and set 'active' to that (divoc keys make).",
      );
  }
}

export async function readHashKey(directory: string): Promise<Buffer> {
  const file = join(directory, HASH_KEY_FILE);
  const key = await readSecret(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new SignerError(
      'HASH_KEY_MISSING',
      `${file} is missing`,
      'Restore it from the backup: with another one, nobody who is registered will be recognised.',
    );
  });
  if (key.length !== 32)
    throw new SignerError('HASH_KEY_INVALID', `${file} has ${key.length} bytes, not 32`, 'Restore it from the backup.');
  return key;
}
