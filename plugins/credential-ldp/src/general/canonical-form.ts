import type { HashName } from '@divoc/core/api';
// @ts-expect-error the package has no types
import jsonld from 'jsonld';
import { pinnedLoader } from '../document-loader.js';
import { PINNED_CONTEXTS } from './pinned-contexts.js';

type Document = Readonly<Record<string, unknown>>;

/** How IRIs of the house begin, however a document writes them: its certificates are not read in general, see `ldp-format.ts`. */
const HOUSE_TERMS = '<urn:divoc:';

/** Time that one canonicalisation may take; ordinary credentials take a few milliseconds. */
export const MOST_MILLISECONDS = 1_000;

/** Bounds on the work that canonicalisation may make; a signal of its own for each. */
export const canonicalBounds = (hash: HashName) => ({
  algorithm: 'RDFC-1.0',
  messageDigestAlgorithm: hash,
  maxWorkFactor: 1,
  signal: AbortSignal.timeout(MOST_MILLISECONDS),
});

/**
 * The canonical form (RDFC-1.0) of a document whose contexts are all pinned, in JSON-LD safe mode.
 *
 * Throws an Error for a term that no context defines, for a graph too complex (as many deep comparisons as it has blank
 * nodes that look alike), for one that takes too long, and for what the house alone may say.
 * `houseTypes`: of a presentation, the certificate types in it, whose certificates are read by themselves; of a certificate of
 * the house whose shape has been checked, its own.
 */
export async function canonicalForm(document: Document, hash: HashName, houseTypes?: ReadonlyMap<string, object>): Promise<string> {
  const canonizeOptions = canonicalBounds(hash);
  const documentLoader = pinnedLoader(houseTypes ? new Map([...PINNED_CONTEXTS, ...houseTypes]) : PINNED_CONTEXTS);
  const options = { documentLoader, base: null, safe: true, rdfDirection: 'i18n-datatype', canonizeOptions } as const;
  const form: string = await jsonld.canonize(document, options);
  if (!houseTypes && form.includes(HOUSE_TERMS)) throw new Error('a certificate of the house is read by its exact shape alone');
  return form;
}
