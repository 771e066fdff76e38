import { type JoseAlgorithm, jwkOf, type PublicJwk, type TrustedKey } from '@divoc/core/api';

/** The suites over RDFC-1.0: all of Data Integrity, and one from before it. */
export type SuiteName = 'eddsa-rdfc-2022' | 'ecdsa-rdfc-2019' | 'Ed25519Signature2020';

export type HashName = 'SHA-256' | 'SHA-384';

/** A key as a suite uses it. */
export interface SuiteKey {
  readonly jwk: PublicJwk;
  readonly algorithm: JoseAlgorithm;
  /** Of the canonical forms; P-384 goes with the longer one (https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-rdfc-2019). */
  readonly hash: HashName;
}

/** The suite that a proof names, if it is one of these. */
export function suiteNameOf({ type, cryptosuite }: { readonly type?: unknown; readonly cryptosuite?: unknown }): SuiteName | undefined {
  if (type === 'Ed25519Signature2020') return cryptosuite === undefined ? type : undefined;
  const isKnown = type === 'DataIntegrityProof' && (cryptosuite === 'eddsa-rdfc-2022' || cryptosuite === 'ecdsa-rdfc-2019');
  return isKnown ? cryptosuite : undefined;
}

/** The key as this suite uses it, or undefined when it is none of the suite's. */
export function suiteKey(suite: SuiteName, key: TrustedKey): SuiteKey | undefined {
  const jwk = jwkOf(key);
  const isEcdsa = suite === 'ecdsa-rdfc-2019';
  if (isEcdsa && jwk?.crv === 'P-256') return { jwk, algorithm: 'ES256', hash: 'SHA-256' };
  if (isEcdsa && jwk?.crv === 'P-384') return { jwk, algorithm: 'ES384', hash: 'SHA-384' };
  return !isEcdsa && jwk?.crv === 'Ed25519' ? { jwk, algorithm: 'Ed25519', hash: 'SHA-256' } : undefined;
}
