import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createCanvas } from '@napi-rs/canvas';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader';
import { decodeDivocZip } from '../../core/api/index.js';
import { decodePixelPass } from '../../core/internal/pixelpass.js';
import { client, dose } from './requests.js';
import { type RunningHouse, startHouse, tokenFor } from './running-house.js';
import { twoFormsAdopter } from './two-forms-adopter.js';

const wasm = readFileSync(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) as ArrayBuffer } });

let house: RunningHouse;
beforeAll(async () => {
  house = await startHouse();
});
afterAll(() => house.stop());

type Picture = Parameters<typeof readBarcodes>[0];

/** The first page, as a printer or scanner of this resolution would have it. */
async function scanned(pdf: Uint8Array, dotsPerInch: number): Promise<Picture> {
  const page = await (await getDocument({ data: pdf, useSystemFonts: false }).promise).getPage(1);
  const viewport = page.getViewport({ scale: dotsPerInch / 72 });
  const canvas = createCanvas(Math.ceil(viewport.width), Math.ceil(viewport.height));
  const canvasContext = canvas.getContext('2d');
  await page.render({ canvas: canvas as never, canvasContext: canvasContext as never, viewport, background: '#fff' }).promise;
  return canvasContext.getImageData(0, 0, canvas.width, canvas.height) as unknown as Picture;
}

it.each([
  ['en', 'a small certificate', {}],
  ['ar', 'one in Arabic', { patient: { name: 'ليلى حسن', gender: 'أنثى' } }],
  [
    'hi',
    'one as large as can be',
    { facility: { name: 'प्राथमिक स्वास्थ्य केंद्र क्षमता विभाग', district: 'तिरुवनंतपुरम', region: 'केरल', country: 'भारत' } },
  ],
])('the code on the PDF is read by a second reader at 150 dpi (%s: %s)', async (language, code, changes) => {
  const nurse = client(house.address, tokenFor(house.home));
  const made = await nurse('POST', '/v1/vaccinations', { body: dose(code, 1, changes) });
  const { links } = (await made.json()) as { links: Record<string, string> };
  const credential = await (await nurse('GET', links.credential as string)).json();
  const pdf = new Uint8Array(await (await nurse('GET', `${links.pdf}?language=${language}`)).arrayBuffer());
  const codes = await readBarcodes(await scanned(pdf, 150), { formats: ['QRCode'] });
  expect(codes).toHaveLength(1);
  const json = decodeDivocZip(codes[0]!.bytes);
  expect(JSON.parse(Buffer.from(json ?? []).toString('utf8'))).toEqual(credential);
});

it('and so is the PixelPass code of another format, at its largest', async () => {
  const adopter = twoFormsAdopter();
  const other = await startHouse({ adopter });
  try {
    const nurse = client(other.address, tokenFor(other.home, 'nurse', 'facility-staff', { adopter }));
    const changes = { facility: { name: 'प्राथमिक स्वास्थ्य केंद्र क्षमता विभाग', district: 'तिरुवनंतपुरम', region: 'केरल', country: 'भारत' } };
    const made = await nurse('POST', '/v1/vaccinations', { body: { ...dose('pixelpass', 1, changes), programme: 'covid-19' } });
    const { links } = (await made.json()) as { links: Record<string, string> };
    const credential = (await (await nurse('GET', links.credential as string)).json()) as { proof: { cryptosuite: string } };
    const pdf = new Uint8Array(await (await nurse('GET', links.pdf as string)).arrayBuffer());
    const codes = await readBarcodes(await scanned(pdf, 150), { formats: ['QRCode'] });
    expect(credential.proof.cryptosuite).toBe('eddsa-jcs-2022');
    expect(codes.map(({ text, ecLevel }) => [decodePixelPass(text), ecLevel])).toEqual([[{ document: credential }, 'L']]);
  } finally {
    await other.stop();
  }
});
