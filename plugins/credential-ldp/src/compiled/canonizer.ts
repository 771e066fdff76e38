import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { pinnedLoader } from '../document-loader.js';
import { canonicalForm } from './canonical-form.js';
import { compilePlan } from './compile-plan.js';
import type { NodePlan } from './plan.js';
import { hexOf } from './sha256.js';
import type { NodeShape } from './shape.js';

/** The canonical N-Quads (RDFC-1.0) of a JSON-LD document, in safe mode. Throws an Error for what has none. */
export type Canonize = (document: Readonly<Record<string, unknown>>) => Promise<string> | string;

/** As the library does it. `documents`: the contexts besides that of VC 2.0, by URL. */
export function libraryCanonizer(documents: ReadonlyMap<string, object>): Canonize {
  const documentLoader = pinnedLoader(documents);
  return (document) => cryptosuite.canonize(document, { documentLoader });
}

/**
 * Compiles what can be compiled of these shapes, and leaves every other document to the library. A plan that does not give the
 * library's bytes for its own samples is thrown away.
 */
export async function compiledCanonizer(shapes: readonly NodeShape[], documents: ReadonlyMap<string, object>): Promise<Canonize> {
  const library = libraryCanonizer(documents);
  const plans: NodePlan[] = [];
  for (const shape of shapes) {
    const plan = await compilePlan(shape, documents);
    if (plan) plans.push(plan);
  }
  return (document) => {
    for (const plan of plans) {
      const form = canonicalForm(plan, document, hexOf);
      if (form !== undefined) return form;
    }
    return library(document);
  };
}
