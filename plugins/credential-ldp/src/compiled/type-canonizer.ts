import type { CredentialType } from '@divoc/core/api';
import { credentialSchema } from '../credential-schema.js';
import { type Canonize, compiledCanonizer, libraryCanonizer } from './canonizer.js';
import { type NodeShape, shapeOf } from './shape.js';

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
