import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { revocationHash } from '../../internal/revocation-hash.js';
import { RevocationHashes } from './revocation-hashes.js';

it('gives the hashes of many ids sorted, again and again, and others their turn', async () => {
  let turns = 0;
  const hashes = new RevocationHashes(async () => {
    turns += 1;
  });
  const ids = Array.from({ length: 7001 }, () => randomUUID());
  const wanted = (some: readonly string[]) => some.map((id) => revocationHash(`urn:uuid:${id}`)).sort();
  expect(await hashes.sorted(ids)).toEqual(wanted(ids));
  expect(turns).toBeGreaterThan(ids.length);
  expect(await hashes.sorted([...ids.slice(3), 'x'])).toEqual(wanted([...ids.slice(3), 'x']));
  expect([await hashes.sorted([]), await hashes.sorted(['x'])]).toEqual([[], wanted(['x'])]);
});
