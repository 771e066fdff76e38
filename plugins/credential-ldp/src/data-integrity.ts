import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import type { Sign } from '@divoc/core/api';
import jsigs from 'jsonld-signatures';
import { type DocumentLoader, pinnedLoader } from './document-loader.js';

const { AssertionProofPurpose } = jsigs.purposes;

/** The name of the suite; it stands in the proof, and tells this format from others. */
export const CRYPTOSUITE = 'eddsa-rdfc-2022';

export interface ProofOptions {
  /** RFC 3339; it stands in the proof as it is given. */
  readonly created: string;
  /** DID URL. */
  readonly verificationMethod: string;
}

/**
 * Adds a DataIntegrityProof (eddsa-rdfc-2022, https://www.w3.org/TR/vc-di-eddsa/) to a document, in JSON-LD safe mode.
 *
 * The key stays outside: `sign` receives the 64 bytes of both hashes and gives back a raw Ed25519 signature.
 */
export async function addProof(
  document: object,
  options: ProofOptions,
  sign: Sign,
  loader: DocumentLoader,
): Promise<Record<string, unknown>> {
  const signer = {
    id: options.verificationMethod,
    algorithm: 'Ed25519' as const,
    sign: ({ data }: { readonly data: Uint8Array }) => sign(data),
  };
  const suite = new DataIntegrityProof({ cryptosuite, signer, date: null });
  // Given as a member, because `date` would lose its milliseconds (the suite writes whole seconds).
  suite.proof = { created: options.created };
  return jsigs.sign(structuredClone(document), { suite, purpose: new AssertionProofPurpose(), documentLoader: loader });
}

export interface ProofKey {
  readonly id: string;
  readonly controller: string;
  readonly publicKeyMultibase: string;
}

/** True when the document's proof is a signature by this key, made for assertions. `documents`: the contexts, by URL. */
export async function proofHolds(document: object, key: ProofKey, documents: ReadonlyMap<string, object>): Promise<boolean> {
  const method = { '@context': 'https://w3id.org/security/multikey/v1', type: 'Multikey', ...pick(key) };
  // jsonld-signatures asks the loader for the key and then for its controller's list of assertion methods.
  const controller = { '@context': 'https://www.w3.org/ns/did/v1', id: key.controller, assertionMethod: [key.id] };
  const documentLoader = pinnedLoader(new Map([...documents, [key.id, method], [key.controller, controller]]));
  const suite = new DataIntegrityProof({ cryptosuite });
  const result = await jsigs.verify(document, { suite, purpose: new AssertionProofPurpose(), documentLoader });
  return result.verified === true;
}

const pick = ({ id, controller, publicKeyMultibase }: ProofKey) => ({ id, controller, publicKeyMultibase });
