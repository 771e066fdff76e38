import { isSignedBy, jwkOfMultikey, type PublicJwk, toMultibase } from '@divoc/core/api';
import { canonicalForm } from '#canonical-form';
import { baseBytes } from './base-proof.js';
import { labelsOf, renamed, sorted } from './blank-nodes.js';
import { readDerived } from './proof-value.js';

type Document = Readonly<Record<string, unknown>>;

/**
 * True when a document says what its issuer signed, and shows all that must be (https://www.w3.org/TR/vc-di-ecdsa/#verify-derived-proof-ecdsa-sd-2023).
 *
 * `jwk`: the issuer's key, P-256. `types`: of a certificate of the house, its type by URL. Throws an Error when the document
 * has no canonical form.
 */
export async function derivedProofHolds(
  { proof: _, ...document }: Document,
  proof: Document,
  jwk: PublicJwk,
  types?: ReadonlyMap<string, object>,
): Promise<boolean> {
  const value = readDerived(proof.proofValue);
  const own = value && jwkOfMultikey(toMultibase(value.publicKey));
  if (!value || own?.crv !== 'P-256') return false;
  const canonical = (await canonicalForm(document, 'SHA-256', types)).split('\n').slice(0, -1);
  // A name too many or too few: it is not what was derived.
  const labels = labelsOf(canonical);
  if (labels.size !== value.labels.size || [...labels].some((label) => !value.labels.has(label))) return false;
  const lines = sorted(canonical.map((line) => renamed(line, (label) => value.labels.get(label))));
  const places = new Set(value.mandatoryIndexes);
  if ([...places].some((place) => place >= lines.length)) return false;
  const [mandatory, others] = [lines.filter((_, at) => places.has(at)), lines.filter((_, at) => !places.has(at))];
  if (others.length !== value.signatures.length) return false;
  if (!(await isSignedBy(jwk, 'ES256', await baseBytes(document, proof, value.publicKey, mandatory), value.baseSignature))) return false;
  // One by one: what somebody has added to slow a verifier down ends with its first statement.
  for (const [at, line] of others.entries()) {
    const signature = value.signatures[at] as Uint8Array;
    if (!(await isSignedBy(own, 'ES256', new TextEncoder().encode(`${line}\n`), signature))) return false;
  }
  return true;
}
