import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import type { CredentialType } from '@divoc/core/api';
import jsonld from 'jsonld';
import { credentialSchema } from '../credential-schema.js';
import { pinnedLoader } from '../document-loader.js';
import { canonicalForm } from './canonical-form.js';
import { compile } from './compile.js';
import type { NodePlan } from './plan.js';
import { sampleOf } from './sample.js';
import { hexOf } from './sha256.js';
import { type NodeShape, shapeOf } from './shape.js';

/** The canonical N-Quads (RDFC-1.0) of a JSON-LD document, in safe mode. Throws an Error for what has none. */
export type Canonize = (document: Readonly<Record<string, unknown>>) => Promise<string> | string;

/** As the library does it. `documents`: the contexts besides that of VC 2.0, by URL. */
export function libraryCanonizer(documents: ReadonlyMap<string, object>): Canonize {
  const documentLoader = pinnedLoader(documents);
  return (document) => cryptosuite.canonize(document, { documentLoader });
}

/** Compiling costs as much as some thirty documents; who has but a few does without. */
const PATIENCE = 3;
const canonizers = new WeakMap<object, Canonize>();

/** For certificates of a type and for their proofs: compiled once there are some, by the library for all that was not compiled. */
export function typeCanonizer(type: CredentialType['document'], url: string): Canonize {
  let canonize = canonizers.get(type);
  if (!canonize) {
    canonize = patient(libraryCanonizer(new Map([[url, type]])), () =>
      compiledCanonizer(credentialShapes(type, url), new Map([[url, type]])),
    );
    canonizers.set(type, canonize);
  }
  return canonize;
}

function patient(library: Canonize, compiling: () => Promise<Canonize>): Canonize {
  let seen = 0;
  let ready: Canonize | undefined;
  let compiled: Promise<Canonize> | undefined;
  return (document) => {
    if (ready) return ready(document);
    seen += 1;
    if (seen <= PATIENCE) return library(document);
    compiled ??= compiling().then((canonize) => {
      ready = canonize;
      return canonize;
    });
    return compiled.then((canonize) => canonize(document));
  };
}

/** The shapes of a credential without its proof, and of its proof without its value. */
export function credentialShapes(type: CredentialType['document'], url: string): readonly NodeShape[] {
  const shape = shapeOf(credentialSchema(type, url));
  const proof = shape?.kind === 'node' ? shape.members.get('proof') : undefined;
  if (shape?.kind !== 'node' || proof?.kind !== 'node') return [];
  const context = shape.members.get('@context');
  const unsecured = [...shape.members].filter(([name]) => name !== 'proof');
  const config = [...proof.members].filter(([name]) => name !== 'proofValue');
  const members = [unsecured, [...(context ? [['@context', context] as const] : []), ...config]];
  return members.map((each) => ({ kind: 'node', members: new Map(each), isMany: false }));
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

/** The plan of one shape, or undefined when the library has to do all of it. */
export async function compilePlan(shape: NodeShape, documents: ReadonlyMap<string, object>): Promise<NodePlan | undefined> {
  const library = libraryCanonizer(documents);
  const documentLoader = pinnedLoader(documents);
  const options = { documentLoader, base: null, safe: true, rdfDirection: 'i18n-datatype', format: 'application/n-quads' } as const;
  const toQuads = async (document: object) => (await jsonld.toRDF(document, options)).split('\n').filter((line) => line !== '');
  try {
    const plan = await compile(shape, toQuads);
    return plan && (await givesSameBytes(plan, shape, library)) ? plan : undefined;
  } catch {
    // Not even the library makes anything of such documents; it will say so of each of them.
    return undefined;
  }
}

/** Does a plan give the library's bytes for its own samples: all members there, each of them missing, and several of what may be many? */
export async function givesSameBytes(plan: NodePlan, shape: NodeShape, library: Canonize): Promise<boolean> {
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
