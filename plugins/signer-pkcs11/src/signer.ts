import { createHash } from 'node:crypto';
import type { Signer } from '@divoc/core/internal';
import { SignerError } from '@divoc/core/internal';
import type { Token } from './token.js';
import type { TokenKey } from './token-keys.js';

/** CKM_ECDSA, over a digest and answering r||s; CKM_EDDSA of PKCS #11 3.0, over the data. */
const MECHANISMS = { ES256: 0x1041, Ed25519: 0x1057 } as const;
const SIGNATURE_BYTES = 64;

export function signerOf(token: Token, keys: () => Promise<readonly TokenKey[]>): Signer {
  return {
    keys: async () => (await keys()).map(({ privateKey: _, ...key }) => key),
    async active({ purpose, algorithm, certificate = false }) {
      const found = (await keys()).find((key) => key.purpose === purpose && key.active);
      const make = `Make a key pair with CKA_LABEL ${purpose} on the token (README of signer-pkcs11).`;
      if (!found) throw new SignerError('SIGNER_KEY_MISSING', `the token holds no key for ${purpose}`, make);
      const { privateKey: _, ...key } = found;
      if (key.algorithm !== algorithm)
        throw new SignerError('SIGNER_KEY_UNFIT', `the key ${key.id} for ${purpose} is ${key.algorithm}, not ${algorithm}`, make);
      if (certificate && !key.certificates)
        throw new SignerError(
          'SIGNER_CERTIFICATE_MISSING',
          `the token holds no certificate of the key ${key.id} for ${purpose}`,
          'Write it to the token, with those that signed it.',
        );
      return key;
    },
    async sign(id, data) {
      const key = (await keys()).find((known) => known.id === id);
      if (!key) throw new SignerError('SIGNER_KEY_UNKNOWN', `the token holds no key ${id}`, 'Put back the token that has it.');
      // A retired key may finish what it had begun; a revoked one may not.
      if (key.revoked !== undefined) throw new SignerError('SIGNER_KEY_REVOKED', `the key ${id} is revoked`, 'Use the active key.');
      const input = key.algorithm === 'ES256' ? createHash('sha256').update(data).digest() : Buffer.from(data);
      return token.run(async ({ library, handle }) => {
        library.C_SignInit(handle, { mechanism: MECHANISMS[key.algorithm] }, key.privateKey);
        return new Uint8Array(await library.C_SignAsync(handle, input, Buffer.alloc(SIGNATURE_BYTES)));
      });
    },
  };
}
