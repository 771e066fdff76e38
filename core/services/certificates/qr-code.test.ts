import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { encodeBase45 } from '../../api/base45.js';
import { MAX_QR_BYTES, MAX_QR_CHARACTERS, qrCode } from './qr-code.js';

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

describe('a QR code', () => {
  it.each([1, 200, 664, 900, 997, 998, MAX_QR_BYTES])('of %i bytes is at most 50 mm wide and read by a second reader', async (length) => {
    const content = randomBytes(length);
    const code = qrCode(content);
    expect(code.millimetres).toBeLessThanOrEqual(50);
    const [found] = await readBarcodes(await code.png(), { formats: ['QRCode'] });
    expect(Buffer.from(found?.bytes ?? [])).toEqual(content);
    expect(code.millimetres).toBeCloseTo(code.modules * 0.4, 5);
  });

  it.each([2, 500, 1_200, MAX_QR_CHARACTERS])('of %i characters is as wide, and in alphanumeric mode', async (length) => {
    const content = encodeBase45(randomBytes(1_300)).slice(0, length);
    const code = qrCode(content);
    expect(code.millimetres).toBeLessThanOrEqual(50);
    const [found] = await readBarcodes(await code.png(), { formats: ['QRCode'] });
    expect(found).toMatchObject({ text: content, ecLevel: 'L' });
    // In byte mode as many characters would take a larger symbol.
    if (length === MAX_QR_CHARACTERS) expect(() => qrCode(Buffer.from(content))).toThrow('cannot be printed');
  });

  it('draws the same modules as SVG', async () => {
    const code = qrCode(randomBytes(300));
    const side = Number(/viewBox="0 0 (\d+) /.exec(code.svg)?.[1]);
    expect(side).toBe(code.modules);
    const dark = new Set<string>();
    for (const [, x, y, length] of code.svg.matchAll(/M(\d+) (\d+)h(\d+)v1/g)) {
      for (let i = 0; i < Number(length); i += 1) dark.add(`${Number(x) + i},${y}`);
    }
    // The finder pattern in its corner, inside a quiet zone of four modules.
    for (let i = 0; i < 7; i += 1)
      expect([dark.has(`${4 + i},4`), dark.has(`4,${4 + i}`), dark.has(`3,${4 + i}`)]).toEqual([true, true, false]);
  });

  it('is refused beyond what can be printed', () => {
    expect(() => qrCode(randomBytes(MAX_QR_BYTES + 1))).toThrow('cannot be printed');
    expect(() => qrCode('A'.repeat(MAX_QR_CHARACTERS + 1))).toThrow('cannot be printed');
    // Lower case would need byte mode, so it is a mistake of ours.
    expect(() => qrCode('abc')).toThrow();
  });
});
