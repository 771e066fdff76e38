import { canonicalJson, fromMultibase, isSignedBy, jwkOf, type Sign, type TrustedKey, toMultibase } from '@divoc/core/api';
import { sha256 } from '@noble/hashes/sha2.js';
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

/** True when the document's one proof is a signature by this Ed25519 key over it (section 3.3.2). */
export async function proofHolds(document: Document, key: TrustedKey): Promise<boolean> {
  const { proof: value, ...unsecured } = document;
  const [proof, jwk] = [readProof(value), jwkOf(key)];
  if (!proof || !jwk) return false;
  const { proofValue, ...config } = proof;
  const context = proof['@context'];
  if (context !== undefined && !beginsWith(unsecured['@context'], context)) return false;
  const signed = signedBytes(context === undefined ? unsecured : { ...unsecured, '@context': context }, config);
  return isSignedBy(jwk, 'Ed25519', signed, fromMultibase(proofValue) as Uint8Array);
}

/** Both hashes, the proof configuration's first. */
function signedBytes(document: Document, config: object): Uint8Array {
  const hash = (value: unknown) => sha256(new TextEncoder().encode(canonicalJson(value)));
  return Uint8Array.from([...hash(config), ...hash(document)]);
}

/** Contexts may have been added behind those that were signed; they are left out of what is verified. */
function beginsWith(context: unknown, signed: unknown): boolean {
  const [all, first] = [listOf(context), listOf(signed)];
  return first.length <= all.length && first.every((entry, index) => canonicalJson(entry) === canonicalJson(all[index]));
}

const listOf = (value: unknown): unknown[] => (value === undefined ? [] : Array.isArray(value) ? value : [value]);
