import {
  type DocumentIntent,
  type DocumentSealer,
  idOf,
  isHouseContext,
  isObject,
  jsonSnapshot,
  listOf,
  momentOfValidity,
  type Sign,
  STAND_IN_PROOF_VALUE,
  trustOfKey,
  unfitCredential,
} from '@divoc/core/api';
import { brokenRule } from './credential-rules.js';
import { addProof, isSuite, issuersProof, keyFor, SUITES } from './data-integrity.js';
import { reader } from './reader.js';

/** Seals general credentials: lint → sign → verify what was signed. */
export const documents: DocumentSealer = { suites: SUITES, seal };

async function seal(intent: DocumentIntent, sign: Sign): Promise<Readonly<Record<string, unknown>>> {
  const { suite, created, verificationMethod, publicKeyMultibase } = intent;
  if (!isSuite(suite)) throw new Error(`credential-jcs knows no suite ${suite}`);
  const options = issuersProof(suite, intent);
  const document = linted(intent, options);
  const key = { id: verificationMethod, controller: verificationMethod.split('#')[0] as string, publicKeyMultibase };
  const fitting = keyFor(suite, key);
  if (!fitting) throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  const signed = await addProof(document, options, sign, fitting.hash);
  const verdict = await reader.open(signed, trustOfKey(key), momentOfValidity(document, created));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return signed;
}

/** The document, which has had the format answer of `open` with a stand-in for its proof. */
function linted({ document: given, verificationMethod }: DocumentIntent, options: object): Readonly<Record<string, unknown>> {
  const document = jsonSnapshot(given);
  if (!isObject(document)) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  // Certificates of the house are made of records, by `seal`.
  if (listOf(document['@context']).some(isHouseContext)) throw unfitCredential('CONTEXT_NOT_EXACT', '/@context');
  const present = listOf(document.proof);
  const standIn = { ...options, '@context': document['@context'], proofValue: STAND_IN_PROOF_VALUE };
  const broken = brokenRule({ ...document, proof: present.length > 0 ? [...present, standIn] : standIn });
  if (broken !== undefined) throw unfitCredential('RULES_OF_VC', broken);
  if (idOf(document.issuer) !== verificationMethod.split('#')[0]) throw unfitCredential('KEY_NOT_OF_ISSUER', '/issuer');
  return document;
}
