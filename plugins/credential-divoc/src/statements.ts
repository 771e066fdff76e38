import { disguised, oldMessageDigest, undisguised } from './old-text.js';
import { hostlessUrl, pinnedLoader, SECURITY_CONTEXT, VC1_CONTEXT } from './pinned-contexts.js';
import { type Dataset, jsonld, rdfCanonize } from './rdf-libraries.js';
import type { ContextVersion } from './vaccination-contexts.js';

/**
 * Blank nodes that look alike are told apart by trying. No certificate has more than a few, and nobody may keep a verifier
 * busy with them: so many tries, and, since a single one may go through very many orders, so many milliseconds.
 */
const MOST_TRIES = 64;
const MOST_MILLISECONDS = 300;

const OPTIONS = { documentLoader: pinnedLoader, safe: false, base: '' } as const;

/** A way to read a document: by which version of the vocabulary, and by whose rule for ids (`old-text.ts`). */
export interface Reading {
  readonly version: ContextVersion;
  readonly idsMayHaveSpaces: boolean;
}

/**
 * The statements that DIVOC signed, as canonical N-Quads (URDNA2015), of a document without its proof.
 *
 * Lax, as DIVOC was: members that no term defines leave no statement, nor does anything about a subject whose id is
 * relative. Throws an Error for what JSON-LD forbids, and for graphs that take too long.
 */
export async function statementsOf(document: object, { version, idsMayHaveSpaces }: Reading): Promise<string> {
  const contexts = { '@context': [VC1_CONTEXT, hostlessUrl(version)] };
  const inDisguise = disguised(document, idsMayHaveSpaces);
  const dataset = await jsonld.toRDF({ ...(inDisguise ?? document), ...contexts }, OPTIONS);
  if (!inDisguise) return canonical(dataset);
  return undisguised(await canonical(dataset, { createMessageDigest: oldMessageDigest }));
}

/** The statements of the proof options: the proof without its `jws`. */
export async function optionStatements(options: object): Promise<string> {
  return canonical(await jsonld.toRDF({ ...options, '@context': SECURITY_CONTEXT }, OPTIONS));
}

function canonical(dataset: Dataset, digest: { createMessageDigest?: typeof oldMessageDigest } = {}): Promise<string> {
  const signal = AbortSignal.timeout(MOST_MILLISECONDS);
  return rdfCanonize.canonize(dataset, { algorithm: 'RDFC-1.0', maxDeepIterations: MOST_TRIES, signal, ...digest });
}
