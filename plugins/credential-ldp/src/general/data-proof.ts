import { fromBase64url, fromMultibase, isInstant, isObject, isText, isUrl, listOf } from '@divoc/core/api';
import { SELECTIVE, type SuiteName, suiteNameOf } from './suites.js';

/** One proof whose shape has been checked (https://www.w3.org/TR/vc-data-integrity/#proofs). */
export interface DataProof {
  readonly type: string;
  readonly suite: SuiteName;
  readonly id?: string;
  readonly verificationMethod?: string;
  readonly created?: string;
  readonly expires?: string;
  readonly proofPurpose: string;
  readonly domain?: unknown;
  readonly challenge?: unknown;
  /** Ids of the proofs that this one covers as well. */
  readonly previous: readonly string[];
  readonly signature: Uint8Array;
  /** The proof as it stands in the document. */
  readonly source: Readonly<Record<string, unknown>>;
}

/** More than anybody uses; each costs a canonicalisation. */
const MOST_PROOFS = 8;

/**
 * What a proof may say. Anything else would be for its issuer's software alone, and a proof is no place to say things about
 * a person.
 */
const MEMBERS: Readonly<Record<string, (value: unknown) => boolean>> = {
  type: isText,
  cryptosuite: isText,
  id: isUrl,
  verificationMethod: isUrl,
  created: isInstant,
  expires: isInstant,
  proofPurpose: isText,
  proofValue: isText,
  domain: (value) => listOf(value).length > 0 && listOf(value).every(isText),
  challenge: isText,
  nonce: isText,
  previousProof: (value) => listOf(value).length > 0 && listOf(value).every(isUrl),
};

/**
 * The proofs of a document, or undefined when one of them is malformed, of an unknown suite, made for another purpose, or there twice:
 * all of them must hold, so that none may be passed over.
 */
export function readProofs(value: unknown, purpose: string): readonly DataProof[] | undefined {
  const proofs = listOf(value).map(readProof);
  if (proofs.length === 0 || proofs.length > MOST_PROOFS) return undefined;
  const known = proofs.filter((proof) => proof?.proofPurpose === purpose) as DataProof[];
  const ids = known.flatMap(({ id }) => (id === undefined ? [] : [id]));
  const isEachOnce = new Set(ids).size === ids.length && new Set(known.map(({ source }) => source.proofValue)).size === known.length;
  const isSound = known.length === proofs.length && isEachOnce;
  // A proof that names one which has gone covers something else than what is here.
  return isSound && known.every(({ previous, id }) => previous.every((name) => name !== id && ids.includes(name))) ? known : undefined;
}

function readProof(value: unknown): DataProof | undefined {
  if (!isObject(value)) return undefined;
  const suite = suiteNameOf(value);
  const isKnown = Object.entries(value).every(([name, member]) => Object.hasOwn(MEMBERS, name) && MEMBERS[name]?.(member));
  const { proofValue } = value;
  const isValue = typeof proofValue === 'string';
  // A derived proof is read as a whole where it is verified; its signature here is all that it says.
  const signature = !isValue ? undefined : suite === SELECTIVE ? derivedBytes(proofValue) : fromMultibase(proofValue);
  if (!suite || !isKnown || !signature || !isText(value.proofPurpose)) return undefined;
  if (isInstant(value.created) && isInstant(value.expires) && Date.parse(value.created) > Date.parse(value.expires)) return undefined;
  return { ...(value as unknown as DataProof), suite, signature, previous: listOf(value.previousProof) as string[], source: value };
}

/** How base and derived proofs of ecdsa-sd-2023 begin: two tags of CBOR, whose three bytes are four letters. */
const BASE = 'u2V0A';
const DERIVED = 'u2V0B';

/** True of a proof from which its holder derives others: it shows too much, and is not for verifiers. */
export const isBaseProof = (proof: unknown): boolean =>
  isObject(proof) && suiteNameOf(proof) === SELECTIVE && typeof proof.proofValue === 'string' && proof.proofValue.startsWith(BASE);

const derivedBytes = (value: unknown): Uint8Array | undefined =>
  typeof value === 'string' && value.startsWith(DERIVED) ? fromBase64url(value.slice(1)) : undefined;
