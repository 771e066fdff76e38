import type { JoseAlgorithm } from './jose-algorithm.js';
import { jwkOf } from './multikey.js';
import type { PublicJwk, TrustedKey } from './ports/credential-format.js';

export type HashName = 'SHA-256' | 'SHA-384';

/** A key as the suites of Data Integrity use it. */
export interface SuiteKey {
  readonly jwk: PublicJwk;
  readonly algorithm: JoseAlgorithm;
  /** Of the canonical forms; P-384 goes with the longer one (https://www.w3.org/TR/vc-di-ecdsa/#algorithms). */
  readonly hash: HashName;
}

/** The key as a suite of this family uses it, or undefined when it is none of the family's. */
export function suiteKeyOf(family: 'eddsa' | 'ecdsa', key: TrustedKey): SuiteKey | undefined {
  const jwk = jwkOf(key);
  if (family === 'eddsa') return jwk?.crv === 'Ed25519' ? { jwk, algorithm: 'Ed25519', hash: 'SHA-256' } : undefined;
  if (jwk?.crv === 'P-256') return { jwk, algorithm: 'ES256', hash: 'SHA-256' };
  return jwk?.crv === 'P-384' ? { jwk, algorithm: 'ES384', hash: 'SHA-384' } : undefined;
}
