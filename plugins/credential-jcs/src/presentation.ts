import {
  brokenPresentationRule,
  idOf,
  isObject,
  jsonSnapshot,
  keysOfHolder,
  listOf,
  meetsRequest,
  outsideValidity,
  type PresentationReader,
  type PresentationRequest,
  refusedVerdict,
  type Trust,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { isProofOf } from './credential-rules.js';
import { CRYPTOSUITE, proofsHold, readProofs } from './data-integrity.js';

/** Presentations with proofs of eddsa-jcs-2022. */
export const presentations: PresentationReader = { recognises, open };

function recognises(document: unknown): boolean {
  if (!isObject(document)) return false;
  const proofs = listOf(document.proof);
  const isSigned = proofs.length > 0 && proofs.every((proof) => isObject(proof) && proof.cryptosuite === CRYPTOSUITE);
  return isSigned && listOf(document.type).includes('VerifiablePresentation');
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
  if (!meetsRequest(proofs, request)) return refusedVerdict('REQUEST_NOT_MET', claims);
  const hasEnded = proofs.some(({ expires }) => outsideValidity({ validUntil: expires }, at) !== undefined);
  return hasEnded ? refusedVerdict('PROOF_EXPIRED', claims) : verifiedVerdict(claims);
}
