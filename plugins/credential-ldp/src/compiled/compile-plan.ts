// @ts-expect-error the package has no types
import jsonld from 'jsonld';
import { hexOf } from '#crypto';
import { pinnedLoader } from '../document-loader.js';
import { canonicalForm } from './canonical-form.js';
import { compile } from './compile.js';
import type { NodePlan } from './plan.js';
import { sampleOf } from './sample.js';
import type { NodeShape } from './shape.js';

const IN_N_QUADS = { base: null, safe: true, rdfDirection: 'i18n-datatype', format: 'application/n-quads' } as const;

/** The canonical N-Quads (RDFC-1.0) of a JSON-LD document as the library makes them, in safe mode; Error for what has none. */
export function canonicalByLibrary(document: object, documents: ReadonlyMap<string, object>): Promise<string> {
  return jsonld.canonize(document, { ...IN_N_QUADS, documentLoader: pinnedLoader(documents), canonizeOptions: { algorithm: 'RDFC-1.0' } });
}

/**
 * The plan of one shape, or undefined when the library has to do all of it. `documents`: the contexts besides that of VC 2.0,
 * by URL. A plan that does not give the library's bytes for its own samples is thrown away.
 */
export async function compilePlan(shape: NodeShape, documents: ReadonlyMap<string, object>): Promise<NodePlan | undefined> {
  const options = { ...IN_N_QUADS, documentLoader: pinnedLoader(documents) };
  const toQuads = async (document: object): Promise<string[]> => {
    const quads: string = await jsonld.toRDF(document, options);
    return quads.split('\n').filter((line) => line !== '');
  };
  try {
    const plan = await compile(shape, toQuads);
    return plan && (await givesSameBytes(plan, shape, documents)) ? plan : undefined;
  } catch {
    // Not even the library makes anything of such documents; it will say so of each of them.
    return undefined;
  }
}

/** Does a plan give the library's bytes for its samples: all members there, each of them missing, several of what may be many? */
export async function givesSameBytes(plan: NodePlan, shape: NodeShape, documents: ReadonlyMap<string, object>): Promise<boolean> {
  const samples = [
    sampleOf(shape),
    sampleOf(shape, { isMany: true }),
    ...[...shape.members.keys()].map((name) => sampleOf(shape, { without: [name] })),
  ];
  for (const sample of samples) {
    const form = canonicalForm(plan, sample, hexOf);
    if (form !== undefined && form !== (await canonicalByLibrary(sample, documents))) return false;
  }
  return canonicalForm(plan, sampleOf(shape), hexOf) !== undefined;
}
