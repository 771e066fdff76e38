import {
  type CredentialFormat,
  jsonSnapshot,
  outsideValidity,
  Refusal,
  refusedVerdict,
  type SealIntent,
  type Sign,
  type Trust,
  trustedKey,
  trustOfIntent,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { brokenRule, isObject, issuerOf, type JcsCredential, VC_CONTEXT } from './credential-rules.js';
import { addProof, CRYPTOSUITE, proofHolds } from './data-integrity.js';

/** W3C Verifiable Credentials 2.0, embedded proof, eddsa-jcs-2022. */
export const jcsFormat: CredentialFormat = {
  mediaType: 'application/vc',
  qrForms: ['zip', 'pixelpass'],
  prepare: (intent) => prepare(intent).prepared,
  seal,
  recognises,
  open,
};

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
  if (!proofHolds(credential, key.publicKeyMultibase)) return refusedVerdict('SIGNATURE_WRONG');
  const { '@context': _, proof, ...claims } = credential;
  const outside = outsideValidity(credential, at);
  if (outside) return refusedVerdict(outside, claims);
  return outsideValidity({ validUntil: proof.expires }, at) ? refusedVerdict('PROOF_EXPIRED', claims) : verifiedVerdict(claims);
}

const proofClaim = (credential: JcsCredential, at: Date) => ({
  issuer: issuerOf(credential),
  verificationMethod: credential.proof.verificationMethod,
  created: credential.proof.created,
  at,
});

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign): Promise<unknown> {
  const { unsigned, options } = prepare(intent);
  const credential = await addProof(unsigned, options, sign);
  const verdict = await open(credential, trustOfIntent(intent), new Date(intent.validFrom));
  if (verdict.status !== 'VERIFIED') throw unfit(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

/** The unsigned credential, and the same with a stand-in for its proof, which has had the format answer of `open`. */
function prepare(intent: SealIntent) {
  const { id, issuer, type, validFrom, validUntil, created, verificationMethod, subject } = intent;
  const options = {
    type: 'DataIntegrityProof',
    cryptosuite: CRYPTOSUITE,
    created,
    verificationMethod,
    proofPurpose: 'assertionMethod',
  } as const;
  const unsigned = {
    '@context': [VC_CONTEXT, type.url],
    id,
    type: ['VerifiableCredential', type.name],
    issuer,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    credentialSubject: subject,
  };
  const proof = { ...options, '@context': unsigned['@context'], proofValue: STAND_IN };
  return { unsigned, options, prepared: linted({ ...unsigned, proof }, intent) };
}

function linted(draft: object, intent: SealIntent): unknown {
  const document = jsonSnapshot(draft);
  if (document === undefined) throw unfit('DOCUMENT_NOT_JSON', '');
  const credential = document as JcsCredential & Record<string, unknown>;
  // Certificates of ours bear a name that lists can hold, and are of a type that is served where it says.
  if (!/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(credential.id))) throw unfit('RULES_OF_VC', '/id');
  const { type } = intent;
  if (type.url !== `${type.document.base}${type.hash}`) throw unfit('CONTEXT_NOT_EXACT', '/@context');
  const broken = brokenRule(credential);
  if (broken !== undefined) throw unfit('RULES_OF_VC', broken);
  const key = trustedKey(proofClaim(credential, new Date(intent.created)), trustOfIntent(intent));
  if (typeof key === 'string') throw unfit(key, '/proof/verificationMethod');
  if (!ED25519_MULTIBASE.test(key.publicKeyMultibase)) throw unfit('KEY_UNKNOWN', '/proof/verificationMethod');
  return document;
}

function unfit(code: string, pointer: string): Refusal {
  const detail = 'The credential is not one that its own verifier would accept.';
  return new Refusal(422, 'CREDENTIAL_UNFIT', detail, { errors: [{ pointer, code, detail: `${code} at ${pointer || 'the whole'}` }] });
}

/** A house key's fragment is the key itself (32 bytes after the Multikey header 0xed01). */
const ED25519_MULTIBASE = /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/;

/** 64 bytes that are nobody's signature of anything; as long, and as hard to compress, as one. */
const STAND_IN = 'z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2Brbx';
