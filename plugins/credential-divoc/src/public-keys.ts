import { fromBase64url, isSignedBy, jwkOf, type PublicJwk, type TrustedKey } from '@divoc/core/api';
import type { Algorithm } from './divoc-document.js';

const HASH_BYTES = 32;
/** RSA keys of fewer bits can be broken, and those of more take long to try. */
const RSA_BITS = { least: 2_048, most: 8_192 };

/** Is this key of the kind that the algorithm needs? */
export function fits(key: TrustedKey, algorithm: Algorithm): boolean {
  const jwk = jwkOf(key);
  if (!jwk) return false;
  return algorithm === 'EdDSA' ? jwk.kty === 'OKP' && jwk.crv === 'Ed25519' : rsaBits(jwk) !== undefined;
}

/** True when this key has signed these bytes. */
export async function hasSigned(key: TrustedKey, algorithm: Algorithm, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const jwk = jwkOf(key);
  if (!jwk) return false;
  if (algorithm === 'EdDSA') return isSignedBy(jwk, 'Ed25519', bytes, signature);
  // PS256 has a salt as long as the hash, and DIVOC kept to it; some libraries take the longest that fits the key.
  return (await isSignedBy(jwk, 'PS256', bytes, signature)) || hasLongestSalt(jwk, signature, bytes);
}

async function hasLongestSalt(jwk: PublicJwk, signature: Uint8Array, bytes: Uint8Array): Promise<boolean> {
  const bits = rsaBits(jwk);
  if (bits === undefined) return false;
  const members = { kty: 'RSA', n: jwk.n as string, e: jwk.e as string };
  const key = await crypto.subtle.importKey('jwk', members, { name: 'RSA-PSS', hash: 'SHA-256' }, false, ['verify']);
  // RFC 8017, 9.1.1: what the encoded message holds beside the hash and two bytes.
  const saltLength = Math.ceil((bits - 1) / 8) - HASH_BYTES - 2;
  return crypto.subtle.verify({ name: 'RSA-PSS', saltLength }, key, signature, bytes);
}

/** The length of a modulus that is neither too short nor too long; undefined for anything else. */
function rsaBits(jwk: PublicJwk): number | undefined {
  if (jwk.kty !== 'RSA' || typeof jwk.n !== 'string' || typeof jwk.e !== 'string') return undefined;
  const modulus = fromBase64url(jwk.n);
  const first = modulus?.findIndex((byte) => byte !== 0) ?? -1;
  if (!modulus || first < 0) return undefined;
  const bits = (modulus.length - first - 1) * 8 + (modulus[first] ?? 0).toString(2).length;
  return bits >= RSA_BITS.least && bits <= RSA_BITS.most ? bits : undefined;
}
