import { randomBytes } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
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
});
