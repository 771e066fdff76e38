import { digestOf, hexOf } from '#crypto';
import { canonicalForm } from './canonical-form.js';
import { compilePlan } from './compile-plan.js';
import type { NodePlan } from './plan.js';
import { type NodeShape, shapeOf } from './shape.js';

/** What of a signed document is canonicalised, each by itself: the document without its proof, and the proof without its value. */
export interface ProofShapes {
  readonly document: NodeShape;
  readonly proof: NodeShape;
}

export interface ProofPlans {
  readonly document: NodePlan;
  readonly proof: NodePlan;
}

type Document = Readonly<Record<string, unknown>>;

/** The shapes in a closed schema of signed documents; undefined when it is not understood. */
export function proofShapes(schema: object): ProofShapes | undefined {
  const shape = shapeOf(schema);
  if (shape?.kind !== 'node') return undefined;
  const [context, proof] = [shape.members.get('@context'), shape.members.get('proof')];
  if (!context || proof?.kind !== 'node') return undefined;
  const unsecured = [...shape.members].filter(([name]) => name !== 'proof');
  const config = [...proof.members].filter(([name]) => name !== 'proofValue');
  return { document: { ...shape, members: new Map(unsecured) }, proof: { ...proof, members: new Map([['@context', context], ...config]) } };
}

/** `documents`: the contexts, by URL. Undefined when either has to be left to the library. */
export async function compileProofPlans(shapes: ProofShapes, documents: ReadonlyMap<string, object>): Promise<ProofPlans | undefined> {
  const [document, proof] = [await compilePlan(shapes.document, documents), await compilePlan(shapes.proof, documents)];
  return document && proof && { document, proof };
}

/**
 * What an eddsa-rdfc-2022 proof signs: the hash of its configuration, under the document's contexts, then that of the document
 * (https://www.w3.org/TR/vc-di-eddsa/#hashing-eddsa-rdfc-2022). Undefined for what the plans do not cover.
 */
export function signedBytes(plans: ProofPlans, document: Document, config: Document): Uint8Array | undefined {
  const proof = canonicalForm(plans.proof, { '@context': document['@context'], ...config }, hexOf);
  const form = proof === undefined ? undefined : canonicalForm(plans.document, document, hexOf);
  if (proof === undefined || form === undefined) return undefined;
  const bytes = new Uint8Array(64);
  bytes.set(digestOf(proof));
  bytes.set(digestOf(form), 32);
  return bytes;
}
