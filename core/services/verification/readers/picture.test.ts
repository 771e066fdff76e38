import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { encodeDivocZip } from '../../../api/divoc-zip.js';
import { collage, qrPng } from './files.fixture.js';
import { mediaKind } from './media-kind.js';
import { readPicture } from './picture.js';
import { pictureSize } from './picture-size.js';

const read = (bytes: Uint8Array) => readPicture(bytes, mediaKind(bytes));
const zip = encodeDivocZip({ id: 'urn:uuid:1', name: 'मित्र', filler: 'abcdefghijklmnop'.repeat(40) });
const other = encodeDivocZip({ id: 'urn:uuid:2' });
const code = await qrPng(zip);
const otherCode = await qrPng(other);

/** The same picture with another size in its header (IHDR); decoders check the sum after it. */
function claiming(width: number, height: number): Buffer {
  const png = Buffer.from(code);
  png.writeUInt32BE(width, 16);
  png.writeUInt32BE(height, 20);
  return png;
}

/** A small picture in gray whose content inflates to `length` bytes. */
function inflatingTo(length: number): Buffer {
  const chunk = (type: string, data: Uint8Array) => {
    const named = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const [size, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    size.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(named));
    return Buffer.concat([size, named, sum]);
  };
  const header = Buffer.from([0, 0, 0, 10, 0, 0, 0, 10, 8, 0, 0, 0, 0]);
  return Buffer.concat([
    code.subarray(0, 8),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(new Uint8Array(length))),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

describe('readPicture', () => {
  it.each<[string, () => Promise<Uint8Array>]>([
    ['a PNG', async () => code],
    ['a JPEG', () => collage([code], 'jpeg')],
    ['one that lies askew', () => collage([code], 'jpeg', 17)],
    ['one upside down', () => collage([code], 'png', 180)],
    ['light on dark', () => qrPng(zip, { dark: '#ffff', light: '#000f' })],
    ['twice the same', () => collage([code, code])],
  ])('gives the bytes of a code: %s', async (_what, make) => {
    expect(await read(await make())).toEqual({ input: new Uint8Array(zip) });
  });

  it.each([
    ['base64', `B64:${Buffer.from(zip).toString('base64')}`],
    ['UTF-8 of the bytes read as Latin-1', Buffer.from(zip).toString('latin1')],
    ['JSON', '{"name":"मित्र"}'],
    ['capitals and digits', 'HC1:6BF+70790T9WJWG.FKY*4GO0.O1CV2'],
  ])('gives the text of a code as UTF-8: %s', async (_what, text) => {
    expect(await read(await qrPng(new TextEncoder().encode(text)))).toEqual({ input: new TextEncoder().encode(text) });
    if (/^[ -~]*$/.test(text)) expect(await read(await qrPng(text))).toEqual({ input: new TextEncoder().encode(text) });
  });

  it.each<[string, Uint8Array | Promise<Uint8Array>, string]>([
    ['an empty page', collage([]), 'QR_MISSING'],
    ['two codes', collage([code, otherCode]), 'QR_AMBIGUOUS'],
    ['as many codes as are looked for', collage(Array<Buffer>(8).fill(otherCode)), 'QR_AMBIGUOUS'],
    ['half a file', code.subarray(0, 700), 'PICTURE_UNREADABLE'],
    ['a beginning', code.subarray(0, 8), 'PICTURE_UNREADABLE'],
    ['no width', claiming(0, 100), 'PICTURE_UNREADABLE'],
    ['a false size', claiming(300, 300), 'PICTURE_UNREADABLE'],
    ['40 million pixels and some', claiming(40_000, 1_001), 'PICTURE_TOO_LARGE'],
    ['more pixels than memory', claiming(4_294_967_295, 4_294_967_295), 'PICTURE_TOO_LARGE'],
    ['ten rows', inflatingTo(110), 'QR_MISSING'],
    ['ten rows that inflate without end', inflatingTo(100_000_000), 'PICTURE_UNREADABLE'],
    ['a JPEG that is none', Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0x00, 0x10, 0x4a, 0x46]), 'PICTURE_UNREADABLE'],
  ])('says what is wrong with %s', async (_what, bytes, failure) => {
    expect(await read(await bytes)).toEqual({ failure });
  });

  it('never throws for damage', async () => {
    for (const whole of [code, await collage([code], 'jpeg')]) {
      for (let round = 0; round < 20; round += 1) {
        const damaged = Buffer.from(whole);
        for (let at = 8 + round * 13; at < damaged.length; at += 97 + round * 211) damaged[at] = damaged[at]! ^ (0x11 + round);
        const result = await read(damaged);
        // What can still be read is whole: QR codes and zips carry their own checks.
        if ('input' in result) expect(result.input).toEqual(new Uint8Array(zip));
      }
    }
  });
});

it('reads the size of a JPEG past its other segments', async () => {
  const jpeg = await collage([code], 'jpeg');
  const side = Math.ceil((pictureSize(code, 'png')?.width ?? 0) * 1.5);
  expect(pictureSize(jpeg, 'jpeg')).toEqual({ width: side, height: side });
  // A segment of length 0 would be read for ever by a reader that believed it.
  expect(pictureSize(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 0, 0xff, 0xe0, 0, 0]), 'jpeg')).toBeUndefined();
});
