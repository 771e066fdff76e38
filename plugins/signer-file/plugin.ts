import { definePlugin } from '@divoc/core/api';
import { fieldCipher, keyedHash, signer } from '@divoc/core/internal';
import { fieldCipherOf } from './src/field-cipher.js';
import { openKeyDirectory } from './src/key-directory.js';
import { keyedHashOf, signerOf } from './src/signer.js';

interface Config {
  readonly directory: string;
  readonly active?: string;
}

export default definePlugin<Config>()({
  id: 'signer-file',
  summary: 'Ed25519 keys in files that only the owner can read.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      directory: { type: 'string', minLength: 1, default: 'keys', description: 'Folder of the keys, relative to the data folder.' },
      active: { type: 'string', pattern: '^z6Mk', description: 'Id of the key that signs; needed as soon as there are several.' },
    },
  },
  provides: { signer, keyedHash, fieldCipher },
  async setup({ config, profile, home, log, clock }) {
    const keys = await openKeyDirectory({ ...config, home, log, mayCreate: profile === 'development', now: clock.now() });
    return { ports: { signer: signerOf(keys), keyedHash: keyedHashOf(keys), fieldCipher: fieldCipherOf(keys.hashKey) } };
  },
});
