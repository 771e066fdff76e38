import { ed25519 } from '@noble/curves/ed25519.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { canonicalJson, fromMultibase, isInstant, isObject, listOf } from '../api/index.js';

/** A proof of a trust bundle: https://www.w3.org/TR/vc-di-eddsa/#eddsa-jcs-2022, by a key that names itself (did:key). */
export interface BundleProof {
  readonly type: 'DataIntegrityProof';
  readonly cryptosuite: 'eddsa-jcs-2022';
  readonly created: string;
  readonly verificationMethod: string;
  readonly proofPurpose: 'assertionMethod';
  readonly proofValue: string;
}

type Bundle = Readonly<Record<string, unknown>>;

/** Far more than keys that take turns. */
export const MOST_PROOFS = 8;

/** All members of a proof by this key (`z6Mk…`) but its value. */
export const bundleProof = (publicKeyMultibase: string, created: string): Omit<BundleProof, 'proofValue'> => ({
  type: 'DataIntegrityProof',
  cryptosuite: 'eddsa-jcs-2022',
  created,
  verificationMethod: methodOf(publicKeyMultibase),
  proofPurpose: 'assertionMethod',
});

const methodOf = (multibase: string): string => `did:key:${multibase}#${multibase}`;

const digestOf = (text: string): Uint8Array => sha256(new TextEncoder().encode(text));

/** What is signed: both hashes, the proof configuration's first (section 3.3.4 of the suite). */
export function bundleProofBytes({ proof: _, ...unsecured }: Bundle, options: object, digest = digestOf): Uint8Array {
  const hash = (value: unknown) => digest(canonicalJson(value));
  return Uint8Array.from([...hash(options), ...hash(unsecured)]);
}

/** The proofs of a bundle, or undefined when one of them is not of this kind. */
export function readBundleProofs({ proof }: Bundle): readonly BundleProof[] | undefined {
  const proofs = listOf(proof);
  return proofs.length <= MOST_PROOFS && proofs.every(isBundleProof) ? (proofs as readonly BundleProof[]) : undefined;
}

function isBundleProof(proof: unknown): boolean {
  if (!isObject(proof)) return false;
  const { type, cryptosuite, created, verificationMethod, proofPurpose, proofValue, ...others } = proof;
  const isKnown = type === 'DataIntegrityProof' && cryptosuite === 'eddsa-jcs-2022' && proofPurpose === 'assertionMethod';
  const isComplete = isInstant(created) && typeof verificationMethod === 'string' && typeof proofValue === 'string';
  return isKnown && isComplete && Object.keys(others).length === 0;
}

/** The Multikey that made a proof, or undefined when it is none that names itself. */
export function signerOf({ verificationMethod }: BundleProof): string | undefined {
  const multibase = verificationMethod.split('#')[1] ?? '';
  return verificationMethod === methodOf(multibase) ? multibase : undefined;
}

/** True when this Ed25519 Multikey has signed the bundle. Without WebCrypto, which would make all loading of trust wait. */
export function bundleProofHolds(bundle: Bundle, { proofValue, ...options }: BundleProof, multibase: string): boolean {
  const [signature, key] = [fromMultibase(proofValue), fromMultibase(multibase)];
  if (signature?.length !== 64 || key?.length !== 34) return false;
  try {
    return ed25519.verify(signature, bundleProofBytes(bundle, options), key.slice(2), { zip215: false });
  } catch {
    return false;
  }
}
