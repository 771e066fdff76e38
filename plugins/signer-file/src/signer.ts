import { createHmac, sign } from 'node:crypto';
import type { KeyedHash, Signer } from '@divoc/core/internal';
import type { KeyDirectory } from './key-directory.js';
import { SignerError } from './signer-error.js';

export function signerOf({ keys, files }: KeyDirectory): Signer {
  return {
    keys: async () => keys,
    async sign(keyId, data) {
      const key = files.get(keyId);
      if (!key)
        throw new SignerError(
          'SIGNER_KEY_UNKNOWN',
          `there is no key ${keyId}`,
          'Put its file back: something that was promised still waits for its signature.',
        );
      // A retired key may finish what it had begun; a revoked one may not.
      if (keys.some(({ id, revoked }) => id === keyId && revoked !== undefined)) {
        throw new SignerError('SIGNER_KEY_REVOKED', `the key ${keyId} is revoked`, 'Use the active key.');
      }
      return new Uint8Array(sign(null, data, key.privateKey));
    },
  };
}

export function keyedHashOf({ hashKey }: KeyDirectory): KeyedHash {
  return {
    async hash(...parts) {
      const hmac = createHmac('sha256', hashKey);
      // Each part with its length, so that ('ab', 'c') and ('a', 'bc') differ.
      for (const part of parts) {
        const bytes = Buffer.from(part, 'utf8');
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        hmac.update(length).update(bytes);
      }
      return hmac.digest('base64url');
    },
  };
}
