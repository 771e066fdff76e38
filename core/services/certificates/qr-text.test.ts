import { randomBytes, randomInt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { encodeBase45 } from '../../api/base45.js';
import { qrCode, qrRoom } from './qr-code.js';

const require = createRequire(import.meta.url);
const jsQR = require('jsqr') as typeof import('jsqr').default;
const wasm = readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

/** What two readers of other makers find in the picture. */
async function scanned(text: string) {
  const code = qrCode({ text });
  const png = await code.png();
  const [found] = await readBarcodes(png, { formats: ['QRCode'] });
  const image = await loadImage(Buffer.from(png));
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const other = jsQR(context.getImageData(0, 0, image.width, image.height).data, image.width, image.height);
  return { code, texts: [found?.text, other?.data], level: found?.ecLevel, modes: other?.chunks.map(({ type }) => type) };
}

const hcert = (length: number) => `HC1:${encodeBase45(randomBytes(length))}`.slice(0, length);
const shc = (length: number) => `shc:/${Array.from({ length: length - 5 }, () => randomInt(10)).join('')}`;

describe('a text that is a credential', () => {
  it.each([
    [531, 'Q', 17],
    [1041, 'Q', 25],
    [1042, 'M', 22],
    [1853, 'L', 25],
  ])('of %i characters as HCERT has them stands at level %s in version %i', async (length, level, version) => {
    const text = hcert(length);
    const found = await scanned(text);
    expect(found).toMatchObject({ texts: [text, text], level, modes: ['alphanumeric'] });
    expect(found.code.modules).toBe(4 * version + 17 + 8);
    expect(found.code.millimetres).toBeLessThanOrEqual(50);
  });

  it.each([
    [1_549, 'Q'],
    [3_000, 'L'],
  ])('of %i characters as SMART Health Cards have them stands in digits, at level %s', async (length, level) => {
    const text = shc(length);
    const found = await scanned(text);
    expect(found).toMatchObject({ texts: [text, text], level, modes: ['byte', 'numeric'] });
    expect(found.code.millimetres).toBeLessThanOrEqual(50);
  });

  it('of any other kind stands in bytes', async () => {
    const text = 'eyJhbGciOiJFUzI1NiJ9.eyJ9.c2ln~ž~';
    expect(await scanned(text)).toMatchObject({ texts: [text, text], level: 'Q', modes: ['byte'] });
  });

  it('is refused beyond what can be printed, and drawn up to there', () => {
    for (const textOf of [hcert, shc, (length: number) => 'a'.repeat(length)]) {
      const { limit } = qrRoom({ text: textOf(100) });
      expect(qrCode({ text: textOf(limit) }).millimetres).toBe(50);
      expect(() => qrCode({ text: textOf(limit + 1) })).toThrow('cannot be printed');
    }
    expect([hcert, shc].map((textOf) => qrRoom({ text: textOf(99) }).limit)).toEqual([1853, 3044]);
  });
});
