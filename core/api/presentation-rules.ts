import type { PresentationRequest, Verdict } from './ports/credential-format.js';
import { meetsRequest } from './proof-keys.js';
import { outsideValidity } from './trusted-key.js';
import { isObject, listOf } from './vc-members.js';
import { refusedVerdict, verifiedVerdict } from './verdict.js';

/** Is this a presentation (VC 1.1 or 2.0), and every proof of it one of these? Looks at its shape alone. */
export function isSignedPresentation(document: unknown, isOwnProof: (proof: Record<string, unknown>) => boolean): boolean {
  if (!isObject(document)) return false;
  const proofs = listOf(document.proof);
  const isSigned = proofs.length > 0 && proofs.every((proof) => isObject(proof) && isOwnProof(proof));
  return isSigned && listOf(document.type).includes('VerifiablePresentation');
}

/** What to say of a presentation whose proofs hold: were they made for this request, and has none ended? */
export function presentationVerdict(
  proofs: readonly { readonly domain?: unknown; readonly challenge?: unknown; readonly expires?: string | undefined }[],
  request: PresentationRequest,
  claims: NonNullable<Verdict['claims']>,
  at: Date,
): Verdict {
  if (!meetsRequest(proofs, request)) return refusedVerdict('REQUEST_NOT_MET', claims);
  const hasEnded = proofs.some(({ expires }) => outsideValidity({ validUntil: expires }, at) !== undefined);
  return hasEnded ? refusedVerdict('PROOF_EXPIRED', claims) : verifiedVerdict(claims);
}
