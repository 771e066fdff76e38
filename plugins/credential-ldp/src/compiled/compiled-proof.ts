import { fromMultibase, type Sign, toMultibase } from '@divoc/core/api';
import { isEd25519Signature } from '#crypto';
import { CRYPTOSUITE, type ProofKey, type ProofOptions } from '../data-integrity.js';
import { type ProofPlans, signedBytes } from './proof-plans.js';

type Document = Readonly<Record<string, unknown>>;

/** What `addProof` of `data-integrity.ts` makes, to the byte; undefined, and nothing signed, for what the plans do not cover. */
export async function addCompiledProof(
  plans: ProofPlans,
  document: object,
  options: ProofOptions,
  sign: Sign,
): Promise<Document | undefined> {
  const { created, verificationMethod } = options;
  const config = { created, type: 'DataIntegrityProof', verificationMethod, cryptosuite: CRYPTOSUITE, proofPurpose: 'assertionMethod' };
  const bytes = signedBytes(plans, document as Document, config);
  return bytes && { ...document, proof: { ...config, proofValue: toMultibase(await sign(bytes)) } };
}

/** What `proofHolds` of `data-integrity.ts` says of a document whose shape has been checked; undefined for what the plans do not cover. */
export async function compiledProofHolds(
  plans: ProofPlans,
  document: object,
  { publicKeyMultibase }: Pick<ProofKey, 'publicKeyMultibase'>,
): Promise<boolean | undefined> {
  const { proof, ...unsecured } = document as Document;
  const { proofValue, ...config } = proof as Document;
  const bytes = signedBytes(plans, unsecured, config);
  if (!bytes) return undefined;
  const signature = typeof proofValue === 'string' ? fromMultibase(proofValue) : undefined;
  return signature?.length === 64 && isEd25519Signature(publicKeyMultibase, bytes, signature);
}
