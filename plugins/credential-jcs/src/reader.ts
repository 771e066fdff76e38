import {
  type FormatReader,
  jsonSnapshot,
  outsideValidity,
  refusedVerdict,
  type Trust,
  trustedKey,
  VC_CONTEXT,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { brokenRule, issuerOf, type JcsCredential } from './credential-rules.js';
import { CRYPTOSUITE, proofHolds } from './data-integrity.js';
import { isObject } from './member-forms.js';

/** Reads W3C Verifiable Credentials 2.0 with eddsa-jcs-2022; in a browser as well. */
export const reader: FormatReader = { recognises, open };

function recognises(document: unknown): boolean {
  if (!isObject(document) || !isObject(document.proof) || document.proof.cryptosuite !== CRYPTOSUITE) return false;
  const contexts = document['@context'];
  return Array.isArray(contexts) && contexts[0] === VC_CONTEXT;
}

/**
 * Format → key → signature → validity; the first that fails gives the verdict.
 *
 * The certificate type need not be known here: the signature covers the text itself, whatever its contexts say.
 */
async function open(input: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  if (!recognises(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const credential = document as JcsCredential & Record<string, unknown>;
  if (brokenRule(credential) !== undefined) return refusedVerdict('RULES_OF_VC');
  const key = trustedKey(proofClaim(credential, at), trust);
  if (typeof key === 'string') return refusedVerdict(key);
  if (!(await proofHolds(credential, key))) return refusedVerdict('SIGNATURE_WRONG');
  const { '@context': _, proof, ...claims } = credential;
  const outside = outsideValidity(credential, at);
  if (outside) return refusedVerdict(outside, claims);
  return outsideValidity({ validUntil: proof.expires }, at) ? refusedVerdict('PROOF_EXPIRED', claims) : verifiedVerdict(claims);
}

export const proofClaim = (credential: JcsCredential, at: Date) => ({
  issuer: issuerOf(credential),
  verificationMethod: credential.proof.verificationMethod,
  created: credential.proof.created,
  at,
});
