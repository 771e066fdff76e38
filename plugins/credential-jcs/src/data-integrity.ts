import {
  canonicalJson,
  fromMultibase,
  type HashName,
  isInstant,
  isObject,
  isSignedBy,
  isText,
  isUrl,
  listOf,
  type SealIntent,
  type SealingNeeds,
  type Sign,
  type SuiteKey,
  suiteKeyOf,
  type TrustedKey,
  toMultibase,
} from '@divoc/core/api';
import { sha256, sha384 } from '@noble/hashes/sha2.js';

/**
 * The suites over JCS, and what each signs with: https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022 and
 * https://www.w3.org/TR/vc-di-ecdsa/#ecdsa-jcs-2019. A purpose has one active key, so that each kind of key has its own.
 */
export const SUITES = {
  'eddsa-jcs-2022': { purpose: 'vc', algorithm: 'Ed25519' },
  'ecdsa-jcs-2019': { purpose: 'vc-ecdsa', algorithm: 'ES256' },
} as const satisfies Readonly<Record<string, SealingNeeds>>;

export type Suite = keyof typeof SUITES;

export const isSuite = (name: unknown): name is Suite => typeof name === 'string' && Object.hasOwn(SUITES, name);

/** The key as the suite uses it, or undefined when it is none of the suite's. */
export const keyFor = (suite: Suite, key: TrustedKey): SuiteKey | undefined =>
  suiteKeyOf(suite === 'eddsa-jcs-2022' ? 'eddsa' : 'ecdsa', key);

/** A DataIntegrityProof (https://www.w3.org/TR/vc-data-integrity/#proofs) whose shape has been checked. */
export interface Proof {
  readonly type: 'DataIntegrityProof';
  readonly cryptosuite: Suite;
  readonly id?: string;
  readonly verificationMethod?: string;
  readonly proofPurpose: string;
  readonly proofValue: string;
  readonly created?: string;
  readonly expires?: string;
  readonly domain?: unknown;
  readonly challenge?: unknown;
  /** Ids of the proofs that this one covers as well. */
  readonly previousProof?: unknown;
  readonly '@context'?: unknown;
}

type Document = Readonly<Record<string, unknown>>;

/** What the proofs of this suite may say, and how. */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: (value) => value === 'DataIntegrityProof',
  cryptosuite: isSuite,
  verificationMethod: isUrl,
  proofPurpose: isText,
  // P-384 signs with 96 bytes; which of them the key makes is seen when it is verified.
  proofValue: (value) => typeof value === 'string' && [64, 96].includes(fromMultibase(value)?.length ?? 0),
  created: isInstant,
  expires: isInstant,
  id: isUrl,
  nonce: isText,
  challenge: isText,
  domain: (value) => listOf(value).length > 0 && listOf(value).every(isText),
  previousProof: (value) => listOf(value).length > 0 && listOf(value).every(isUrl),
  '@context': (value) => isText(value) || Array.isArray(value),
};
const REQUIRED = ['type', 'cryptosuite', 'proofPurpose', 'proofValue'];

/** More than anybody uses. */
const MOST_PROOFS = 8;

/** The proof, or undefined when it is of another suite, malformed, or says what is not known here. */
export function readProof(value: unknown): Proof | undefined {
  if (!isObject(value)) return undefined;
  const isComplete = REQUIRED.every((name) => Object.hasOwn(value, name));
  const isKnown = Object.entries(value).every(([name, member]) => Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.(member));
  return isComplete && isKnown ? (value as unknown as Proof) : undefined;
}

