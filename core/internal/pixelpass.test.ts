import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
// @ts-expect-error: the package has no types; it is there to be agreed with.
import foreign from '@mosip/pixelpass';
import { encode } from 'cborg';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase45, encodeBase45 } from '../api/base45.js';
import { parseStrictJson } from '../api/strict-json.js';
import { decodePixelPass, encodePixelPass, looksLikePixelPass } from './pixelpass.js';

const folder = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'pixelpass');
interface Vector {
  readonly qr: string;
  readonly text?: string;
  readonly json?: unknown;
  readonly header?: string;
}
const vectors: { decode: Vector[]; encode: Vector[]; decodeErrors: Vector[]; zlib: { utf8: string; hex: string }[] } = JSON.parse(
  readFileSync(join(folder, 'vectors.json'), 'utf8'),
);
/** Base45 of zlib of whatever bytes. */
const packed = (content: Uint8Array | string) => encodeBase45(deflateSync(content));
const cbor = (hex: string) => packed(Buffer.from(hex, 'hex'));

describe("PixelPass's own vectors", () => {
  it.each(vectors.decode)('decode: $qr', ({ qr, text, json }) => {
    expect(looksLikePixelPass(qr)).toBe(true);
    expect(decodePixelPass(qr)).toEqual(json === undefined ? { text } : { document: json });
  });

  it.each(vectors.encode.filter(({ header }) => header === undefined))('encode: $text', ({ text = '', qr }) => {
    expect(encodePixelPass(text.startsWith('{') ? JSON.parse(text) : text)).toBe(qr);
  });

  it.each(vectors.decodeErrors)('refuse: $qr', ({ qr }) => {
    expect(decodePixelPass(qr)).toEqual({ failure: 'base45' });
  });

  it.each(vectors.zlib)('inflate $utf8 at every level: $hex', ({ utf8, hex }) => {
    expect(decodePixelPass(encodeBase45(Buffer.from(hex, 'hex')))).toEqual({ text: utf8 });
  });
});

describe('the library @mosip/pixelpass', () => {
  const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => {
    try {
      // What our own reader takes: no numbers that a double cannot hold, no -0, no half of a pair.
      return (
        value !== null &&
        typeof value === 'object' &&
        !JSON.stringify(value).includes('-0') &&
        parseStrictJson(JSON.stringify(value)) !== undefined
      );
    } catch {
      return false;
    }
  });

  it('reads what is written here', () => {
    fc.assert(
      fc.property(json, (value) => {
        // Its inflater (pako 2.2) cannot read what is too small to be compressed at all; no certificate is.
        const content = [value, 'VaccinationCredential'.repeat(9)];
        expect(foreign.decode(encodePixelPass(content))).toBe(JSON.stringify(content));
      }),
    );
  });

  it('writes what is read here', () => {
    fc.assert(
      fc.property(json, (value) => {
        expect(decodePixelPass(foreign.generateQRData(JSON.stringify(value)))).toEqual({ document: JSON.parse(JSON.stringify(value)) });
      }),
    );
  });
});

describe('what is refused', () => {
  it.each<[string, string, string]>([
    ['lower case', 'ncf3qbxja5njrcoc004 qn4', 'base45'],
    ['a group beyond 65535', ':::', 'base45'],
    ['a group beyond 255', 'NCF::', 'base45'],
    ['more than any QR code holds', 'NCF'.repeat(6_000), 'base45'],
    ['no zlib stream', encodeBase45(Buffer.from('hello')), 'zlib'],
    ['half a stream', encodeBase45(deflateSync('x'.repeat(500)).subarray(0, 12)), 'zlib'],
    ['a wrong checksum', encodeBase45(Buffer.concat([deflateSync('x').subarray(0, -1), Buffer.from([9])])), 'zlib'],
    ['more behind the stream', encodeBase45(Buffer.concat([deflateSync('x'), Buffer.from([9])])), 'zlib'],
    ['a bomb', packed(Buffer.alloc(300_000)), 'zlib'],
    ['bytes that are neither', packed(Buffer.from([0xff, 0xfe])), 'content'],
  ])('as %s', (_what, text, failure) => {
    expect(decodePixelPass(text)).toEqual({ failure });
  });

  it.each<[string, string]>([
    ['a key given twice', 'a2616101616102'],
    ['a key that is no text', 'a10102'],
    ['__proto__', 'a1695f5f70726f746f5f5f01'],
    ['bytes', 'a161614101'],
    ['a tag', 'a16161c101'],
    ['undefined', 'a16161f7'],
    ['NaN', 'a16161f97e00'],
    ['infinity', 'a16161f97c00'],
    ['-0', 'a16161f98000'],
    ['an integer beyond 2^53', 'a161611b0020000000000001'],
    ['two items', 'a0a0'],
    ['half an item', 'a16161'],
    ['an array as long as it says', '9affffffff'],
    ['a break for a value', 'a16161ff'],
    ['half of a surrogate pair', 'a1616163eda080'],
  ])('as no JSON in CBOR: %s', (_what, hex) => {
    const read = decodePixelPass(cbor(hex));
    expect('document' in read ? read.document : 'nothing').toBe('nothing');
  });

  it('as nested too deeply, before a decoder follows it down', () => {
    for (const head of [0x81, 0x9f, 0xc1]) {
      const deep = packed(Buffer.alloc(200_000, head));
      expect(decodePixelPass(deep)).toEqual({ failure: 'content' });
    }
    const value = (levels: number): unknown => (levels === 0 ? 1 : [value(levels - 1)]);
    expect(decodePixelPass(packed(encode(value(10))))).toEqual({ document: value(10) });
    expect(decodePixelPass(packed(encode(value(65))))).not.toHaveProperty('document');
  });

  it('whatever it is, with a verdict and no exception', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => void decodePixelPass(packed(Buffer.from(bytes)))));
    fc.assert(fc.property(fc.string(), (text) => void [decodePixelPass(text), looksLikePixelPass(text)]));
  });
});

it('Base45 is that of RFC 9285', () => {
  for (const [text, encoded] of [
    ['AB', 'BB8'],
    ['Hello!!', '%69 VD92EX0'],
    ['base-45', 'UJCLQE7W581'],
    ['ietf!', 'QED8WEX0'],
    ['', ''],
  ] as const) {
    expect([encodeBase45(Buffer.from(text)), Buffer.from(decodeBase45(encoded) ?? [1]).toString()]).toEqual([encoded, text]);
  }
  expect(decodeBase45('GGW')).toBeUndefined();
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(decodeBase45(encodeBase45(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
});
