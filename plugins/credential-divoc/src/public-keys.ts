import { fromMultibase, type PublicJwk, type TrustedKey } from '@divoc/core/api';
import { fromBase64url } from './detached-jws.js';
import type { Algorithm } from './divoc-document.js';

/** SHA-256 gives 32 bytes, and DIVOC's salt is as long; some libraries take the longest that fits the key. */
const HASH_BYTES = 32;
/** RSA keys of fewer bits can be broken, and those of more take long to try. */
const RSA_BITS = { least: 2_048, most: 8_192 };

/** Is this key of the kind that the algorithm needs? */
export const fits = (key: TrustedKey, algorithm: Algorithm): boolean =>
  algorithm === 'EdDSA' ? ed25519Bytes(key) !== undefined : rsaBits(key.publicKeyJwk) !== undefined;

/** True when this key has signed these bytes. */
export async function hasSigned(key: TrustedKey, algorithm: Algorithm, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  return algorithm === 'EdDSA' ? ed25519Holds(key, signature, bytes) : rsaHolds(key, signature, bytes);
}

async function ed25519Holds(key: TrustedKey, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const raw = ed25519Bytes(key);
  if (!raw || signature.length !== 64) return false;
  const publicKey = await crypto.subtle.importKey('raw', raw, { name: 'Ed25519' }, false, ['verify']);
  return crypto.subtle.verify({ name: 'Ed25519' }, publicKey, signature, bytes);
}

async function rsaHolds({ publicKeyJwk: jwk }: TrustedKey, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const bits = rsaBits(jwk);
  if (!jwk || bits === undefined) return false;
  // What else the JWK says (alg, use) is about other uses of the key, and WebCrypto would refuse it for this one.
  const members = { kty: 'RSA', n: jwk.n as string, e: jwk.e as string };
  const publicKey = await crypto.subtle.importKey('jwk', members, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['verify']);
  const longestSalt = Math.ceil((bits - 1) / 8) - HASH_BYTES - 2;
  for (const saltLength of [HASH_BYTES, longestSalt]) {
    if (await crypto.subtle.verify({ name: 'RSA-PSS', saltLength }, publicKey, signature, bytes)) return true;
  }
  return false;
}

/** The length of a modulus that is neither too short nor too long; undefined for anything else. */
function rsaBits(jwk: PublicJwk | undefined): number | undefined {
  if (jwk?.kty !== 'RSA' || typeof jwk.n !== 'string' || typeof jwk.e !== 'string') return undefined;
  const modulus = fromBase64url(jwk.n);
  if (!modulus) return undefined;
  const first = modulus.findIndex((byte) => byte !== 0);
  const bits = (modulus.length - first - 1) * 8 + (modulus[first] ?? 0).toString(2).length;
  return first >= 0 && bits >= RSA_BITS.least && bits <= RSA_BITS.most ? bits : undefined;
}

function ed25519Bytes({ publicKeyMultibase, publicKeyJwk: jwk }: TrustedKey): Uint8Array | undefined {
  const multikey = publicKeyMultibase === undefined ? undefined : fromMultibase(publicKeyMultibase);
  if (multikey?.length === 34 && multikey[0] === 0xed && multikey[1] === 0x01) return multikey.subarray(2);
  const raw = jwk?.kty === 'OKP' && jwk.crv === 'Ed25519' && typeof jwk.x === 'string' ? fromBase64url(jwk.x) : undefined;
  return raw?.length === 32 ? raw : undefined;
}