/** All proofs of a document, or undefined when one is malformed, stands twice, or names one that is not there: all have to hold. */
export function readProofs(value: unknown): readonly Proof[] | undefined {
  const proofs = listOf(value).map(readProof);
  const known = proofs.filter((proof) => proof !== undefined);
  if (known.length === 0 || known.length < proofs.length || known.length > MOST_PROOFS) return undefined;
  const ids = known.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const isSound = ({ id, previousProof }: Proof) => listOf(previousProof).every((name) => name !== id && ids.includes(name as string));
  const isEachOnce = new Set(ids).size === ids.length && new Set(known.map(({ proofValue }) => proofValue)).size === known.length;
  return isEachOnce && known.every(isSound) ? known : undefined;
}

/** All members of an issuer's proof but its context and its value. */
export const issuersProof = (cryptosuite: Suite, { created, verificationMethod }: Pick<SealIntent, 'created' | 'verificationMethod'>) =>
  ({ type: 'DataIntegrityProof', cryptosuite, created, verificationMethod, proofPurpose: 'assertionMethod' }) as const;

/**
 * Adds a proof to a document as section 3.3.1 of the suite says, beside those that it bears. `options` are all members of
 * the proof but its `@context`, which is the document's own, and its value. The key stays outside: `sign` gets both hashes.
 */
export async function addProof(
  document: Document,
  options: Omit<Proof, 'proofValue' | '@context'>,
  sign: Sign,
  hash: HashName = 'SHA-256',
): Promise<Document> {
  const context = document['@context'];
  const config = { ...options, ...(context !== undefined && { '@context': context }) };
  const present = listOf(document.proof) as readonly Proof[];
  const proof = { ...config, proofValue: toMultibase(await sign(signedBytes(coveredBy(document, config, present), config, hash))) };
  const proofs = [...present, proof];
  if (!readProofs(proofs)) throw new TypeError('these options make no proof that a verifier would read');
  return { ...document, proof: proofs.length > 1 ? proofs : proof };
}

/** True when each of the document's proofs is a signature by its key over it (section 3.3.2). */
export async function proofsHold(document: Document, keys: readonly TrustedKey[]): Promise<boolean> {
  const proofs = readProofs(document.proof);
  if (!proofs || proofs.length !== keys.length) return false;
  for (const [index, proof] of proofs.entries()) {
    if (!(await proofHolds(document, proof, proofs, keys[index] as TrustedKey))) return false;
  }
  return true;
}

async function proofHolds(document: Document, proof: Proof, proofs: readonly Proof[], key: TrustedKey): Promise<boolean> {
  const fitting = keyFor(proof.cryptosuite, key);
  const { proofValue, ...config } = proof;
  const context = proof['@context'];
  if (!fitting || (context !== undefined && !beginsWith(document['@context'], context))) return false;
  const covered = coveredBy(document, proof, proofs);
  const signed = signedBytes(context === undefined ? covered : { ...covered, '@context': context }, config, fitting.hash);
  return isSignedBy(fitting.jwk, fitting.algorithm, signed, fromMultibase(proofValue) as Uint8Array);
}

/** The document with the proofs that this one names, as they stand beside it. */
function coveredBy(
  { proof: _, ...unsecured }: Document,
  { previousProof }: Pick<Proof, 'previousProof'>,
  proofs: readonly Proof[],
): Document {
  if (previousProof === undefined) return unsecured;
  return { ...unsecured, proof: proofs.filter(({ id }) => id !== undefined && listOf(previousProof).includes(id)) };
}

/** Both hashes, the proof configuration's first. */
function signedBytes(document: Document, config: object, name: HashName): Uint8Array {
  const hash = name === 'SHA-384' ? sha384 : sha256;
  const hashOf = (value: unknown) => hash(new TextEncoder().encode(canonicalJson(value)));
  return Uint8Array.from([...hashOf(config), ...hashOf(document)]);
}

/** Contexts may have been added behind those that were signed; they are left out of what is verified. */
function beginsWith(context: unknown, signed: unknown): boolean {
  const [all, first] = [listOf(context), listOf(signed)];
  return first.length <= all.length && first.every((entry, index) => canonicalJson(entry) === canonicalJson(all[index]));
}
