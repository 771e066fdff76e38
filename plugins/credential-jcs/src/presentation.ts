import {
  brokenPresentationRule,
  idOf,
  isObject,
  isSignedPresentation,
  jsonSnapshot,
  keysOfHolder,
  type PresentationReader,
  type PresentationRequest,
  presentationVerdict,
  refusedVerdict,
  type Trust,
  type Verdict,
} from '@divoc/core/api';
import { isProofOf } from './credential-rules.js';
import { isSuite, proofsHold, readProofs } from './data-integrity.js';

/** Presentations with proofs over JCS. */
export const presentations: PresentationReader = { recognises, open };

function recognises(document: unknown): boolean {
  return isSignedPresentation(document, (proof) => isSuite(proof.cryptosuite));
}

async function open(input: unknown, request: PresentationRequest, _trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  if (!isObject(document) || !recognises(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const proofs = readProofs(document.proof);
  const isSound = proofs?.every((proof) => isProofOf(proof, document, 'authentication'));
  if (!proofs || !isSound || brokenPresentationRule(document) !== undefined) return refusedVerdict('RULES_OF_VC');
  const keys = keysOfHolder(proofs, idOf(document.holder));
  if (!keys) return refusedVerdict('KEY_NOT_OF_HOLDER');
  if (!(await proofsHold(document, keys))) return refusedVerdict('SIGNATURE_WRONG');
  const { '@context': _, proof: __, verifiableCredential: ___, ...claims } = document;
  return presentationVerdict(proofs, request, claims, at);
}
