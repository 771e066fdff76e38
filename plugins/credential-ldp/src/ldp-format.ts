import {
  type CredentialFormat,
  type CredentialType,
  contentHash,
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
  type VerdictReason,
  verifiedVerdict,
} from '@divoc/core/api';
import { credentialValidator, type LdpCredential } from './credential-schema.js';
import { CRYPTOSUITE } from './data-integrity.js';
import { addTypeProof, type KnownType, typeProofHolds } from './type-proof.js';

/** W3C Verifiable Credentials 2.0, embedded proof, eddsa-rdfc-2022. */
export const ldpFormat: CredentialFormat = {
  mediaType: 'application/vc',
  qrForms: ['zip', 'pixelpass'],
  needs: { purpose: 'vc', algorithm: 'Ed25519' },
  writesStatus: true,
  prepare,
  seal,
  recognises,
  open,
};

function recognises(document: unknown): boolean {
  // Other suites sign the same kind of document, and have formats of their own.
  if (!isObject(document) || !isObject(document.proof) || document.proof.cryptosuite !== CRYPTOSUITE) return false;
  const { '@context': contexts, type } = document;
  return Array.isArray(contexts) && contexts[0] === VC_CONTEXT && Array.isArray(type) && type[0] === 'VerifiableCredential';
}

/** Format → key → signature → validity; the first that fails gives the verdict. */
async function open(input: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refusedVerdict('DOCUMENT_NOT_JSON');
  const known = knownType(document, trust);
  if (typeof known === 'string') return refusedVerdict(known);
  const { type, url } = known;
  if (!credentialValidator(type, url)(document)) return refusedVerdict('SHAPE_NOT_EXACT');
  const key = trustedKey(proofClaim(document, at), trust);
  if (typeof key === 'string') return refusedVerdict(key);
  const holds = await typeProofHolds(known, document, key).catch(() => false);
  if (!holds) return refusedVerdict('SIGNATURE_WRONG');
  const claims = claimsOf(document);
  const outside = outsideValidity(document, at);
  if (outside) return refusedVerdict(outside, claims);
  return verifiedVerdict(claims);
}

/** The certificate type that the contexts name, by content, in the one place where its issuer serves it. */
function knownType(document: unknown, trust: Trust): KnownType | VerdictReason {
  if (!recognises(document)) return 'DOCUMENT_NOT_CREDENTIAL';
  const contexts = (document as { '@context': readonly unknown[] })['@context'];
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

const proofClaim = ({ issuer, proof: { verificationMethod, created } }: LdpCredential, at: Date) => ({
  issuer,
  verificationMethod,
  created,
  at,
});

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign): Promise<unknown> {
  const { type, created, verificationMethod, validFrom } = intent;
  const { proof: _, ...unsigned } = prepare(intent);
  const credential = await addTypeProof({ type: type.document, url: type.url }, unsigned, { created, verificationMethod }, sign);
  const verdict = await open(credential, trustOfIntent(intent), new Date(validFrom));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

/** A copy of the credential with a stand-in for its proof, which has had the format answer of `open`. */
function prepare(intent: SealIntent): LdpCredential {
  const { created, verificationMethod } = intent;
  const proof = { type: 'DataIntegrityProof', created, verificationMethod, cryptosuite: CRYPTOSUITE, proofPurpose: 'assertionMethod' };
  return linted({ ...unsignedCredential(intent), proof: { ...proof, proofValue: STAND_IN_PROOF_VALUE } }, intent);
}

function linted(draft: object, intent: SealIntent): LdpCredential {
  const trust = trustOfIntent(intent);
  const document = jsonSnapshot(draft);
  if (document === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  const known = knownType(document, trust);
  if (typeof known === 'string') throw unfitCredential(known, '/@context');
  const validate = credentialValidator(known.type, known.url);
  if (!validate(document)) throw unfitCredential('SHAPE_NOT_EXACT', validate.errors?.[0]?.instancePath ?? '');
  const key = trustedKey(proofClaim(document, new Date(intent.created)), trust);
  if (typeof key === 'string') throw unfitCredential(key, '/proof/verificationMethod');
  if (!isEd25519Multikey(key.publicKeyMultibase)) throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  if (outsideValidity(document, new Date(document.validFrom))) throw unfitCredential('EXPIRED', '/validUntil');
  return document;
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
