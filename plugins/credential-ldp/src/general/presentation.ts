import {
  brokenPresentationRule,
  contentHash,
  idOf,
  isHouseContext,
  isObject,
  isSignedPresentation,
  jsonSnapshot,
  keysOfHolder,
  listOf,
  type PresentationReader,
  type PresentationRequest,
  presentationVerdict,
  refusedVerdict,
  type Trust,
  type Verdict,
} from '@divoc/core/api';
import { readProofs } from './data-proof.js';
import { areContextsKnown } from './pinned-contexts.js';
import { hasPlainNames, spoken } from './plain-names.js';
import { proofsHold } from './proofs-hold.js';
import { suiteNameOf } from './suites.js';

/** Presentations whose proofs are of suites over RDFC-1.0. */
export const presentations: PresentationReader = { recognises, open };

function recognises(document: unknown): boolean {
  return isSignedPresentation(document, (proof) => suiteNameOf(proof) !== undefined);
}

async function open(input: unknown, request: PresentationRequest, trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  if (!isObject(document) || !recognises(document)) return refusedVerdict('DOCUMENT_NOT_CREDENTIAL');
  const proofs = readProofs(document.proof, 'authentication');
  if (!proofs || brokenPresentationRule(document) !== undefined) return refusedVerdict('RULES_OF_VC');
  if (!areContextsKnown(document['@context'] as readonly unknown[])) return refusedVerdict('CONTEXT_NOT_PINNED');
  const { '@context': _, proof: __, verifiableCredential, ...claims } = document;
  if (!hasPlainNames(claims)) return refusedVerdict('NAMES_NOT_PLAIN');
  const keys = keysOfHolder(proofs, idOf(document.holder));
  if (!keys) return refusedVerdict('KEY_NOT_OF_HOLDER');
  const holds = await proofsHold(document, proofs, keys, houseTypes(verifiableCredential, trust)).catch(() => undefined);
  if (holds === undefined) return refusedVerdict('TERMS_NOT_DEFINED');
  if (!holds) return refusedVerdict('SIGNATURE_WRONG');
  return presentationVerdict(proofs, request, spoken(claims), at);
}

/** The certificate types that credentials of a presentation name, by URL. */
function houseTypes(credentials: unknown, trust: Trust): ReadonlyMap<string, object> {
  const urls = listOf(credentials).flatMap((credential) => (isObject(credential) ? listOf(credential['@context']) : []));
  const types = urls.filter(isHouseContext).flatMap((url) => {
    const hash = (url as string).slice(-43);
    const type = trust.type(hash);
    return type && contentHash(type) === hash ? [[url as string, type] as const] : [];
  });
  return new Map(types);
}
