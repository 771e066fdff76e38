import {
  CREDENTIAL_ID,
  type CredentialFormat,
  jsonSnapshot,
  keysOfProofs,
  type Multikey,
  type SealIntent,
  type Sign,
  STAND_IN_PROOF_VALUE,
  trustOfIntent,
  unfitCredential,
  unsignedCredential,
} from '@divoc/core/api';
import { brokenRule, type JcsCredential } from './credential-rules.js';
import { addProof, issuersProof, keyFor, type Proof, SUITES, type Suite } from './data-integrity.js';
import { documents } from './document-sealer.js';
import { reader } from './reader.js';

/** W3C Verifiable Credentials, embedded proofs over JCS; what it seals is VC 2.0, with a proof of `suite`. */
export function jcsFormatOf(suite: Suite): CredentialFormat {
  return {
    mediaType: 'application/vc',
    qrForms: ['zip', 'pixelpass'],
    needs: SUITES[suite],
    writesStatus: true,
    prepare: (intent) => prepare(suite, intent).prepared,
    seal: (intent, sign) => seal(suite, intent, sign),
    documents,
    ...reader,
  };
}

export const jcsFormat = jcsFormatOf('eddsa-jcs-2022');

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(suite: Suite, intent: SealIntent, sign: Sign): Promise<unknown> {
  const { unsigned, options } = prepare(suite, intent);
  const credential = await addProof(unsigned, options, sign);
  const verdict = await reader.open(credential, trustOfIntent(intent), new Date(intent.validFrom));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

/** The unsigned credential, and the same with a stand-in for its proof, which has had the format answer of `open`. */
function prepare(suite: Suite, intent: SealIntent) {
  const options = issuersProof(suite, intent);
  const unsigned = unsignedCredential(intent);
  const proof = { ...options, '@context': unsigned['@context'], proofValue: STAND_IN_PROOF_VALUE };
  return { unsigned, options, prepared: linted({ ...unsigned, proof }, suite, intent) };
}

function linted(draft: object, suite: Suite, intent: SealIntent): unknown {
  const document = jsonSnapshot(draft);
  if (document === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  const credential = document as JcsCredential & Record<string, unknown>;
  // Certificates of ours bear a name that lists can hold, and are of a type that is served where it says.
  if (!new RegExp(CREDENTIAL_ID).test(String(credential.id))) throw unfitCredential('RULES_OF_VC', '/id');
  const { type } = intent;
  if (type.url !== `${type.document.base}${type.hash}`) throw unfitCredential('CONTEXT_NOT_EXACT', '/@context');
  const broken = brokenRule(credential);
  if (broken !== undefined) throw unfitCredential('RULES_OF_VC', broken);
  const keys = keysOfProofs([credential.proof as Proof], intent.issuer, trustOfIntent(intent), new Date(intent.created));
  if (typeof keys === 'string') throw unfitCredential(keys, '/proof/verificationMethod');
  // What is issued here has 64 bytes of signature: P-384 is for others' credentials.
  if (keyFor(suite, keys[0] as Multikey)?.algorithm !== SUITES[suite].algorithm)
    throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  return document;
}
