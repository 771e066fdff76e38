import { fromBase64url, toBase64url } from '@divoc/core/api';
import { sha256 } from '@noble/hashes/sha2.js';
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { ALGORITHMS, type Algorithm, type DivocProof } from './divoc-document.js';

/** The one header that each algorithm may have (RFC 7797: the payload is not encoded, and not in the JWS). */
const HEADERS: Readonly<Record<Algorithm, string>> = {
  PS256: toBase64url(new TextEncoder().encode('{"alg":"PS256","b64":false,"crit":["b64"]}')),
  EdDSA: toBase64url(new TextEncoder().encode('{"alg":"EdDSA","b64":false,"crit":["b64"]}')),
};

/** `signature`: its bytes, or their base64url. */
export const detachedJws = (algorithm: Algorithm, signature: Uint8Array | string): string =>
  `${HEADERS[algorithm]}..${typeof signature === 'string' ? signature : toBase64url(signature)}`;

/** The signature of a proof, or undefined when its header is not exactly that of its type, or its text not the one of its bytes. */
export function signatureOf({ type, jws }: Pick<DivocProof, 'type' | 'jws'>): Uint8Array | undefined {
  const [header, payload, signature = '', ...others] = jws.split('.');
  if (header !== HEADERS[ALGORITHMS[type]] || payload !== '' || others.length > 0) return undefined;
  return signature === '' || signature.endsWith('=') ? undefined : fromBase64url(signature);
}

/** The bytes that are signed: the header, a point, and the SHA-256 of the statements of proof options and document. */
export function signedBytes(algorithm: Algorithm, optionStatements: string, statements: string): Uint8Array {
  return concatBytes(utf8ToBytes(`${HEADERS[algorithm]}.`), ...[optionStatements, statements].map((text) => sha256(utf8ToBytes(text))));
}
