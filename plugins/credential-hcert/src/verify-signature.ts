import { isSignedBy, jwkOf, type TrustedKey } from '@divoc/core/api';
import type { Cbor } from './cbor-reader.js';
import type { CoseSign1 } from './cose-sign1.js';

/** COSE algorithms of health certificates: ECDSA with SHA-256, and RSASSA-PSS with SHA-256 and a salt as long (RFC 9053). */
export const ES256 = -7;
const PS256 = -37;

const ALGORITHMS = new Map<Cbor, 'ES256' | 'PS256'>([
  [ES256, 'ES256'],
  [PS256, 'PS256'],
]);

export const isKnownAlgorithm = (algorithm: Cbor): boolean => ALGORITHMS.has(algorithm);

/** The first of these keys whose signature it is, or undefined. A key of another kind than the algorithm's has signed nothing. */
export async function signerAmong(keys: readonly TrustedKey[], cose: CoseSign1): Promise<TrustedKey | undefined> {
  const algorithm = ALGORITHMS.get(cose.algorithm);
  for (const key of keys) {
    const jwk = jwkOf(key);
    if (!jwk || !algorithm) continue;
    for (const signed of cose.signed) if (await isSignedBy(jwk, algorithm, signed, cose.signature)) return key;
  }
  return undefined;
}
