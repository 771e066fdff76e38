import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { PDFDocument } from '@cantoo/pdf-lib';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { date, read, startEngine } from './engine.fixture.js';

interface View {
  text: Record<string, string>;
  language: string;
  holder: string;
  qr: { millimetres: number; modules: number };
  groups: { label: string; rows: { label: string; value: string }[] }[];
  [name: string]: unknown;
}

const house = fileURLToPath(new URL('../../../templates/certificate-a4/', import.meta.url));
const json = <T>(...path: string[]): T => JSON.parse(readFileSync(join(house, ...path), 'utf8')) as T;
/** What the house's own sample of a language comes to (test/templates/golden.test.ts). */
const sample = (language: string) => json<View>('golden', `${language}.json`);
const languages = json<{ languages: string[] }>('template.json').languages;
const credential = readFileSync(join(house, 'sample', 'certificate.json'));
const files = { 'qr.svg': readFileSync(join(house, 'sample', 'qr.svg')), 'certificate.json': credential };

let started: Awaited<ReturnType<typeof startEngine>>;
beforeAll(async () => {
  started = await startEngine();
});
afterAll(() => started.stop());
const print = (data: View) => started.engine.render({ template: join(house, 'print.typ'), data, files, date });

it('has the same texts in every language, and samples that are made of them', () => {
  expect(readdirSync(join(house, 'strings')).sort()).toEqual(languages.map((tag) => `${tag}.json`).sort());
  const keys = Object.keys(json<object>('strings', 'en.json'));
  for (const tag of languages) {
    const texts = json<Record<string, string>>('strings', `${tag}.json`);
    expect(Object.keys(texts), tag).toEqual(keys);
    expect(sample(tag).text, tag).toEqual(texts);
  }
});

it.each(languages)('is one tagged page in %s, says PDF/UA, and names its language', async (language) => {
  const { pages, text, fonts, raw } = await read(await print(sample(language)));
  expect(pages).toBe(1);
  expect(raw).toContain('/Marked true');
  expect(raw).toContain(`/Lang (${language}`);
  expect(raw).toMatch(/pdfuaid:part>1</);
  expect(text).toContain('7KQ2-9XWT-40HM-5');
  expect(text).toContain('1994-11-30');
  expect(fonts.filter((font) => !/^Noto(Sans|NaskhArabic|SansSinhala|SansTamil)-/.test(font))).toEqual([]);
});

it('shows every label and value', async () => {
  const data = sample('en');
  // Readers get letters that are joined or turned from /ActualText, which this one does not know.
  for (const group of data.groups) for (const row of group.rows) if (/\P{ASCII}/u.test(row.value)) row.value = 'Suriya Perera';
  const { text } = await read(await print(data));
  const shown = data.groups.flatMap(({ label, rows }) => [label, ...rows.flatMap((row) => [row.label, row.value])]);
  expect([data.holder, data.text.title, ...shown].filter((words) => !text.includes(words as string))).toEqual([]);
});

it('carries the credential, byte for byte', async () => {
  const [attachment, ...more] = (await PDFDocument.load(await print(sample('en')))).getAttachments();
  expect(more).toEqual([]);
  expect(attachment).toMatchObject({ name: 'files/certificate.json', mimeType: 'application/vc' });
  expect(Buffer.from(attachment?.data ?? [])).toEqual(credential);
});

it('is the same, byte for byte, for the same certificate', async () => {
  const [a, b] = [await print(sample('hi')), await print(sample('hi'))];
  expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true);
});

it('has a QR code of 0.4 mm a module, which is read from a scan of 150 dots an inch', async () => {
  const data = sample('en');
  expect(data.qr.millimetres).toBeCloseTo(data.qr.modules * 0.4, 5);
  const [code] = await scan(await print(data), 150);
  const { topLeft, topRight } = code?.position ?? { topLeft: { x: 0 }, topRight: { x: 0 } };
  // The quiet zone is four modules on each side (ISO/IEC 18004).
  expect(((topRight.x - topLeft.x) / 150) * 25.4).toBeCloseTo((data.qr.modules - 8) * 0.4, 0);
  const zip = Buffer.from(code?.bytes ?? []);
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  expect(inflateRawSync(zip.subarray(start, start + zip.readUInt32LE(18)))).toEqual(credential);
});

it('flows on to a second page when it must, within its margins, and prints markup as text', async () => {
  const data = sample('en');
  const hostile = '#read("/etc/passwd") ]#panic() $x$ *b* @c <l>';
  data.holder = 'x'.repeat(256);
  for (const group of data.groups) for (const row of group.rows) row.value = `${hostile} ${'y'.repeat(200)}`;
  const pdf = await print(data);
  const { text, pages } = await read(pdf);
  expect(pages).toBeGreaterThan(1);
  expect(text.replace(/\s/g, '')).toContain(hostile.replace(/\s/g, ''));
  const page = await (await getDocument({ data: new Uint8Array(pdf) }).promise).getPage(1);
  const ends = (await page.getTextContent()).items.map((item) => ('str' in item ? item.transform[4] + item.width : 0));
  expect(Math.max(...ends)).toBeLessThan(((210 - 20) / 25.4) * 72 + 1);
});

interface Found {
  readonly bytes: Uint8Array;
  readonly position: { readonly topLeft: { readonly x: number }; readonly topRight: { readonly x: number } };
}

async function scan(pdf: Uint8Array, dotsPerInch: number): Promise<Found[]> {
  // Of core, which reads scans with it; the plugin itself does not need it.
  const require = createRequire(import.meta.url);
  const zxing = require('zxing-wasm/reader');
  const wasm = readFileSync(require.resolve('zxing-wasm/reader/zxing_reader.wasm'));
  // Handed over here, since the library would fetch it from the network.
  zxing.prepareZXingModule({ overrides: { wasmBinary: wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength) } });
  const document = await getDocument({ data: new Uint8Array(pdf) }).promise;
  const page = await document.getPage(1);
  const viewport = page.getViewport({ scale: dotsPerInch / 72 });
  const { canvas, context } = (document.canvasFactory as CanvasFactory).create(Math.round(viewport.width), Math.round(viewport.height));
  await page.render({ canvas, canvasContext: context, viewport, background: '#fff' }).promise;
  return zxing.readBarcodes(context.getImageData(0, 0, canvas.width, canvas.height), { formats: ['QRCode'] });
}

interface CanvasFactory {
  // biome-ignore lint/suspicious/noExplicitAny: pdfjs types these as those of a browser, which does not exist here.
  create(width: number, height: number): { canvas: any; context: any };
}
