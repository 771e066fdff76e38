import { fromMultibase, isSignedBy, jwkOfMultikey, type PublicJwk, type Sign, toMultibase } from '@divoc/core/api';
import type { Canonize } from './compiled/canonizer.js';
import { digestOf } from './compiled/sha256.js';

/** The name of the suite; it stands in the proof, and tells this format from others. */
export const CRYPTOSUITE = 'eddsa-rdfc-2022';

type Document = Readonly<Record<string, unknown>>;

export interface ProofOptions {
  /** RFC 3339; it stands in the proof as it is given. */
  readonly created: string;
  /** DID URL. */
  readonly verificationMethod: string;
}

/**
 * Adds a DataIntegrityProof (eddsa-rdfc-2022, https://www.w3.org/TR/vc-di-eddsa/, section 3.2.1) to a document.
 *
 * The key stays outside: `sign` receives the 64 bytes of both hashes and gives back a raw Ed25519 signature.
 */
export async function addProof(document: object, options: ProofOptions, sign: Sign, canonize: Canonize): Promise<Record<string, unknown>> {
  const { created, verificationMethod } = options;
  const config = { created, type: 'DataIntegrityProof', verificationMethod, cryptosuite: CRYPTOSUITE, proofPurpose: 'assertionMethod' };
  const proofValue = toMultibase(await sign(await signedBytes({ ...document }, config, canonize)));
  return { ...document, proof: { ...config, proofValue } };
}

export interface ProofKey {
  readonly publicKeyMultibase: string;
}

/** True when the document's proof, whose shape has been checked, is a signature by this key (section 3.2.2). */
export async function proofHolds(document: object, key: ProofKey, canonize: Canonize): Promise<boolean> {
  const { proof, ...unsecured } = document as Document;
  const { proofValue, ...config } = proof as Document;
  const jwk = jwkOf(key.publicKeyMultibase);
  const signature = typeof proofValue === 'string' ? fromMultibase(proofValue) : undefined;
  if (!jwk || signature?.length !== 64) return false;
  return isSignedBy(jwk, 'Ed25519', await signedBytes(unsecured, config, canonize), signature);
}

/** The hash of the proof's configuration, under the document's contexts, then that of the document (section 3.2.4). */
async function signedBytes(document: Document, config: Document, canonize: Canonize): Promise<Uint8Array> {
  const bytes = new Uint8Array(64);
  bytes.set(digestOf(await canonize({ '@context': document['@context'], ...config })));
  bytes.set(digestOf(await canonize(document)), 32);
  return bytes;
}

const MAX_KEPT = 256;
const jwks = new Map<string, PublicJwk>();

/** One object a key, since the imported key is kept with it; an issuer has few. */
function jwkOf(multibase: string): PublicJwk | undefined {
  const jwk = jwks.get(multibase) ?? jwkOfMultikey(multibase);
  if (!jwk || jwks.has(multibase)) return jwk;
  if (jwks.size >= MAX_KEPT) jwks.delete(jwks.keys().next().value as string);
  jwks.set(multibase, jwk);
  return jwk;
}
