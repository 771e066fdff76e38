import { createHmac } from 'node:crypto';

/** Entries of a list: eight times what the standard asks at least, so that most countries' certificates stand in one crowd. */
export const LIST_ENTRIES = 1_048_576;

const HALF = 10;
const MASK = (1 << HALF) - 1;
const ROUNDS = 6;

/**
 * The place of the n-th certificate of a list: a permutation of 0 … LIST_ENTRIES - 1 under a secret seed.
 *
 * A counter and this give each certificate a place of its own in constant time, without a table of free places. Whoever
 * sees places, and not the seed, learns nothing of the order of issuing. A Feistel network with HMAC-SHA-256 as its round
 * function (Luby and Rackoff 1988); more rounds than the four of their theorem because the halves are small.
 */
export function placeOf(counter: number, seed: Uint8Array): number {
  if (!Number.isInteger(counter) || counter < 0 || counter >= LIST_ENTRIES) throw new RangeError(`a list has no entry ${counter}`);
  let [left, right] = [counter >> HALF, counter & MASK];
  for (let round = 0; round < ROUNDS; round += 1) {
    const mixed =
      createHmac('sha256', seed)
        .update(Uint8Array.of(round, right >> 8, right & 0xff))
        .digest()
        .readUInt16BE(0) & MASK;
    [left, right] = [right, left ^ mixed];
  }
  return (left << HALF) | right;
}
