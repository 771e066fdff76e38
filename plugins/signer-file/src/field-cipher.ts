import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';
import type { FieldCipher } from '@divoc/core/internal';
import { SignerError } from '@divoc/core/internal';

const VERSION = 'v1.';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * AES-256-GCM (NIST SP 800-38D) under a key derived from `hash.key`, so that one file to keep safe is enough.
 *
 * A random IV of 96 bits bears 2^32 values; a deployment that nears that has other keys by then.
 */
export function fieldCipherOf(secret: Uint8Array): FieldCipher {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'divoc field cipher v1', 32));
  return {
    async encrypt(text, place) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(place, 'utf8'));
      const sealed = Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      return VERSION + sealed.toString('base64url');
    },
    async decrypt(token, place) {
      try {
        if (!token.startsWith(VERSION)) throw new Error('not a value of this cipher');
        const sealed = Buffer.from(token.slice(VERSION.length), 'base64url');
        const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(
          Buffer.from(place, 'utf8'),
        );
        decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
        return Buffer.concat([decipher.update(sealed.subarray(IV_BYTES, -TAG_BYTES)), decipher.final()]).toString('utf8');
      } catch (cause) {
        const fix = 'Restore hash.key of the time when it was written, or the row from the backup.';
        throw new SignerError('FIELD_UNREADABLE', `a value of ${place} cannot be decrypted`, fix, { cause });
      }
    },
  };
}
