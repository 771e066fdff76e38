import { createPublicKey, hash, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { jwkOfMultikey, keptByName } from '@divoc/core/api';

// What `crypto.ts` gives, several times as fast; package.json says which of them `#crypto` is.

export const digestOf = (text: string): Uint8Array => hash('sha256', text, 'buffer');

export const hexOf = (text: string): string => hash('sha256', text, 'hex');

const keyOf = keptByName<KeyObject>((multikey) => {
  const jwk = jwkOfMultikey(multikey);
  return jwk?.crv === 'Ed25519' ? createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' }) : undefined;
});

/** At once: a turn through the thread pool costs as much again as the verification. */
export async function isEd25519Signature(multikey: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const key = keyOf(multikey);
  return key !== undefined && verify(null, bytes, key, signature);
}
