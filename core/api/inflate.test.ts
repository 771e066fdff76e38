import { randomBytes } from 'node:crypto';
import { constants, deflateRawSync, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { inflateRaw, inflateZlib } from './inflate.js';

const content = Buffer.concat([Buffer.from('मित्र'.repeat(300)), randomBytes(3000)]);
const LIMIT = content.length;

describe('inflate', () => {
  it('gives back what Node.js has deflated, at every level', () => {
    for (const level of [0, 1, 6, 9]) {
      expect(Buffer.from(inflateZlib(deflateSync(content, { level }), LIMIT) ?? [])).toEqual(content);
      expect(Buffer.from(inflateRaw(deflateRawSync(content, { level }), LIMIT) ?? [])).toEqual(content);
    }
    expect(inflateZlib(deflateSync(Buffer.alloc(0)), LIMIT)).toEqual(new Uint8Array(0));
  });

  it('reads streams that end with an empty block, as other libraries close them', () => {
    const flushed = deflateRawSync(content, { finishFlush: constants.Z_SYNC_FLUSH });
    const closed = Buffer.concat([flushed, Buffer.from([1, 0, 0, 0xff, 0xff])]);
    expect(Buffer.from(inflateRaw(closed, LIMIT) ?? [])).toEqual(content);
    expect(Buffer.from(inflateRaw(deflateRawSync(Buffer.alloc(0), { level: 0 }), LIMIT) ?? [1])).toEqual(Buffer.alloc(0));
  });

  it('stops at the bound, long before a bomb has gone off', () => {
    expect(inflateZlib(deflateSync(content), LIMIT - 1)).toBeUndefined();
    const bomb = deflateSync(Buffer.alloc(200_000_000));
    const before = process.memoryUsage().arrayBuffers;
    expect([inflateZlib(bomb, LIMIT), inflateRaw(bomb.subarray(2), LIMIT)]).toEqual([undefined, undefined]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(20_000_000);
  });

  it('knows what is cut, damaged, longer than it is, or no zlib', () => {
    const sound = deflateSync(content);
    const damaged = Uint8Array.from(sound, (byte, at) => (at === 900 ? byte ^ 1 : byte));
    const withDictionary = Uint8Array.from(sound, (byte, at) => (at === 1 ? 0xbb : byte));
    for (const bytes of [
      sound.subarray(0, -1),
      sound.subarray(0, 40),
      Buffer.concat([sound, Buffer.from([0])]),
      damaged,
      withDictionary,
      content,
      new Uint8Array(0),
    ])
      expect(inflateZlib(bytes, LIMIT)).toBeUndefined();
    expect(inflateRaw(deflateRawSync(content).subarray(0, 100), LIMIT)).toBeUndefined();
  });

  it('lets no bit be set that it does not need', () => {
    for (let length = 1; length < 40; length += 1) {
      const stream = deflateRawSync(Buffer.from('certificate'.repeat(length).slice(0, length * 3)));
      const last = stream.length - 1;
      const withBit = (bit: number) => Uint8Array.from(stream, (byte, at) => (at === last ? byte | (1 << bit) : byte));
      const accepted = Array.from({ length: 8 }, (_, bit) => withBit(bit)).filter((bytes) => inflateRaw(bytes, LIMIT));
      for (const bytes of accepted) expect(Buffer.compare(bytes, stream)).toBe(0);
      expect(inflateRaw(Buffer.concat([stream, Buffer.from([0])]), LIMIT)).toBeUndefined();
    }
  });

  it('gives what was compressed with every strategy, be it noise or repetition', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 3_000, size: 'max' }),
      fc
        .array(fc.constantFrom('vaccination', 'v', '2026-11-26', ' '), { maxLength: 2_000, size: 'max' })
        .map((words) => Buffer.from(words.join(''))),
    );
    const strategy = fc.constantFrom(constants.Z_DEFAULT_STRATEGY, constants.Z_FIXED, constants.Z_HUFFMAN_ONLY, constants.Z_RLE);
    fc.assert(
      fc.property(bytes, fc.integer({ min: 0, max: 9 }), strategy, (given, level, strategy) =>
        Buffer.from(given).equals(inflateZlib(deflateSync(given, { level, strategy }), 65_536) ?? Buffer.from('damaged')),
      ),
    );
    expect([1, 6, 9].map((level) => deflateSync('x', { level })[1])).toEqual([0x01, 0x9c, 0xda]);
  });

  it('refuses every text but one of each content: not a bit may be changed, not even behind the end', () => {
    const sound = deflateSync('a health certificate, a health certificate');
    for (let length = 0; length < sound.length; length += 1) expect(inflateZlib(sound.subarray(0, length), LIMIT)).toBeUndefined();
    for (let at = 0; at < sound.length * 8; at += 1) {
      const changed = Buffer.from(sound);
      changed[at >> 3] = (changed[at >> 3] as number) ^ (1 << (at & 7));
      expect(inflateZlib(changed, LIMIT), `bit ${at}`).toBeUndefined();
    }
    expect(inflateRaw(Buffer.concat([deflateRawSync('x'), Buffer.from([0])]), LIMIT)).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => (inflateRaw(noise, 1_000)?.length ?? 0) <= 1_000));
  });
});
