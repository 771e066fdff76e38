import { createHmac, sign } from 'node:crypto';
import type { KeyedHash, KeyStore, Signer } from '@divoc/core/internal';
import { SignerError } from '@divoc/core/internal';
import type { KeyDirectory } from './key-directory.js';
import type { FileKey } from './key-files.js';

/** `mayMake`: in development, a key that is asked for and not there is made. */
export function signerOf(current: () => Promise<KeyDirectory>, { make }: Pick<KeyStore, 'make'>, mayMake: boolean): Signer {
  return {
    keys: async () => (await current()).keys,
    async active(needs) {
      const { purpose, algorithm, certificate = false } = needs;
      const key = (await current()).keys.find((found) => found.purpose === purpose && found.active);
      if (!key && mayMake) return make(needs);
      const command = `divoc keys make --purpose ${purpose}`;
      if (!key) throw new SignerError('SIGNER_KEY_MISSING', `there is no key for ${purpose}`, `Make one: ${command}`);
      if (key.algorithm !== algorithm)
        throw new SignerError(
          'SIGNER_KEY_UNFIT',
          `the key ${key.id} for ${purpose} is ${key.algorithm}, not ${algorithm}`,
          `Make another: ${command}`,
        );
      if (certificate && !key.certificates)
        throw new SignerError(
          'SIGNER_CERTIFICATE_MISSING',
          `the key ${key.id} for ${purpose} has no certificate`,
          'Have one made: divoc keys request, then divoc keys certify.',
        );
      return key;
    },
    async sign(keyId, data) {
      const { keys, files } = await current();
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
      return signature(key, data);
    },
  };
}

function signature({ algorithm, privateKey }: FileKey, data: Uint8Array): Uint8Array {
  if (algorithm === 'Ed25519') return new Uint8Array(sign(null, data, privateKey));
  return new Uint8Array(sign('sha256', data, { key: privateKey, dsaEncoding: 'ieee-p1363' }));
}

export function keyedHashOf(hashKey: Buffer): KeyedHash {
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
