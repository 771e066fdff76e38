import { expect, it } from 'vitest';
import { LIST_ENTRIES, placeOf } from './status-permutation.js';

const seed = Buffer.from('00112233445566778899aabbccddeeff', 'hex');

it('gives every certificate a place of its own, and no order', () => {
  const count = 3_000;
  const places = Array.from({ length: count }, (_, n) => placeOf(n, seed));
  expect(new Set(places).size).toBe(count);
  expect(places.every((place) => Number.isInteger(place) && place >= 0 && place < LIST_ENTRIES)).toBe(true);
  // As many of them rise as fall, and they are spread over the list: a chi-square of 16 parts, 0.1 % either side.
  const rising = places.filter((place, n) => n > 0 && place > (places[n - 1] ?? 0)).length;
  expect(Math.abs(rising - count / 2)).toBeLessThan(4 * Math.sqrt(count / 12));
  const parts = Array.from({ length: 16 }, (_, part) => places.filter((place) => place >> 16 === part).length);
  const chiSquare = parts.reduce((sum, part) => sum + (part - count / 16) ** 2 / (count / 16), 0);
  expect(chiSquare).toBeGreaterThan(3.48);
  expect(chiSquare).toBeLessThan(37.7);
  // Another list has other places.
  const other = places.filter((place, n) => place === placeOf(n, seed.subarray(1))).length;
  expect(other).toBeLessThan(5);
});

it('has no entry beyond its end', () => {
  for (const counter of [-1, LIST_ENTRIES, 0.5]) expect(() => placeOf(counter, seed)).toThrow(RangeError);
});
