import assert from 'node:assert/strict';
import { pointerTo } from '../api/json-pointer.js';
import type { Verdict } from '../api/ports/credential-format.js';
import { type Json, leaves, read } from './json-path.js';
import { mutations, type SwapOptions } from './swap-suite.js';

type Open = (document: unknown) => Promise<Verdict>;

/**
 * What can still be asked of a format whose signatures let values change places or be added: no mutation that is called
 * VERIFIED has other claims than the credential itself, and each altered value is named in `unprotected`.
 *
 * Contexts are left out: they say how a document is read, and are no values of it. Throws an Error that names every
 * mutation let through; resolves to the number of those that were VERIFIED.
 */
export async function assertMalleabilityTold(credential: unknown, open: Open, options: SwapOptions = {}): Promise<number> {
  const sound = await open(credential);
  assert.equal(sound.status, 'VERIFIED', 'the credential itself is not VERIFIED, so that its mutations prove nothing');
  const letThrough: string[] = [];
  let verified = 0;
  for (const { name, document } of mutations(credential, options)) {
    const { status, claims, unprotected = [] } = await open(document);
    if (status !== 'VERIFIED') continue;
    verified += 1;
    const untold = alteredPlaces(credential as Json, document as Json).filter(
      (place) => !unprotected.some((told) => isWithin(place, told)),
    );
    if (!isEqual(claims, sound.claims)) letThrough.push(`${name}: other claims`);
    else if (untold.length > 0) letThrough.push(`${name}: nothing said of ${untold.join(' ')}`);
  }
  if (letThrough.length > 0) throw new Error(`VERIFIED although altered (${letThrough.length}):\n${letThrough.join('\n')}`);
  return verified;
}

/** Pointers to the values that the original does not have at the same place, wherever in a list that is. */
function alteredPlaces(original: Json, altered: Json): string[] {
  const known = new Set(leaves(original, 'leaf').map((path) => textOf(original, path)));
  return leaves(altered, 'leaf')
    .filter((path) => path[0] !== '@context' && !known.has(textOf(altered, path)))
    .map(pointerTo);
}

const textOf = (document: Json, path: readonly string[]): string =>
  JSON.stringify([path.filter((name) => !/^\d+$/.test(name)), read(document, path)]);

/** A pointer ends early where a name cannot be shown. */
const isWithin = (place: string, told: string): boolean => place === told || place.startsWith(`${told}/`);

function isEqual(a: unknown, b: unknown): boolean {
  try {
    assert.deepEqual(a, b);
    return true;
  } catch {
    return false;
  }
}
