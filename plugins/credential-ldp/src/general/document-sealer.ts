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
  VC1_CONTEXT,
} from '@divoc/core/api';
import { readProofs } from './data-proof.js';
import { brokenFormat, openGeneral } from './general-credential.js';
import { prove, proveForHolder } from './prove.js';
import { SELECTIVE, suiteKey } from './suites.js';

/** A purpose has one active key, so that each kind of key has a purpose of its own. */
const SUITES = {
  'eddsa-rdfc-2022': { purpose: 'vc', algorithm: 'Ed25519' },
  'ecdsa-rdfc-2019': { purpose: 'vc-ecdsa', algorithm: 'ES256' },
  [SELECTIVE]: { purpose: 'vc-ecdsa', algorithm: 'ES256' },
} as const;

const STAND_IN_DERIVED = 'u2V0BAAAA';

/** Seals general credentials: lint → sign → verify what was signed. */
export const documents: DocumentSealer = { suites: SUITES, seal };

async function seal(intent: DocumentIntent, sign: Sign): Promise<Readonly<Record<string, unknown>>> {
  const { suite, created, verificationMethod, publicKeyMultibase } = intent;
  if (!Object.hasOwn(SUITES, suite)) throw new Error(`credential-ldp knows no suite ${suite}`);
  const config = { type: 'DataIntegrityProof', cryptosuite: suite, created, verificationMethod, proofPurpose: 'assertionMethod' };
  const document = linted(intent, config);
  const key = { id: verificationMethod, controller: verificationMethod.split('#')[0] as string, publicKeyMultibase };
  if (!suiteKey(suite as keyof typeof SUITES, key)) throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  // Whatever has no canonical form fails before its bytes reach the key.
  const isSelective = suite === SELECTIVE;
  const { mandatoryPointers = [] } = intent;
  const proving = isSelective
    ? proveForHolder(document, config, mandatoryPointers, refusing(sign))
    : prove(document, config, refusing(sign));
  const signed = await proving.catch((error: unknown) => {
    if (error instanceof SigningFailed) throw error.cause;
    throw unfitCredential('TERMS_NOT_DEFINED', pointerOf(error));
  });
  const verdict = await openGeneral(isSelective ? await allShown(signed) : signed, trustOfKey(key), momentOfValidity(document, created));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return signed;
}

/** The document, which has had the format answer of `open` with a stand-in for its proof. */
function linted({ document: given, suite, verificationMethod }: DocumentIntent, config: object): Readonly<Record<string, unknown>> {
  const snapshot = jsonSnapshot(given);
  if (!isObject(snapshot)) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  const document = withTermsOfProofs(snapshot);
  // Certificates of the house are made of records, by `seal`.
  if (listOf(document['@context']).some(isHouseContext)) throw unfitCredential('CONTEXT_NOT_EXACT', '/@context');
  const proofs = [...listOf(document.proof), { ...config, proofValue: suite === SELECTIVE ? STAND_IN_DERIVED : STAND_IN_PROOF_VALUE }];
  const broken = brokenFormat(document, readProofs(proofs, 'assertionMethod'));
  if (broken) throw unfitCredential(broken, '');
  if (idOf(document.issuer) !== verificationMethod.split('#')[0]) throw unfitCredential('KEY_NOT_OF_ISSUER', '/issuer');
  return document;
}

/** Version 1.1 does not know Data Integrity; who writes such a credential need not know what it will be signed with. */
const DATA_INTEGRITY = 'https://w3id.org/security/data-integrity/';

function withTermsOfProofs(document: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const contexts = listOf(document['@context']);
  const isKnown = contexts[0] !== VC1_CONTEXT || contexts.some((context) => String(context).startsWith(DATA_INTEGRITY));
  // What is signed already keeps its contexts.
  return isKnown || document.proof !== undefined ? document : { ...document, '@context': [...contexts, `${DATA_INTEGRITY}v2`] };
}

/** What a verifier will see who is shown everything. */
async function allShown(signed: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>> {
  const { disclose } = await import('../selective/disclose.js');
  return disclose(signed, [''], { type: () => undefined });
}

/** Of a pointer that leads nowhere. */
const pointerOf = (error: unknown): string => (error as { readonly pointer?: string }).pointer ?? '';

/** What the signer throws is a fault, and no fault of the document. */
class SigningFailed extends Error {}

const refusing =
  (sign: Sign): Sign =>
  (data) =>
    sign(data).catch((cause: unknown) => {
      throw new SigningFailed('the signer failed', { cause });
    });
