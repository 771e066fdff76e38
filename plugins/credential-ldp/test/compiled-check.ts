import type { CredentialType } from '@divoc/core/api';
import fc from 'fast-check';
import { canonicalForm } from '../src/compiled/canonical-form.js';
import { canonicalByLibrary, compilePlan } from '../src/compiled/compile-plan.js';
import { hexOf } from '../src/compiled/crypto-node.js';
import type { NodePlan } from '../src/compiled/plan.js';
import { credentials, shapeWithStatus, types } from './generated.js';

export interface Tally {
  /** Documents that the plan covered, and that the library was left with. */
  compiled: number;
  left: number;
}

/** Canonical bytes of generated documents, as compiled and as the library makes them. Throws for the first that differ. */
export async function checkGenerated(options: { types: number; documents: number; spoil?: (plan: NodePlan) => NodePlan }): Promise<Tally> {
  const tally = { compiled: 0, left: 0 };
  for (const type of fc.sample(types, { numRuns: options.types, seed: 11 })) await checkType(type, options, tally);
  return tally;
}

async function checkType(type: CredentialType, { documents, spoil }: Parameters<typeof checkGenerated>[0], tally: Tally): Promise<void> {
  const contexts = new Map([[type.url, type.document]]);
  const plan = await compilePlan(shapeWithStatus(type), contexts);
  if (!plan) throw new Error(`not compiled: ${JSON.stringify(type.document.schema)}`);
  const property = fc.asyncProperty(credentials(type), async (document) => {
    const form = canonicalForm(spoil ? spoil(plan) : plan, document, hexOf);
    tally[form === undefined ? 'left' : 'compiled'] += 1;
    // What only the library does is right by definition; what it refuses must have been left to it.
    const expected = await canonicalByLibrary(document, contexts).catch(() => 'refused');
    if (form !== undefined && form !== expected) throw new Error(`compiled:\n${form}\nlibrary:\n${expected}`);
    if (form === undefined && isPlain(document)) throw new Error('the plan should have covered it');
  });
  await fc.assert(property, { numRuns: documents, seed: 12, includeErrorInReport: true });
}

/** Has it nothing that the plan leaves to the library? */
function isPlain(document: Readonly<Record<string, unknown>>): boolean {
  const { id, issuer, credentialStatus, credentialSubject } = document;
  const entries = (Array.isArray(credentialStatus) ? credentialStatus : [credentialStatus]).map((entry) => JSON.stringify(entry));
  const iris = [id, issuer].every((value) => !/^tag:|[^!-~]/.test(String(value)));
  return iris && new Set(entries).size === entries.length && isPlainValue(credentialSubject);
}

function isPlainValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  const members = Object.values(value);
  return members.length > 0 && members.every(isPlainValue);
}
