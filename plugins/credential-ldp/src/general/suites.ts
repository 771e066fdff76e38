import { type SuiteKey, suiteKeyOf, type TrustedKey } from '@divoc/core/api';

/** The suites over RDFC-1.0: all of Data Integrity, and one from before it. */
export type SuiteName = (typeof DATA_INTEGRITY)[number] | 'Ed25519Signature2020';

const DATA_INTEGRITY = ['eddsa-rdfc-2022', 'ecdsa-rdfc-2019', 'ecdsa-sd-2023'] as const;

/** The suite whose proofs have two forms: one for the holder, and those that are derived from it for verifiers. */
export const SELECTIVE = 'ecdsa-sd-2023';

/** The suite that a proof names, if it is one of these. */
export function suiteNameOf({ type, cryptosuite }: { readonly type?: unknown; readonly cryptosuite?: unknown }): SuiteName | undefined {
  if (type === 'Ed25519Signature2020') return cryptosuite === undefined ? type : undefined;
  return type === 'DataIntegrityProof' ? DATA_INTEGRITY.find((suite) => suite === cryptosuite) : undefined;
}

/** The key as this suite uses it, or undefined when it is none of the suite's. */
export function suiteKey(suite: SuiteName, key: TrustedKey): SuiteKey | undefined {
  const fitting = suiteKeyOf(suite.startsWith('ecdsa') ? 'ecdsa' : 'eddsa', key);
  // Statements are signed by themselves, with P-256 alone (https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-sd-2023).
  return suite === SELECTIVE && fitting?.algorithm !== 'ES256' ? undefined : fitting;
}
