import { isSignedBy, jwkOfMultikey } from '@divoc/core/api';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

const encoder = new TextEncoder();

/** SHA-256 of a text's UTF-8, without waiting for it: WebCrypto's is asynchronous. */
export const digestOf = (text: string): Uint8Array => sha256(encoder.encode(text));

/** The same in lower-case hex. */
export const hexOf = (text: string): string => bytesToHex(digestOf(text));

/** True when this is the signature of these bytes by the Ed25519 key of a Multikey. */
export async function isEd25519Signature(multikey: string, bytes: Uint8Array, signature: Uint8Array): Promise<boolean> {
  const jwk = jwkOfMultikey(multikey);
  return jwk !== undefined && isSignedBy(jwk, 'Ed25519', bytes, signature);
}
