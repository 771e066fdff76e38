import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { certificatesPem, type SealingNeeds } from '@divoc/core/api';
import type { KeyStore, SignerKey } from '@divoc/core/internal';
import { SignerError } from '@divoc/core/internal';
import { type Authority, authorityCertificate, certificateRequest, chainOf, signerCertificate } from './certificates.js';
import { replaceDurably, writeDurably } from './create-keys.js';
import { INDEX_FILE, type KeyDirectory } from './key-directory.js';
import { certificateFile, type FileKey, publicId } from './key-files.js';
import { activeOf, type KeyIndex } from './key-index.js';

/** The purpose of the key with which certificates of other keys are signed. */
const AUTHORITY = 'authority';

export interface KeyStoreOptions {
  readonly directory: string;
  readonly current: () => Promise<KeyDirectory>;
  /** Whose certificates are made here; without it, they come from an authority elsewhere. */
  readonly authority?: Authority;
  readonly now: () => Date;
}

/**
 * Makes and ends keys in the folder. Each step leaves a folder that can be read: the key that is active is named before
 * another one of its purpose comes, and the new one is activated last.
 */
export function keyStoreOf({ directory, current, authority, now }: KeyStoreOptions): KeyStore {
  const change = async (edit: (index: KeyIndex) => KeyIndex) => {
    const { index } = await current();
    await replaceDurably(join(directory, INDEX_FILE), `${JSON.stringify(edit(index), null, 2)}\n`);
  };
  const activate = (purpose: string, id: string) => change((index) => ({ ...index, active: { ...activeOf(index), [purpose]: id } }));
  const fileOf = async (id: string): Promise<FileKey> => {
    const file = (await current()).files.get(id);
    if (!file) throw new SignerError('SIGNER_KEY_UNKNOWN', `there is no key ${id}`, 'divoc keys list shows those that there are.');
    return file;
  };
  const keyOf = async (id: string): Promise<SignerKey> => (await current()).keys.find((key) => key.id === id) as SignerKey;

  const add = async (purpose: string, key: KeyObject, chain?: string): Promise<SignerKey> => {
    const earlier = (await current()).keys.find((known) => known.purpose === purpose && known.active);
    if (earlier) await activate(purpose, earlier.id);
    const id = publicId(key);
    const file = join(directory, `${purpose}.${id}.pem`);
    // The certificate first: a key without one could not be used, and a certificate without a key hurts nobody.
    if (chain !== undefined) await writeDurably(certificateFile(file), chain);
    await writeDurably(file, key.export({ format: 'pem', type: 'pkcs8' }));
    if (earlier || (await current()).keys.filter((known) => known.purpose === purpose).length > 1) await activate(purpose, id);
    return keyOf(id);
  };

  const ownAuthority = async (whose: Authority): Promise<{ key: KeyObject; certificate: string }> => {
    const known = (await current()).keys.find(({ purpose, active }) => purpose === AUTHORITY && active);
    const made = known ?? (await makeAuthority(whose));
    const { privateKey } = await fileOf(made.id);
    return { key: privateKey, certificate: certificatesPem(made.certificates ?? []) };
  };
  const makeAuthority = async (whose: Authority): Promise<SignerKey> => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    return add(AUTHORITY, privateKey, await authorityCertificate(privateKey, whose, now()));
  };

  return {
    async make({ purpose, algorithm, certificate = false }: SealingNeeds) {
      const { privateKey } =
        algorithm === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
      const chain = certificate && authority ? await signerCertificate(privateKey, await ownAuthority(authority), now()) : undefined;
      return add(purpose, privateKey, chain);
    },
    async revoke(id) {
      const key = await keyOf((await fileOf(id)).id);
      if (key.active)
        throw new SignerError(
          'SIGNER_KEY_ACTIVE',
          `the key ${id} is the active one for ${key.purpose}`,
          `Make its successor first: divoc keys make --purpose ${key.purpose}`,
        );
      const revoked = key.revoked ?? now().toISOString();
      await change((index) => ({ ...index, keys: { ...index.keys, [id]: { ...index.keys?.[id], revoked } } }));
      return keyOf(id);
    },
    async certificateRequest(id) {
      const { privateKey, algorithm } = await fileOf(id);
      if (algorithm !== 'ES256')
        throw new SignerError('SIGNER_KEY_UNFIT', `the key ${id} is ${algorithm}`, 'Certificates are for keys of P-256.');
      if (!authority)
        throw new SignerError(
          'SIGNER_AUTHORITY_UNKNOWN',
          'nobody is named as the subject of certificates',
          "Set 'authority' of the signer: { country, organization }.",
        );
      return certificateRequest(privateKey, authority);
    },
    async certify(id, chain) {
      const file = await fileOf(id);
      chainOf(chain, file.privateKey, 'the chain');
      await replaceDurably(certificateFile(file.file), chain);
      return keyOf(id);
    },
  };
}
