import { fromMultibase, isSignedBy, jwkOfMultikey, type PublicJwk, type Sign, toMultibase } from '@divoc/core/api';
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
  const jwk = jwkOf(publicKeyMultibase);
  const signature = typeof proofValue === 'string' ? fromMultibase(proofValue) : undefined;
  return jwk !== undefined && signature?.length === 64 && isSignedBy(jwk, 'Ed25519', bytes, signature);
}

const MAX_KEPT = 256;
const jwks = new Map<string, PublicJwk>();

/** One object a key, since what is imported of it is kept with it. An issuer has few keys. */
function jwkOf(multibase: string): PublicJwk | undefined {
  const kept = jwks.get(multibase);
  if (kept) return kept;
  const jwk = jwkOfMultikey(multibase);
  if (jwks.size >= MAX_KEPT) jwks.delete(jwks.keys().next().value as string);
  if (jwk) jwks.set(multibase, jwk);
  return jwk;
}
