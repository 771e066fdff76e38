import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import { canonicalJson, fromMultibase, type Sign, toMultibase } from '@divoc/core/api';
import { isInstant, isObject, isText, isUrl } from './member-forms.js';

/** https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022: JCS, SHA-256 and Ed25519. */
export const CRYPTOSUITE = 'eddsa-jcs-2022';

/** A DataIntegrityProof (https://www.w3.org/TR/vc-data-integrity/#proofs) whose shape has been checked. */
export interface Proof {
  readonly type: 'DataIntegrityProof';
  readonly cryptosuite: typeof CRYPTOSUITE;
  readonly verificationMethod?: string;
  readonly proofPurpose: string;
  readonly proofValue: string;
  readonly created?: string;
  readonly expires?: string;
  readonly '@context'?: unknown;
}

type Document = Readonly<Record<string, unknown>>;

/** What the proofs of this suite may say, and how. `previousProof` is not among it: a chain needs all of its proofs. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => value === 'DataIntegrityProof',
  cryptosuite: (value) => value === CRYPTOSUITE,
  verificationMethod: isUrl,
  proofPurpose: isText,
  proofValue: (value) => typeof value === 'string' && fromMultibase(value)?.length === 64,
  created: isInstant,
  expires: isInstant,
  id: isUrl,
  nonce: isText,
  challenge: isText,
  domain: (value) => isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText)),
  '@context': (value) => isText(value) || Array.isArray(value),
};
const REQUIRED = ['type', 'cryptosuite', 'proofPurpose', 'proofValue'];

/** The proof, or undefined when it is of another suite, malformed, or says what is not known here. */
export function readProof(value: unknown): Proof | undefined {
  if (!isObject(value)) return undefined;
  const isComplete = REQUIRED.every((name) => Object.hasOwn(value, name));
  const isKnown = Object.entries(value).every(([name, member]) => Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.(member));
  return isComplete && isKnown ? (value as unknown as Proof) : undefined;
}

/**
 * Adds a proof to a document as section 3.3.1 of the suite says. `options` are all members of the proof but its `@context`,
 * which is the document's own, and its value. The key stays outside: `sign` gets the 64 bytes of both hashes.
 */
export async function addProof(document: Document, options: Omit<Proof, 'proofValue' | '@context'>, sign: Sign): Promise<Document> {
  const context = document['@context'];
  const config = { ...options, ...(context !== undefined && { '@context': context }) };
  const proof = { ...config, proofValue: toMultibase(await sign(signedBytes(document, config))) };
  if (!readProof(proof)) throw new TypeError('these options make no proof that a verifier would read');
  return { ...document, proof };
}

/** True when the document's one proof is a signature by this Ed25519 Multikey over it (section 3.3.2). */
export function proofHolds(document: Document, publicKeyMultibase: string): boolean {
  const { proof: value, ...unsecured } = document;
  const [proof, key] = [readProof(value), ed25519Key(publicKeyMultibase)];
  if (!proof || !key) return false;
  const { proofValue, ...config } = proof;
  const context = proof['@context'];
  if (context !== undefined && !beginsWith(unsecured['@context'], context)) return false;
  const signed = signedBytes(context === undefined ? unsecured : { ...unsecured, '@context': context }, config);
  return verify(null, signed, key, fromMultibase(proofValue) as Uint8Array);
}

/** Both hashes, the proof configuration's first. */
function signedBytes(document: Document, config: object): Uint8Array {
  const sha256 = (value: unknown) => createHash('sha256').update(canonicalJson(value), 'utf8').digest();
  return Buffer.concat([sha256(config), sha256(document)]);
}

/** Contexts may have been added behind those that were signed; they are left out of what is verified. */
function beginsWith(context: unknown, signed: unknown): boolean {
  const [all, first] = [listOf(context), listOf(signed)];
  return first.length <= all.length && first.every((entry, index) => canonicalJson(entry) === canonicalJson(all[index]));
}

/** DER of an Ed25519 public key (RFC 8410), but for its 32 bytes. */
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

function ed25519Key(multibase: string): KeyObject | undefined {
  const bytes = fromMultibase(multibase);
  if (bytes?.length !== 34 || bytes[0] !== 0xed || bytes[1] !== 0x01) return undefined;
  return createPublicKey({ key: Buffer.concat([SPKI, bytes.subarray(2)]), format: 'der', type: 'spki' });
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
