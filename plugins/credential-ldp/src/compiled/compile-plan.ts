import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsonld from 'jsonld';
import { pinnedLoader } from '../document-loader.js';
import { canonicalForm } from './canonical-form.js';
import { compile } from './compile.js';
import type { NodePlan } from './plan.js';
import { sampleOf } from './sample.js';
import { hexOf } from './sha256.js';
import type { NodeShape } from './shape.js';

/** The plan of one shape, or undefined when the library has to do all of it. */
export async function compilePlan(shape: NodeShape, documents: ReadonlyMap<string, object>): Promise<NodePlan | undefined> {
  const documentLoader = pinnedLoader(documents);
  const options = { documentLoader, base: null, safe: true, rdfDirection: 'i18n-datatype', format: 'application/n-quads' } as const;
  const toQuads = async (document: object) => (await jsonld.toRDF(document, options)).split('\n').filter((line) => line !== '');
  try {
    const plan = await compile(shape, toQuads);
    return plan && (await givesSameBytes(plan, shape, (document) => cryptosuite.canonize(document, { documentLoader }))) ? plan : undefined;
  } catch {
    // Not even the library makes anything of such documents; it will say so of each of them.
    return undefined;
  }
}

/** Does a plan give the library's bytes for its own samples: all members there, each of them missing, and several of what may be many? */
export async function givesSameBytes(plan: NodePlan, shape: NodeShape, library: (document: object) => Promise<string>): Promise<boolean> {
  const samples = [
    sampleOf(shape),
    sampleOf(shape, { isMany: true }),
    ...[...shape.members.keys()].map((name) => sampleOf(shape, { without: [name] })),
  ];
  for (const sample of samples) {
    const form = canonicalForm(plan, sample, hexOf);
    if (form !== undefined && form !== (await library(sample))) return false;
  }
  return canonicalForm(plan, sampleOf(shape), hexOf) !== undefined;
}
