import {
  type CredentialFormat,
  jsonSnapshot,
  outsideValidity,
  type SealIntent,
  type Sign,
  trustedKey,
  trustOfIntent,
  unfitCredential,
  unsignedCredential,
} from '@divoc/core/api';
import { credentialShape, type LdpCredential } from '../credential-schema.js';
import { documents } from '../general/document-sealer.js';
import { SELECTIVE, suiteKey } from '../general/suites.js';
import { knownType, proofClaim, reader } from '../reader.js';
import { makeBaseProof } from './base-proof.js';
import { derive, disclose } from './disclose.js';
import { writeBase } from './proof-value.js';
import { select } from './select.js';

type Document = Readonly<Record<string, unknown>>;

/** What says whether a certificate holds; `id` and types are shown with whatever else is. */
const ALWAYS_SHOWN = ['/issuer', '/validFrom', '/validUntil', '/credentialStatus'];

/**
 * Certificates whose holders choose what they show: VC 2.0 with base proofs of ecdsa-sd-2023. `mandatory`: JSON Pointers into
 * the credential to what they cannot keep back, where a certificate has it.
 */
export function selectiveFormat(mandatory: readonly string[]): CredentialFormat {
  return {
    mediaType: 'application/vc',
    // Every statement has a signature of its own: too large to be printed, and for its holder alone.
    qrForms: [],
    needs: { purpose: 'vc-ecdsa', algorithm: 'ES256' },
    prepare: (intent) => prepare(intent, mandatory).prepared,
    seal: (intent, sign) => seal(intent, mandatory, sign),
    sealsForHolder: true,
    disclose,
    documents,
    ...reader,
  };
}

/**
 * Prepare → lint → sign → verify all that can be derived. Throws a Refusal (422) with the reason, and signs nothing, for an
 * unfit intent. Sealed again it is another proof of the same statements, as with every ECDSA signature.
 */
async function seal(intent: SealIntent, mandatory: readonly string[], sign: Sign): Promise<Document> {
  const { unsigned, config, pointers } = prepare(intent, mandatory);
  const types = new Map([[intent.type.url, intent.type.document]]);
  const { proofValue, base, statements } = await makeBaseProof(unsigned, config, pointers, sign, types);
  const trust = trustOfIntent(intent);
  const all = await derive(unsigned, config, base, statements, ['']);
  const verdict = await reader.open(all, trust, new Date(intent.validFrom));
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return { ...unsigned, proof: { ...config, proofValue } };
}

/** The unsigned credential, and the same with a stand-in for its proof, which has had the format answer of `open`. */
function prepare(intent: SealIntent, mandatory: readonly string[]) {
  const { created, verificationMethod } = intent;
  const config = { type: 'DataIntegrityProof', created, verificationMethod, cryptosuite: SELECTIVE, proofPurpose: 'assertionMethod' };
  const unsigned = unsignedCredential(intent) as Document;
  const pointers = [...ALWAYS_SHOWN, ...mandatory].filter((pointer) => isIn(unsigned, pointer));
  const count = statementsIn(unsigned) - statementsIn(select(unsigned, pointers));
  const standIn = {
    baseSignature: new Uint8Array(64),
    publicKey: new Uint8Array(35),
    hmacKey: new Uint8Array(32),
    signatures: Array.from({ length: count }, () => new Uint8Array(64)),
    mandatoryPointers: pointers,
  };
  const prepared = linted({ ...unsigned, proof: { ...config, proofValue: writeBase(standIn) } }, intent);
  return { unsigned, config, pointers, prepared };
}

function isIn(document: Document, pointer: string): boolean {
  try {
    return select(document, [pointer]) !== undefined;
  } catch {
    return false;
  }
}

/** One for each leaf and each object within another one; ids are no statements. */
function statementsIn(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, entry) => sum + 1 + statementsIn(entry), 0);
  if (typeof value !== 'object' || value === null) return 0;
  const members = Object.entries(value).filter(([name]) => name !== '@context' && name !== 'id');
  return members.reduce((sum, [, member]) => sum + (Array.isArray(member) ? 0 : 1) + statementsIn(member), 0);
}

function linted(draft: Document, intent: SealIntent): LdpCredential {
  const trust = trustOfIntent(intent);
  const snapshot = jsonSnapshot(draft);
  if (snapshot === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '');
  const known = knownType(snapshot, trust);
  if (typeof known === 'string') throw unfitCredential(known, '/@context');
  const misfit = credentialShape(known.type, known.url, 'base')(snapshot);
  if (misfit !== undefined) throw unfitCredential('SHAPE_NOT_EXACT', misfit);
  const document = snapshot as LdpCredential;
  const key = trustedKey(proofClaim(document, new Date(intent.created)), trust);
  if (typeof key === 'string') throw unfitCredential(key, '/proof/verificationMethod');
  if (!suiteKey(SELECTIVE, key)) throw unfitCredential('KEY_UNKNOWN', '/proof/verificationMethod');
  if (outsideValidity(document, new Date(document.validFrom))) throw unfitCredential('EXPIRED', '/validUntil');
  return document;
}
