import type { CredentialType } from '@divoc/core/api';
import { credentialSchema } from '../credential-schema.js';
import { compileProofPlans, type ProofPlans, proofShapes } from './proof-plans.js';

/** Compiling costs as much as some thirty documents; who has but a few does without. */
const PATIENCE = 3;

interface Known {
  seen: number;
  plans?: Promise<ProofPlans | undefined>;
}

const known = new WeakMap<object, Known>();

/** The plans of a certificate type, compiled once there are some certificates; undefined while, or when, there are none. */
export async function plansOf(type: CredentialType['document'], url: string): Promise<ProofPlans | undefined> {
  const entry = known.get(type) ?? { seen: 0 };
  known.set(type, entry);
  entry.seen += 1;
  if (entry.seen > PATIENCE) entry.plans ??= compiled(type, url);
  return entry.plans;
}

/** The plans without patience: for whoever knows that there will be many certificates. */
export async function compilePlans(type: CredentialType['document'], url: string): Promise<void> {
  const entry = known.get(type) ?? { seen: 0 };
  known.set(type, entry);
  entry.plans ??= compiled(type, url);
  await entry.plans;
}

async function compiled(type: CredentialType['document'], url: string): Promise<ProofPlans | undefined> {
  const shapes = proofShapes(credentialSchema(type, url));
  return shapes && compileProofPlans(shapes, new Map([[url, type]]));
}
