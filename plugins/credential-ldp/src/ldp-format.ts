import {
  type CredentialFormat,
  type CredentialType,
  isEd25519Multikey,
  jsonSnapshot,
  outsideValidity,
  type SealIntent,
  type Sign,
  STAND_IN_PROOF_VALUE,
  trustedKey,
  trustOfIntent,
  unfitCredential,
  unsignedCredential,
} from '@divoc/core/api';
import { compilePlans } from './compiled/type-plans.js';
import { credentialShape, type LdpCredential } from './credential-schema.js';
import { CRYPTOSUITE } from './data-integrity.js';
import { documents } from './general/document-sealer.js';
import { knownType, proofClaim, reader } from './reader.js';
import { addTypeProof } from './type-proof.js';

/** W3C Verifiable Credentials with embedded proofs over RDFC-1.0; certificates are VC 2.0 with eddsa-rdfc-2022. */
export const ldpFormat: CredentialFormat = {
  mediaType: 'application/vc',
  qrForms: ['zip', 'pixelpass'],
  needs: { purpose: 'vc', algorithm: 'Ed25519' },
  writesStatus: true,
  warmUp,
  prepare,
  seal,
  documents,
  // Loaded when it is used: it is for holders of credentials in another suite.
  disclose: async (...given) => (await import('./selective/disclose.js')).disclose(...given),
  ...reader,
};

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign): Promise<unknown> {
  const { type, created, verificationMethod, validFrom } = intent;
  const { proof: _, ...unsigned } = prepare(intent);
  const credential = await addTypeProof({ type: type.document, url: type.url }, unsigned, { created, verificationMethod }, sign);
  const verdict = await reader.open(credential, trustOfIntent(intent), new Date(validFrom));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

async function warmUp({ document, url }: CredentialType): Promise<void> {
  credentialShape(document, url);
  await compilePlans(document, url);
}

/** A copy of the credential with a stand-in for its proof, which has had the format answer of `open`. */
function prepare(intent: SealIntent): LdpCredential {
  const { created, verificationMethod } = intent;
  const proof = { type: 'DataIntegrityProof', created, verificationMethod, cryptosuite: CRYPTOSUITE, proofPurpose: 'assertionMethod' };
  return linted({ ...unsignedCredential(intent), proof: { ...proof, proofValue: STAND_IN_PROOF_VALUE } }, intent);
}

function linted(draft: object, intent: SealIntent): LdpCredential {
  const trust = trustOfIntent(intent);
  const snapshot = jsonSnapshot(draft);
  if (snapshot === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  const known = knownType(snapshot, trust);
  if (typeof known === 'string') throw unfitCredential(known, '/@context');
  const misfit = credentialShape(known.type, known.url)(snapshot);
  if (misfit !== undefined) throw unfitCredential('SHAPE_NOT_EXACT', misfit);
  const document = snapshot as LdpCredential;
  const key = trustedKey(proofClaim(document, new Date(intent.created)), trust);
  if (typeof key === 'string') throw unfitCredential(key, '/proof/verificationMethod');
  if (!isEd25519Multikey(key.publicKeyMultibase)) throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  if (outsideValidity(document, new Date(document.validFrom))) throw unfitCredential('EXPIRED', '/validUntil');
  return document;
}
