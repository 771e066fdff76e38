import { isObject, RECORD_FORMATS, type VerdictReason } from '@divoc/core/api';
import { VC1_CONTEXT } from './pinned-contexts.js';
import { type ContextVersion, contextVersion } from './vaccination-contexts.js';

/** The proofs of DIVOC, and the JWS algorithm of each. */
export const ALGORITHMS = { RsaSignature2018: 'PS256', Ed25519Signature2018: 'EdDSA' } as const;

export type ProofType = keyof typeof ALGORITHMS;
export type Algorithm = (typeof ALGORITHMS)[ProofType];

/** https://w3c-ccg.github.io/ld-proofs/: a detached JWS over the hashes of proof options and document. */
export interface DivocProof {
  readonly type: ProofType;
  /** RFC 3339. */
  readonly created: string;
  /** A DID or DID URL; often the unedited `did:india` of DIVOC's template. */
  readonly verificationMethod?: string;
  readonly proofPurpose: 'assertionMethod';
  readonly jws: string;
}

export interface DivocDocument {
  /** The document without its proof. */
  readonly credential: Readonly<Record<string, unknown>>;
  readonly proof: DivocProof;
  readonly version: ContextVersion;
}

const PROOF_MEMBERS = ['created', 'jws', 'proofPurpose', 'type', 'verificationMethod'];

/** Ten times as many values, and twice as deep, as the largest certificate that is known. */
const MOST_VALUES = 1_000;
const MOST_LEVELS = 10;

/** A credential of VC 1.1 with a proof of one of DIVOC's kinds, whatever its type. */
export function recognises(document: unknown): document is Record<string, unknown> & { readonly proof: Record<string, unknown> } {
  if (!isObject(document) || !isObject(document.proof) || !isProofType(document.proof.type)) return false;
  const contexts = document['@context'];
  return Array.isArray(contexts) && contexts[0] === VC1_CONTEXT;
}

/** The parts of a document, or the reason why it is none of DIVOC's. */
export function readDocument(document: unknown): DivocDocument | VerdictReason {
  if (!recognises(document)) return 'DOCUMENT_NOT_CREDENTIAL';
  const { proof, ...credential } = document;
  const contexts = credential['@context'] as readonly unknown[];
  const version = contextVersion(contexts[1]);
  if (version === undefined) return 'CONTEXT_UNKNOWN';
  // Further contexts would be a vocabulary that nobody here knows.
  if (contexts.length !== 2) return 'CONTEXT_NOT_EXACT';
  const { '@context': _, ...members } = credential;
  if (!isPlain(members)) return 'SHAPE_NOT_EXACT';
  if (isObject(proof) && !Object.hasOwn(proof, 'verificationMethod')) return 'KEY_NOT_NAMED';
  return isProof(proof) ? { credential, proof, version } : 'SHAPE_NOT_EXACT';
}

/** Without the keywords of JSON-LD, which no certificate has, and of a bounded size. */
function isPlain(members: object): boolean {
  let values = 0;
  const walk = (value: unknown, level: number): boolean => {
    values += 1;
    if (values > MOST_VALUES || level > MOST_LEVELS) return false;
    if (Array.isArray(value)) return value.every((element) => walk(element, level + 1));
    if (!isObject(value)) return true;
    return Object.entries(value).every(([name, member]) => !name.startsWith('@') && walk(member, level + 1));
  };
  return walk(members, 0);
}

function isProof(proof: unknown): proof is DivocProof {
  if (!isObject(proof) || Object.keys(proof).sort().join() !== PROOF_MEMBERS.join()) return false;
  if (!Object.values(proof).every((member) => typeof member === 'string')) return false;
  return isProofType(proof.type) && proof.proofPurpose === 'assertionMethod' && RECORD_FORMATS['date-time'](proof.created as string);
}

const isProofType = (type: unknown): type is ProofType => typeof type === 'string' && Object.hasOwn(ALGORITHMS, type);
