import { type HashName, isSignedBy, type TrustedKey } from '@divoc/core/api';
import { canonicalForm } from '#canonical-form';
import type { DataProof } from './data-proof.js';
import { signedBytes } from './signed-bytes.js';
import { SELECTIVE, suiteKey } from './suites.js';

/**
 * True when every proof of a set or chain is a signature by its key (https://www.w3.org/TR/vc-data-integrity/#proof-chains).
 *
 * `keys`: the key of each proof. `houseTypes`: see `canonicalForm`. Throws an Error when the document has no canonical form.
 */
export async function proofsHold(
  document: Readonly<Record<string, unknown>>,
  proofs: readonly DataProof[],
  keys: readonly TrustedKey[],
  houseTypes?: ReadonlyMap<string, object>,
): Promise<boolean> {
  // Proofs that name no other cover the same document: it is put in order once for all of them.
  const forms = new Map<HashName, Promise<string>>();
  const formOf = (unsecured: Readonly<Record<string, unknown>>, hash: HashName): Promise<string> => {
    const form = forms.get(hash) ?? canonicalForm(unsecured, hash, houseTypes);
    forms.set(hash, form);
    return form;
  };
  for (const [index, proof] of proofs.entries()) {
    const key = suiteKey(proof.suite, keys[index] as TrustedKey);
    if (!key) return false;
    if (proof.suite === SELECTIVE) {
      // Loaded where there is such a proof: most verifiers never see one.
      const { derivedProofHolds } = await import('../selective/derived-proof.js');
      // What was signed statement by statement cannot cover other proofs as well.
      if (proof.previous.length > 0 || !(await derivedProofHolds(document, proof.source, key.jwk, houseTypes))) return false;
      continue;
    }
    const covered = coveredBy(document, proof, proofs);
    const form = proof.previous.length === 0 ? formOf(covered, key.hash) : canonicalForm(covered, key.hash, houseTypes);
    const data = await signedBytes(covered['@context'], proof.source, key.hash, await form);
    if (!(await isSignedBy(key.jwk, key.algorithm, data, proof.signature))) return false;
  }
  return true;
}

/** The document with the proofs that this one names, as they stand beside it. */
export function coveredBy(
  document: Readonly<Record<string, unknown>>,
  { previous }: Pick<DataProof, 'previous'>,
  proofs: readonly Pick<DataProof, 'id' | 'source'>[],
): Readonly<Record<string, unknown>> {
  const { proof: _, ...unsecured } = document;
  if (previous.length === 0) return unsecured;
  const named = proofs.filter(({ id }) => id !== undefined && previous.includes(id));
  return { ...unsecured, proof: named.map(({ source }) => source) };
}
