import { definePlugin } from '@divoc/core/api';
import { fieldCipher, keyedHash, keyStore, signer } from '@divoc/core/internal';
import type { Authority } from './src/certificates.js';
import { fieldCipherOf } from './src/field-cipher.js';
import { ensureKeys, readHashKey } from './src/key-directory.js';
import { keyStoreOf } from './src/key-store.js';
import { keyedHashOf, signerOf } from './src/signer.js';
import { watchedDirectory } from './src/watched-directory.js';

interface Config {
  readonly directory?: string;
  readonly active?: string;
  readonly authority?: Authority;
}

export default definePlugin<Config>()({
  id: 'signer-file',
  summary: 'Ed25519 and P-256 keys, with their certificates, in files that only the owner can read.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      directory: {
        type: 'string',
        minLength: 1,
        description:
          "Folder of the keys, relative to the data folder. Default: keys; keys-<tenant> of a tenant with a name, since one tenant's keys are no other's.",
      },
      active: { type: 'string', pattern: '^z6Mk', description: 'Id of the key that signs credentials, where keys.json names none.' },
      authority: {
        type: 'object',
        additionalProperties: false,
        required: ['country', 'organization'],
        description: 'Whose certificates of document signers are made here. Without it they come from an authority elsewhere.',
        properties: {
          country: { type: 'string', pattern: '^[A-Z]{2}$', description: 'ISO 3166-1 alpha-2.' },
          organization: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[^,=+<>#;"\\\\]+$' },
        },
      },
    },
  },
  provides: { signer, keyStore, keyedHash, fieldCipher },
  async setup({ config: { directory: named, active, authority }, tenant, profile, home, log, clock }) {
    const folder = named ?? (tenant === 'main' ? 'keys' : `keys-${tenant}`);
    const mayCreate = profile === 'development';
    const directory = await ensureKeys({ home, directory: folder, mayCreate, now: clock.now(), log });
    const current = watchedDirectory(directory, active, () => clock.now());
    // What is wrong is told before anything is served.
    await current();
    const hashKey = await readHashKey(directory);
    const whose = authority ?? (mayCreate ? { country: 'XX', organization: 'Development' } : undefined);
    const store = keyStoreOf({ directory, current, now: () => clock.now(), ...(whose && { authority: whose }) });
    const ports = {
      signer: signerOf(current, store, mayCreate),
      keyStore: store,
      keyedHash: keyedHashOf(hashKey),
      fieldCipher: fieldCipherOf(hashKey),
    };
    return { ports };
  },
});
