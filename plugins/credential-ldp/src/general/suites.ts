import { type JoseAlgorithm, jwkOf, type PublicJwk, type TrustedKey } from '@divoc/core/api';

/** The suites over RDFC-1.0: all of Data Integrity, and one from before it. */
export type SuiteName = (typeof DATA_INTEGRITY)[number] | 'Ed25519Signature2020';

const DATA_INTEGRITY = ['eddsa-rdfc-2022', 'ecdsa-rdfc-2019', 'ecdsa-sd-2023'] as const;

/** The suite whose proofs have two forms: one for the holder, and those that are derived from it for verifiers. */
export const SELECTIVE = 'ecdsa-sd-2023';

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
  return type === 'DataIntegrityProof' ? DATA_INTEGRITY.find((suite) => suite === cryptosuite) : undefined;
}

/** The key as this suite uses it, or undefined when it is none of the suite's. */
export function suiteKey(suite: SuiteName, key: TrustedKey): SuiteKey | undefined {
  const jwk = jwkOf(key);
  const isEcdsa = suite === 'ecdsa-rdfc-2019' || suite === SELECTIVE;
  if (isEcdsa && jwk?.crv === 'P-256') return { jwk, algorithm: 'ES256', hash: 'SHA-256' };
  if (suite === 'ecdsa-rdfc-2019' && jwk?.crv === 'P-384') return { jwk, algorithm: 'ES384', hash: 'SHA-384' };
  return !isEcdsa && jwk?.crv === 'Ed25519' ? { jwk, algorithm: 'Ed25519', hash: 'SHA-256' } : undefined;
}
