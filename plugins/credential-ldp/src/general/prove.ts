import { type HashName, listOf, type Sign, toMultibase } from '@divoc/core/api';
import { canonicalForm } from '#canonical-form';
import { coveredBy } from './proofs-hold.js';
import { signedBytes } from './signed-bytes.js';

type Document = Readonly<Record<string, unknown>>;

/**
 * Adds a proof to a document, beside those that it bears; one that names others in `previousProof` covers them as well.
 *
 * `config`: all members of the proof but its value. The key stays outside: `sign` gets both hashes. Throws an Error when the
 * document has no canonical form.
 */
export async function prove(document: Document, config: Document, sign: Sign, hash: HashName = 'SHA-256'): Promise<Document> {
  const present = listOf(document.proof) as readonly Document[];
  const named = present.map((source) => ({ source, id: source.id as string }));
  const covered = coveredBy(document, { previous: listOf(config.previousProof) as string[] }, named);
  const proof = {
    ...config,
    proofValue: toMultibase(await sign(await signedBytes(covered['@context'], config, hash, await canonicalForm(covered, hash)))),
  };
  return { ...document, proof: present.length > 0 ? [...present, proof] : proof };
}

/** What says whether a credential still holds: a holder who could keep it back would have one that never ends. */
const NEVER_KEPT_BACK = ['/issuer', '/validFrom', '/validUntil', '/issuanceDate', '/expirationDate', '/credentialStatus'];

/**
 * Adds the proof from which the holder derives those that verifiers read (ecdsa-sd-2023). `mandatory`: JSON Pointers to what
 * they cannot keep back, beside issuer, validity and status. Throws a PointerUnknown, or an Error as `prove` does.
 */
export async function proveForHolder(document: Document, config: Document, mandatory: readonly string[], sign: Sign): Promise<Document> {
  const { proof: present, ...unsecured } = document;
  const always = NEVER_KEPT_BACK.filter((pointer) => Object.hasOwn(unsecured, pointer.slice(1)));
  // What verifiers would refuse to read is not signed.
  await canonicalForm(unsecured, 'SHA-256');
  const { makeBaseProof } = await import('../selective/base-proof.js');
  const pointers = [...new Set([...always, ...mandatory])];
  const { proofValue } = await makeBaseProof(unsecured, config, pointers, sign, new Map());
  const proof = { ...config, proofValue };
  return { ...unsecured, proof: present === undefined ? proof : [...listOf(present), proof] };
}
