import { listOf, type Sign, toMultibase } from '@divoc/core/api';
import { coveredBy } from './proofs-hold.js';
import { canonicalForm, signedBytes } from './signed-bytes.js';
import type { HashName } from './suites.js';

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
