import {
  brokenCredentialRule,
  idOf,
  isObject,
  keysOfProofs,
  listOf,
  outsideValidity,
  refusedVerdict,
  type Trust,
  VC_CONTEXT,
  VC1_CONTEXT,
  type Verdict,
  type VerdictReason,
  validityOf,
  verifiedVerdict,
} from '@divoc/core/api';
import { type DataProof, isBaseProof, readProofs } from './data-proof.js';
import { areContextsKnown } from './pinned-contexts.js';
import { hasPlainNames, spoken } from './plain-names.js';
import { proofsHold } from './proofs-hold.js';
import { doResourcesFit } from './related-resource.js';
import { suiteNameOf } from './suites.js';

type Document = Readonly<Record<string, unknown>>;

/** A credential of either version of the data model, all of whose proofs are of suites over RDFC-1.0. */
export function isRdfCredential(document: unknown): document is Document {
  if (!isObject(document)) return false;
  const [first] = listOf(document['@context']);
  const proofs = listOf(document.proof);
  return (
    (first === VC_CONTEXT || first === VC1_CONTEXT) &&
    listOf(document.type).includes('VerifiableCredential') &&
    proofs.length > 0 &&
    proofs.every((proof) => isObject(proof) && suiteNameOf(proof) !== undefined)
  );
}

/**
 * Format → key → signatures → validity of a credential of any issuer and type, under pinned contexts alone.
 *
 * `document` is plain JSON, and names no certificate type of the house.
 */
export async function openGeneral(document: Document, trust: Trust, at: Date): Promise<Verdict> {
  if (listOf(document.proof).some(isBaseProof)) return refusedVerdict('PROOF_FOR_HOLDER');
  const proofs = readProofs(document.proof, 'assertionMethod');
  const broken = brokenFormat(document, proofs);
  if (broken || !proofs) return refusedVerdict(broken ?? 'RULES_OF_VC');
  const keys = keysOfProofs(proofs, idOf(document.issuer) as string, trust, at);
  if (typeof keys === 'string') return refusedVerdict(keys);
  const holds = await proofsHold(document, proofs, keys).catch(() => undefined);
  if (holds === undefined) return refusedVerdict('TERMS_NOT_DEFINED');
  if (!holds) return refusedVerdict('SIGNATURE_WRONG');
  const { '@context': _, proof: __, ...members } = document;
  const claims = spoken(members);
  const outside = outsideValidity(validityOf(document), at) ?? (hasEnded(proofs, at) ? 'PROOF_EXPIRED' : undefined);
  return outside ? refusedVerdict(outside, claims) : verifiedVerdict(claims);
}

/** What is wrong with a credential before anybody's key is looked at. */
export function brokenFormat(document: Document, proofs: readonly DataProof[] | undefined): VerdictReason | undefined {
  if (brokenCredentialRule(document) !== undefined || !proofs) return 'RULES_OF_VC';
  if (!areContextsKnown(document['@context'] as readonly unknown[])) return 'CONTEXT_NOT_PINNED';
  if (!hasPlainNames(document)) return 'NAMES_NOT_PLAIN';
  return doResourcesFit(document) ? undefined : 'RESOURCE_ALTERED';
}

const hasEnded = (proofs: readonly DataProof[], at: Date): boolean =>
  proofs.some(({ expires }) => outsideValidity({ validUntil: expires }, at) !== undefined);
