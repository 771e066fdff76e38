import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import type { JoseAlgorithm } from './jose-algorithm.js';
import type { PublicJwk } from './ports/credential-format.js';
import type { signatureHolds as byWebCrypto } from './signature-check.js';

const ecdsa = { dsaEncoding: 'ieee-p1363' } as const;
const ALGORITHMS: Readonly<Record<JoseAlgorithm, { readonly hash: string | null; readonly options: object }>> = {
  Ed25519: { hash: null, options: {} },
  ES256: { hash: 'sha256', options: ecdsa },
  ES384: { hash: 'sha384', options: ecdsa },
  ES512: { hash: 'sha512', options: ecdsa },
  PS256: { hash: 'sha256', options: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 } },
};

const keys = new WeakMap<PublicJwk, KeyObject>();

/**
 * What `signature-check.ts` gives; package.json says which of them `#signature-check` is. At once: WebCrypto's turn through the
 * thread pool costs as much again as a verification.
 */
export const signatureHolds: typeof byWebCrypto = async (jwk, members, algorithm, data, signature) => {
  try {
    const key = keys.get(jwk) ?? createPublicKey({ key: members as JsonWebKey, format: 'jwk' });
    keys.set(jwk, key);
    const { hash, options } = ALGORITHMS[algorithm];
    return verify(hash, data, { key, ...options }, signature);
  } catch {
    return false;
  }
};
