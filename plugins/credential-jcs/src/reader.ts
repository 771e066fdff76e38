import {
  type FormatReader,
  idOf,
  isObject,
  jsonSnapshot,
  keysOfProofs,
  listOf,
  outsideValidity,
  refusedVerdict,
  type Trust,
  VC_CONTEXT,
  VC1_CONTEXT,
  type Verdict,
  validityOf,
  verifiedVerdict,
} from '@divoc/core/api';
import { brokenRule, type JcsCredential } from './credential-rules.js';
import { isSuite, type Proof, proofsHold } from './data-integrity.js';
import { presentations } from './presentation.js';

/** Reads W3C Verifiable Credentials with proofs over JCS (eddsa-jcs-2022, ecdsa-jcs-2019); in a browser as well. */
export const reader: FormatReader = { recognises, open, presentations };

function recognises(document: unknown): boolean {
  if (!isObject(document)) return false;
  const proofs = listOf(document.proof);
  const [first] = listOf(document['@context']);
  const isCredential = (first === VC_CONTEXT || first === VC1_CONTEXT) && listOf(document.type).includes('VerifiableCredential');
  return isCredential && proofs.length > 0 && proofs.every((proof) => isObject(proof) && isSuite(proof.cryptosuite));
}

/**
 * Format → key → signatures → validity; the first that fails gives the verdict.
 *
 * The certificate type need not be known here: the signature covers the text itself, whatever its contexts say.
 */
async function open(input: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  if (!recognises(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const credential = document as JcsCredential & Record<string, unknown>;
  if (brokenRule(credential) !== undefined) return refusedVerdict('RULES_OF_VC');
  const proofs = listOf(credential.proof) as readonly Proof[];
  const keys = keysOfProofs(proofs, idOf(credential.issuer) as string, trust, at);
  if (typeof keys === 'string') return refusedVerdict(keys);
  if (!(await proofsHold(credential, keys))) return refusedVerdict('SIGNATURE_WRONG');
  const { '@context': _, proof: __, ...claims } = credential;
  const outside = outsideValidity(validityOf(credential), at);
  if (outside) return refusedVerdict(outside, claims);
  const hasEnded = proofs.some(({ expires }) => outsideValidity({ validUntil: expires }, at) !== undefined);
  return hasEnded ? refusedVerdict('PROOF_EXPIRED', claims) : verifiedVerdict(claims);
}
