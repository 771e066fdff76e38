import { setImmediate as turn } from 'node:timers/promises';
import type { HashName } from '@divoc/core/api';
import { canonicalForm as canonicalFormHere } from './canonical-form.js';
import { canonicalFormElsewhere } from './canonical-thread.js';

/** Values of a document, contexts included, that take some ten milliseconds; ordinary credentials have fewer. */
const MOST_HERE = 250;

/**
 * What `canonical-form.ts` gives; package.json says which of them `#canonical-form` is. JSON-LD takes up to half a second for
 * what a verifier admits (4,096 values), and lets nothing else be done meanwhile: large documents go to a thread.
 */
export const canonicalForm: typeof canonicalFormHere = async (document, hash: HashName, houseTypes) => {
  // Each of several proofs costs as much again.
  await turn();
  return hasMoreThan(MOST_HERE, document)
    ? canonicalFormElsewhere({ document, hash, houseTypes })
    : canonicalFormHere(document, hash, houseTypes);
};

function hasMoreThan(most: number, document: object): boolean {
  let left = most;
  const count = (value: unknown): boolean => {
    left -= 1;
    if (left < 0) return true;
    return typeof value === 'object' && value !== null && Object.values(value).some(count);
  };
  return count(document);
}
