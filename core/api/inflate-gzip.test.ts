import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { inflateGzip } from './inflate.js';

const content = Buffer.concat([Buffer.from('मित्र'.repeat(300)), randomBytes(3000)]);
const LIMIT = content.length;

it('gives back what Node.js has packed, with a file name or without, and nothing that is damaged or too large', () => {
  const sound = gzipSync(content);
  const named = Buffer.concat([sound.subarray(0, 3), Buffer.from([8]), sound.subarray(4, 10), Buffer.from('bits\0'), sound.subarray(10)]);
  for (const bytes of [sound, named]) expect(Buffer.from(inflateGzip(bytes, LIMIT) ?? [])).toEqual(content);
  expect(inflateGzip(sound, LIMIT - 1)).toBeUndefined();
  expect(inflateGzip(gzipSync(Buffer.alloc(50_000_000)), LIMIT)).toBeUndefined();
  const flipped = (at: number) => Uint8Array.from(sound, (byte, index) => (index === (at + sound.length) % sound.length ? byte ^ 1 : byte));
  for (const at of [0, 1, 2, 900, -8, -4]) expect(inflateGzip(flipped(at), LIMIT)).toBeUndefined();
  for (const bytes of [sound.subarray(0, -1), sound.subarray(0, 12), Buffer.concat([sound, Buffer.from([0])]), new Uint8Array(0)])
    expect(inflateGzip(bytes, LIMIT)).toBeUndefined();
});
