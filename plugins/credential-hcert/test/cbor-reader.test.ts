import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonOf } from '../src/cbor-json.js';
import { readCbor } from '../src/cbor-reader.js';

const read = (hex: string) => readCbor(Buffer.from(hex.replace(/ /g, ''), 'hex'));

describe('CBOR', () => {
  it('reads what another library writes', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(jsonOf(readCbor(encode(value)))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each([
    ['indefinite lengths (RFC 8949, appendix A)', 'bf 61 61 01 61 62 9f 02 03 ff ff', { a: 1, b: [2, 3] }],
    ['texts and bytes in pieces', '82 7f 65 7374726561 64 6d696e67 ff 5f 42 0102 43 030405 ff', ['streaming', 'AQIDBAU']],
    ['keys that are integers', 'a2 01 02 20 03', { 1: 2, '-1': 3 }],
    [
      'dates with their tag',
      '83 c0 74 32303133 2d 3033 2d 3231 54 3230 3a 3034 3a 3030 5a c1 1a 514b67b0 d9 03ec 6a 323031332d30332d3231',
      ['2013-03-21T20:04:00Z', '2013-03-21T20:04:00.000Z', '2013-03-21'],
    ],
    ['fractions of every size', '83 f9 3e00 fa 47c35000 fb 3ff199999999999a', [1.5, 100_000, 1.1]],
    ['what JSON has no word for', '85 f6 f7 f9 7c00 f9 7e00 1b ffffffffffffffff', [null, null, null, null, '18446744073709551615']],
    ['negative numbers and halves', '83 38 63 f9 c400 f9 0001', [-100, -4, 2 ** -24]],
  ])('reads %s', (_what, hex, value) => expect(jsonOf(read(hex))).toEqual(value));

  it.each([
    ['nothing', ''],
    ['bytes behind the item', '01 02'],
    ['a key that stands twice', 'a2 01 02 01 03'],
    ['a key that stands twice in another length', 'a2 01 02 18 01 03'],
    ['a key that is no text and no integer', 'a1 40 01'],
    ['a text that is not UTF-8', '61 ff'],
    ['an array that is cut', '82 01'],
    ['a length beyond the end', '5b ffffffffffffffff'],
    ['a break where none belongs', 'ff'],
    ['a break between key and value', 'bf 01 ff'],
    ['a piece of another kind', '7f 41 61 ff'],
    ['a reserved length', '1c'],
    ['a tag of nothing', 'c0'],
  ])('refuses %s', (_what, hex) => expect(read(hex)).toBeUndefined());

  it('refuses what is nested without end, and throws for no bytes at all', () => {
    expect(readCbor(new Uint8Array(100_000).fill(0x81))).toBeUndefined();
    expect(readCbor(new Uint8Array(100_000).fill(0xc1))).toBeUndefined();
    expect(read(`${'81'.repeat(24)}01`)).toBeDefined();
    expect(read(`${'81'.repeat(25)}01`)).toBeUndefined();
    fc.assert(fc.property(fc.uint8Array({ maxLength: 60 }), (noise) => void readCbor(noise)));
  });
});
