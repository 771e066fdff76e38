import {
  type CredentialFormat,
  isEd25519Multikey,
  jsonSnapshot,
  outsideValidity,
  refusedVerdict,
  type SealIntent,
  type Sign,
  STAND_IN_PROOF_VALUE,
  type Trust,
  trustedKey,
  trustOfIntent,
  unfitCredential,
  unsignedCredential,
  VC_CONTEXT,
  type Verdict,
  verifiedVerdict,
} from '@divoc/core/api';
import { brokenRule, issuerOf, type JcsCredential } from './credential-rules.js';
import { addProof, CRYPTOSUITE, proofHolds } from './data-integrity.js';
import { isObject } from './member-forms.js';

/** W3C Verifiable Credentials 2.0, embedded proof, eddsa-jcs-2022. */
export const jcsFormat: CredentialFormat = {
  mediaType: 'application/vc',
  qrForms: ['zip', 'pixelpass'],
  needs: { purpose: 'vc', algorithm: 'Ed25519' },
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
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

/** The unsigned credential, and the same with a stand-in for its proof, which has had the format answer of `open`. */
function prepare(intent: SealIntent) {
  const { created, verificationMethod } = intent;
  const options = {
    type: 'DataIntegrityProof',
    cryptosuite: CRYPTOSUITE,
    created,
    verificationMethod,
    proofPurpose: 'assertionMethod',
  } as const;
  const unsigned = unsignedCredential(intent);
  const proof = { ...options, '@context': unsigned['@context'], proofValue: STAND_IN_PROOF_VALUE };
  return { unsigned, options, prepared: linted({ ...unsigned, proof }, intent) };
}

function linted(draft: object, intent: SealIntent): unknown {
  const document = jsonSnapshot(draft);
  if (document === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  const credential = document as JcsCredential & Record<string, unknown>;
  // Certificates of ours bear a name that lists can hold, and are of a type that is served where it says.
  if (!/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(String(credential.id))) throw unfitCredential('RULES_OF_VC', '/id');
  const { type } = intent;
  if (type.url !== `${type.document.base}${type.hash}`) throw unfitCredential('CONTEXT_NOT_EXACT', '/@context');
  const broken = brokenRule(credential);
  if (broken !== undefined) throw unfitCredential('RULES_OF_VC', broken);
  const key = trustedKey(proofClaim(credential, new Date(intent.created)), trustOfIntent(intent));
  if (typeof key === 'string') throw unfitCredential(key, '/proof/verificationMethod');
  if (!isEd25519Multikey(key.publicKeyMultibase)) throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  return document;
}
