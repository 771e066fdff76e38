import {
  isEd25519Multikey,
  jsonSnapshot,
  outsideValidity,
  RECORD_FORMATS,
  type SealIntent,
  type Sign,
  trustedKey,
  trustOfIntent,
  unfitCredential,
  type VerdictReason,
} from '@divoc/core/api';
import { detachedJws, signedBytes } from './detached-jws.js';
import { type DivocDocument, readDocument } from './divoc-document.js';
import { VC1_CONTEXT } from './pinned-contexts.js';
import { isImplausible } from './plausibility.js';
import { reader } from './reader.js';
import { divocSubject } from './record-mapping.js';
import { optionStatements, statementsOf } from './statements.js';
import { type ContextVersion, contextVersion } from './vaccination-contexts.js';

/** 64 bytes that are nobody's signature of anything, in base64url; as long, and as hard to compress, as one. */
const STAND_IN_SIGNATURE = 'E9HUHFRnIWUSZFFWiRmiAuQNlSZXRnhrBGe4c-92HhE0pOU8JB2U-E--2_vJcoFKFRVq7lUsIisRLNbX_xF3bA';

/** The certificate of an intent in DIVOC's form, with a stand-in for its signature. Throws a Refusal (422) for an unfit intent. */
export function prepare(intent: SealIntent, context: string): DivocDocument & { readonly prepared: object } {
  const version = contextVersion(context) as ContextVersion;
  const { id, issuer, validFrom, validUntil, created, verificationMethod, subject } = intent;
  const { credentialSubject, evidence } = divocSubject(subject, id, version);
  const prepared = {
    '@context': [VC1_CONTEXT, context],
    id,
    type: ['VerifiableCredential', 'ProofOfVaccinationCredential'],
    credentialSubject,
    issuer,
    issuanceDate: validFrom,
    ...(validUntil !== undefined && { expirationDate: validUntil }),
    evidence,
    nonTransferable: 'true',
    proof: {
      type: 'Ed25519Signature2018',
      created,
      verificationMethod,
      proofPurpose: 'assertionMethod',
      jws: detachedJws('EdDSA', STAND_IN_SIGNATURE),
    },
  };
  const unfit = unfitPlace(intent, prepared);
  if (unfit) throw unfitCredential(...unfit);
  const document = readDocument(jsonSnapshot(prepared));
  if (typeof document === 'string') throw unfitCredential(document, '');
  return { ...document, prepared };
}

/** Why `open` would not accept it, and where, as far as that can be told without canonicalisation. */
function unfitPlace(intent: SealIntent, prepared: Readonly<Record<string, unknown>>): [VerdictReason, string] | undefined {
  const { id, issuer, validFrom, validUntil, created, verificationMethod } = intent;
  const isInstant = RECORD_FORMATS['date-time'];
  if (!jsonSnapshot(prepared) || !jsonSnapshot(intent.subject)) return ['DOCUMENT_NOT_JSON', ''];
  if (!/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return ['SHAPE_NOT_EXACT', '/id'];
  if (!/^did:[a-z0-9]+:[A-Za-z0-9._:%-]+$/.test(issuer)) return ['SHAPE_NOT_EXACT', '/issuer'];
  if (!isInstant(validFrom)) return ['SHAPE_NOT_EXACT', '/issuanceDate'];
  if (validUntil !== undefined && !isInstant(validUntil)) return ['SHAPE_NOT_EXACT', '/expirationDate'];
  if (outsideValidity({ validUntil }, new Date(validFrom))) return ['EXPIRED', '/expirationDate'];
  if (!isInstant(created)) return ['SHAPE_NOT_EXACT', '/proof/created'];
  const key = trustedKey({ issuer, verificationMethod, created, at: new Date(created) }, trustOfIntent(intent));
  if (typeof key === 'string') return [key, '/proof/verificationMethod'];
  if (!isEd25519Multikey(key.publicKeyMultibase)) return ['KEY_UNKNOWN', '/proof/verificationMethod'];
  return isImplausible(prepared) ? ['FIELDS_IMPLAUSIBLE', '/evidence/0'] : undefined;
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
export async function seal(intent: SealIntent, sign: Sign, context: string): Promise<unknown> {
  const { credential, proof, version, prepared } = prepare(intent, context);
  const { jws: _, ...options } = proof;
  const statements = await statementsOf(credential, { version, idsMayHaveSpaces: false });
  const signature = await sign(signedBytes('EdDSA', await optionStatements(options), statements));
  const sealed = { ...prepared, proof: { ...proof, jws: detachedJws('EdDSA', signature) } };
  const verdict = await reader.open(sealed, trustOfIntent(intent), new Date(intent.validFrom));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return sealed;
}
