import {
  type CredentialFormat,
  type CredentialType,
  contentHash,
  Refusal,
  type SealIntent,
  type Sign,
  type Trust,
  type Verdict,
} from '@divoc/core/api';
import { credentialValidator, type LdpCredential } from './credential-schema.js';
import { addProof, proofHolds } from './data-integrity.js';
import { pinnedLoader, VC_CONTEXT } from './document-loader.js';
import { jsonSnapshot } from './json-snapshot.js';
import { trustedKey } from './trusted-key.js';
import { type ReasonCode, refused, verified } from './verdict.js';

/** W3C Verifiable Credentials 2.0, embedded proof, eddsa-rdfc-2022. */
export const ldpFormat: CredentialFormat = { mediaType: 'application/vc', seal, recognises, open };

function recognises(document: unknown): boolean {
  if (!isObject(document) || !isObject(document.proof)) return false;
  const { '@context': contexts, type } = document;
  return Array.isArray(contexts) && contexts[0] === VC_CONTEXT && Array.isArray(type) && type[0] === 'VerifiableCredential';
}

/** Format → key → signature → validity; the first that fails gives the verdict. */
async function open(input: unknown, trust: Trust, at: Date): Promise<Verdict> {
  const document = jsonSnapshot(input);
  if (document === undefined) return refused('DOCUMENT_NOT_JSON');
  const known = knownType(document, trust);
  if (typeof known === 'string') return refused(known);
  const { type, url } = known;
  if (!credentialValidator(type, url)(document)) return refused('SHAPE_NOT_EXACT');
  const key = trustedKey(document, trust);
  if (typeof key === 'string') return refused(key);
  const holds = await proofHolds(document, key, new Map([[url, type]])).catch(() => false);
  if (!holds) return refused('SIGNATURE_WRONG');
  const claims = claimsOf(document);
  if (at.getTime() < Date.parse(document.validFrom)) return refused('NOT_YET_VALID', claims);
  // Written so that an invalid `at` is past every end.
  if (document.validUntil !== undefined && !(at.getTime() <= Date.parse(document.validUntil))) return refused('EXPIRED', claims);
  return verified(claims);
}

/** The certificate type that the contexts name, by content, in the one place where its issuer serves it. */
function knownType(document: unknown, trust: Trust): { type: CredentialType['document']; url: string } | ReasonCode {
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

function claimsOf({ id, type, issuer, validFrom, validUntil, credentialSubject }: LdpCredential): Readonly<Record<string, unknown>> {
  return { id, type, issuer, validFrom, ...(validUntil !== undefined && { validUntil }), credentialSubject };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign): Promise<unknown> {
  const { id, issuer, type, validFrom, validUntil, created, verificationMethod, subject } = intent;
  const unsigned = {
    '@context': [VC_CONTEXT, type.url],
    id,
    type: ['VerifiableCredential', type.name],
    issuer,
    validFrom,
    ...(validUntil !== undefined && { validUntil }),
    credentialSubject: subject,
  };
  const trust = ownTrust(intent);
  lint(unsigned, intent, trust);
  const credential = await addProof(unsigned, { created, verificationMethod }, sign, pinnedLoader(new Map([[type.url, type.document]])));
  const verdict = await open(credential, trust, new Date(validFrom));
  if (verdict.status !== 'VERIFIED') throw unfit(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

/** The format answer of `open`, given before the key is touched: the proof's place is taken by one of the right shape. */
function lint(unsigned: object, { created, verificationMethod, validFrom, validUntil }: SealIntent, trust: Trust): void {
  const proof = {
    type: 'DataIntegrityProof',
    created,
    verificationMethod,
    cryptosuite: 'eddsa-rdfc-2022',
    proofPurpose: 'assertionMethod',
  };
  const document = jsonSnapshot({ ...unsigned, proof: { ...proof, proofValue: `z${'1'.repeat(87)}` } });
  if (document === undefined) throw unfit('DOCUMENT_NOT_JSON', '');
  const known = knownType(document, trust);
  if (typeof known === 'string') throw unfit(known, '/@context');
  const validate = credentialValidator(known.type, known.url);
  if (!validate(document)) throw unfit('SHAPE_NOT_EXACT', validate.errors?.[0]?.instancePath ?? '');
  const key = trustedKey(document, trust);
  if (typeof key === 'string') throw unfit(key, '/proof/verificationMethod');
  if (!ED25519_MULTIBASE.test(key.publicKeyMultibase)) throw unfit('KEY_UNKNOWN', '/proof/verificationMethod');
  if (validUntil !== undefined && !(Date.parse(validFrom) <= Date.parse(validUntil))) throw unfit('EXPIRED', '/validUntil');
}

/** What a verifier will trust who has been given nothing but this intent: its type, and the key that names itself. */
function ownTrust({ type, issuer, verificationMethod }: SealIntent): Trust {
  const publicKeyMultibase = verificationMethod.split('#')[1] ?? '';
  const key = { id: verificationMethod, controller: issuer, publicKeyMultibase };
  return {
    key: (id) => (id === verificationMethod ? key : undefined),
    issuer: (did) => did === issuer,
    type: (hash) => (hash === type.hash ? type.document : undefined),
  };
}

function unfit(code: string, pointer: string): Refusal {
  const detail = 'The credential is not one that its own verifier would accept.';
  return new Refusal(422, 'CREDENTIAL_UNFIT', detail, { errors: [{ pointer, code, detail: `${code} at ${pointer || 'the whole'}` }] });
}

/** A house key's fragment is the key itself (32 bytes after the Multikey header 0xed01). */
const ED25519_MULTIBASE = /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/;

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
