import {
  type CredentialType,
  contentHash,
  type FormatReader,
  isHouseContext,
  isObject,
  jsonSnapshot,
  listOf,
  outsideValidity,
  refusedVerdict,
  type Trust,
  trustedKey,
  type Verdict,
  type VerdictReason,
  verifiedVerdict,
} from '@divoc/core/api';
import { credentialShape, type LdpCredential } from './credential-schema.js';
import { isBaseProof } from './general/data-proof.js';
import { isRdfCredential, openGeneral } from './general/general-credential.js';
import { presentations } from './general/presentation.js';
import { SELECTIVE } from './general/suites.js';
import type { Shape } from './shape.js';
import { type KnownType, typeProofHolds } from './type-proof.js';

/** Reads certificates of the house, and credentials of anybody else, with proofs over RDFC-1.0; in a browser as well. */
export const reader: FormatReader = { recognises: isRdfCredential, open, presentations };

/** Format → key → signature → validity; the first that fails gives the verdict. */
async function open(input: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  if (!isRdfCredential(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  // Certificates of the house have one exact shape; whatever names one of its types is read in no other way.
  if (!listOf(document['@context']).some(isHouseContext)) return openGeneral(document, trust, at);
  if (listOf(document.proof).some(isBaseProof)) return refusedVerdict('PROOF_FOR_HOLDER');
  const known = knownType(document, trust);
  if (typeof known === 'string') return refusedVerdict(known);
  const { type, url } = known;
  if (!isCertificate(document, credentialShape(type, url, formOf(document)))) return refusedVerdict('SHAPE_NOT_EXACT');
  const key = trustedKey(proofClaim(document, at), trust);
  if (typeof key === 'string') return refusedVerdict(key);
  const holds = await typeProofHolds(known, document, key).catch(() => false);
  if (!holds) return refusedVerdict('SIGNATURE_WRONG');
  const claims = claimsOf(document);
  const outside = outsideValidity(document, at);
  if (outside) return refusedVerdict(outside, claims);
  return verifiedVerdict(claims);
}

const formOf = ({ proof }: Readonly<Record<string, unknown>>): 'whole' | 'derived' =>
  isObject(proof) && proof.cryptosuite === SELECTIVE ? 'derived' : 'whole';

const isCertificate = (document: unknown, shape: Shape): document is LdpCredential => shape(document) === undefined;

/** The certificate type that the contexts name, by content, in the one place where its issuer serves it. */
export function knownType(document: unknown, trust: Trust): KnownType | VerdictReason {
  const contexts = listOf((document as { readonly '@context'?: unknown })['@context']);
  const url = contexts[1];
  const hash = typeof url === 'string' ? /\/contexts\/([A-Za-z0-9_-]{43})$/.exec(url)?.[1] : undefined;
  if (contexts.length !== 2 || hash === undefined) return 'CONTEXT_NOT_EXACT';
  const type = trust.type(hash);
  if (!type) return 'CONTEXT_UNKNOWN';
  if (!hashMatches(type, hash)) return 'CONTEXT_ALTERED';
  return url === `${type.base}${hash}` ? { type, url } : 'CONTEXT_NOT_EXACT';
}

const hashes = new WeakMap<object, string>();

function hashMatches(type: CredentialType['document'], hash: string): boolean {
  if (!hashes.has(type)) hashes.set(type, contentHash(type));
  return hashes.get(type) === hash;
}

function claimsOf({ '@context': _, proof: __, ...claims }: LdpCredential): Readonly<Record<string, unknown>> {
  return claims;
}

export const proofClaim = ({ issuer, proof: { verificationMethod, created } }: LdpCredential, at: Date) => ({
  issuer,
  verificationMethod,
  created,
  at,
});
