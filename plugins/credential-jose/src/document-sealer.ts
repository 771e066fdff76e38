import {
  brokenCredentialRule,
  type DocumentIntent,
  type DocumentSealer,
  idOf,
  isObject,
  jsonSnapshot,
  momentOfValidity,
  type Sign,
  suiteKeyOf,
  trustOfKey,
  unfitCredential,
  VC_CONTEXT,
} from '@divoc/core/api';
import { reader } from './reader.js';
import { tokenOf } from './token.js';
import { namesHouseType } from './token-rules.js';

/** The name under which others ask for it: all suites have one. */
const SUITE = 'vc-jose';

/** Seals general credentials of version 2.0, and puts them in envelopes: lint → sign → verify what was signed. */
export const documents: DocumentSealer = { suites: { [SUITE]: { purpose: 'vc', algorithm: 'Ed25519' } }, seal };

async function seal(intent: DocumentIntent, sign: Sign): Promise<Readonly<Record<string, unknown>>> {
  const { created, verificationMethod, publicKeyMultibase } = intent;
  const document = linted(intent);
  const key = { id: verificationMethod, controller: verificationMethod.split('#')[0] as string, publicKeyMultibase };
  if (!suiteKeyOf('eddsa', key)) throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  const token = tokenOf(document, 'Ed25519', { verificationMethod, created });
  const text = token.with(await sign(token.signed));
  const verdict = await reader.open(text, trustOfKey(key), momentOfValidity(document, created));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return { '@context': VC_CONTEXT, id: `data:application/vc+jwt,${text}`, type: 'EnvelopedVerifiableCredential' };
}

/** The document, which has had the format answer of `open`. */
function linted({ document: given, verificationMethod }: DocumentIntent): Readonly<Record<string, unknown>> {
  const document = jsonSnapshot(given);
  if (!isObject(document)) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  // Certificates of the house are made of records, by `seal`.
  if (namesHouseType(document)) throw unfitCredential('CONTEXT_NOT_EXACT', '/@context');
  const reserved = ['vc', 'vp', 'iss', 'iat', 'nbf', 'exp'].find((claim) => Object.hasOwn(document, claim));
  const isFirst = (document['@context'] as readonly unknown[] | undefined)?.[0] !== VC_CONTEXT;
  const broken = reserved !== undefined ? `/${reserved}` : isFirst ? '/@context' : brokenCredentialRule(document);
  if (broken !== undefined) throw unfitCredential('RULES_OF_VC', broken);
  if (idOf(document.issuer) !== verificationMethod.split('#')[0]) throw unfitCredential('KEY_NOT_OF_ISSUER', '/issuer');
  return document;
}
