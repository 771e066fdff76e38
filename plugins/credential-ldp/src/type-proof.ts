import type { CredentialType, Sign, TrustedKey } from '@divoc/core/api';
import { addCompiledProof, compiledProofHolds } from './compiled/compiled-proof.js';
import { plansOf } from './compiled/type-plans.js';
import { addProof, type ProofKey, type ProofOptions, proofHolds } from './data-integrity.js';
import { pinnedLoader } from './document-loader.js';
import { SELECTIVE, suiteKey } from './general/suites.js';

/** A certificate type's document, and the URL under which certificates name it. */
export interface KnownType {
  readonly type: CredentialType['document'];
  readonly url: string;
}

/** Adds a proof to a certificate of the house: as it was compiled, or by the library what was not. */
export async function addTypeProof({ type, url }: KnownType, document: object, options: ProofOptions, sign: Sign): Promise<object> {
  const plans = await plansOf(type, url);
  const proved = plans && (await addCompiledProof(plans, document, options, sign));
  return proved ?? addProof(document, options, sign, pinnedLoader(new Map([[url, type]])));
}

/** True when the proof of a certificate of the house, whose exact shape has been checked, is a signature by this key. */
export async function typeProofHolds(known: KnownType, document: object, key: TrustedKey & ProofKey): Promise<boolean> {
  const { type, url } = known;
  const { proof, ...unsecured } = document as { readonly proof?: Readonly<Record<string, unknown>> };
  if (proof?.cryptosuite === SELECTIVE) return derivedTypeProofHolds(known, unsecured, proof, key);
  const plans = await plansOf(type, url);
  const holds = plans && (await compiledProofHolds(plans, document, key));
  return holds ?? proofHolds(document, key, new Map([[url, type]]));
}

async function derivedTypeProofHolds(
  { type, url }: KnownType,
  document: Readonly<Record<string, unknown>>,
  proof: Readonly<Record<string, unknown>>,
  key: TrustedKey,
): Promise<boolean> {
  const { jwk } = suiteKey(SELECTIVE, key) ?? {};
  // Loaded where there is such a proof: most verifiers never see one.
  const { derivedProofHolds } = await import('./selective/derived-proof.js');
  return jwk !== undefined && derivedProofHolds(document, proof, jwk, new Map([[url, type]]));
}
