import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import type { FileInput } from './file-input.js';

/** RGBA, opaque. */
export interface Pixels {
  readonly data: Uint8ClampedArray;
  readonly width: number;
  readonly height: number;
}

/** Nobody prints more codes on a page and means one of them. */
const MAX_CODES = 8;
const OPTIONS: ReaderOptions = { formats: ['QRCode'], tryHarder: true, tryRotate: true, tryInvert: true, maxNumberOfSymbols: MAX_CODES };

// Handed over here, since the library would fetch it from the network.
const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

/** The bytes that each of the QR codes in a picture (pixels, PNG or JPEG) holds, as they were encoded: text would have lost those of a zip. */
export async function qrCodesIn(picture: Pixels | Uint8Array): Promise<Uint8Array[]> {
  const found = await readBarcodes(picture as Parameters<typeof readBarcodes>[0], OPTIONS);
  return found.filter(({ isValid }) => isValid).map(({ bytes }) => new Uint8Array(bytes));
}

/** The one content of these codes, undefined when there are none. As many as are looked for may not be all. */
export function oneContent(codes: readonly Uint8Array[]): FileInput | undefined {
  const [first] = codes;
  if (!first) return undefined;
  const isOne = codes.length < MAX_CODES && codes.every((code) => Buffer.compare(code, first) === 0);
  return isOne ? { input: first } : { failure: 'QR_AMBIGUOUS' };
}
