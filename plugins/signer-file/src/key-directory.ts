import { readdir, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Logger } from '@divoc/core/api';
import type { SignerKey } from '@divoc/core/internal';
import { createKeys, HASH_KEY_FILE } from './create-keys.js';
import { type FileKey, readKey, readSecret } from './key-files.js';
import { SignerError } from './signer-error.js';

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
  readonly hashKey: Buffer;
}

/** `keys.json` beside the keys, optional: which key signs, and when others ended. */
interface Index {
  readonly active?: string;
  readonly keys?: Readonly<Record<string, { readonly revoked?: string; readonly expires?: string }>>;
}

/** Opens the folder of keys, or makes it when that is allowed. Throws a SignerError that says how to mend what is wrong. */
export async function openKeyDirectory(options: KeyDirectoryOptions): Promise<KeyDirectory> {
  const directory = resolve(options.home, options.directory);
  if ((await entries(directory)).length === 0) {
    if (!options.mayCreate) throw missing(directory, 'there are no signing keys');
    const created = await createKeys(directory);
    if (created) options.log.info({ key: created, directory }, 'made a signing key for development');
  }
  const names = (await entries(directory)).filter((name) => name.endsWith('.pem')).sort();
  if (names.length === 0) throw missing(directory, 'the folder holds no signing key (*.pem)');
  const files = await Promise.all(names.map((name) => readKey(join(directory, name))));
  const index = await readIndex(join(directory, 'keys.json'), files);
  const active = activeKey(files, options.active ?? index.active, directory);
  const keys = files.map(({ id }) => ({ id, publicKeyMultibase: id, active: id === active, ...dates(index, id) }));
  refuseEnded(keys, options.now);
  return { keys, files: new Map(files.map((key) => [key.id, key])), hashKey: await readHashKey(directory) };
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

/** One key signs; which one is never guessed from dates of files. */
function activeKey(files: readonly FileKey[], wanted: string | undefined, directory: string): string {
  const ids = files.map(({ id }) => id);
  if (wanted !== undefined && ids.includes(wanted)) return wanted;
  if (wanted !== undefined)
    throw new SignerError('SIGNER_ACTIVE_UNKNOWN', `${directory} holds no key ${wanted}`, `Set 'active' to one of ${ids.join(', ')}.`);
  if (ids.length === 1) return ids[0] as string;
  throw new SignerError(
    'SIGNER_ACTIVE_UNCLEAR',
    `${directory} holds ${ids.length} keys and none is chosen`,
    `Set 'active' to one of ${ids.join(', ')}.`,
  );
}

async function readIndex(file: string, files: readonly FileKey[]): Promise<Index> {
  const invalid = (what: string, options?: ErrorOptions) =>
    new SignerError(
      'SIGNER_INDEX_INVALID',
      `${file}: ${what}`,
      'Write { "active": "<key id>", "keys": { "<key id>": { "revoked": "<RFC 3339>", "expires": "<RFC 3339>" } } }.',
      options,
    );
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '{}';
    throw error;
  });
  let index: Index;
  try {
    index = JSON.parse(text) as Index;
  } catch (cause) {
    throw invalid('it is not JSON', { cause });
  }
  if (typeof index !== 'object' || index === null || Array.isArray(index)) throw invalid('it is not an object');
  // A misspelt id or member must not leave a revoked key trusted.
  for (const name of Object.keys(index)) if (name !== 'active' && name !== 'keys') throw invalid(`'${name}' is not known`);
  for (const [id, ends] of Object.entries(index.keys ?? {})) {
    if (!files.some((key) => key.id === id)) throw invalid(`there is no key ${id}`);
    for (const [name, instant] of Object.entries(ends)) {
      if (name !== 'revoked' && name !== 'expires') throw invalid(`'${name}' of ${id} is not known`);
      if (typeof instant !== 'string' || Number.isNaN(Date.parse(instant))) throw invalid(`'${name}' of ${id} is not an instant`);
    }
  }
  return index;
}

function dates(index: Index, id: string): { revoked?: string; expires?: string } {
  return Object.hasOwn(index.keys ?? {}, id) ? { ...index.keys?.[id] } : {};
}

function refuseEnded(keys: readonly SignerKey[], now: Date): void {
  const active = keys.find((key) => key.active);
  const ended =
    active?.revoked !== undefined
      ? 'revoked'
      : active?.expires !== undefined && now.getTime() > Date.parse(active.expires)
        ? 'expired'
        : undefined;
  if (ended)
    throw new SignerError(
      'SIGNER_ACTIVE_ENDED',
      `the active key ${active?.id} is ${ended}`,
      "Add a new key beside it and set 'active' to that.",
    );
}

async function readHashKey(directory: string): Promise<Buffer> {
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
