import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PDFDocument } from '@cantoo/pdf-lib';
import type { PartContext, RenderRequest, TemplateEngine } from '@divoc/core/api';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

let engine: TemplateEngine;
let stop: () => Promise<void>;
const logged: string[] = [];
const root = mkdtempSync(join(tmpdir(), 'typst-'));
beforeAll(async () => {
  const log = { error: (_fields: object, message: string) => void logged.push(message) };
  const part = await plugin.setup({ config: { deadlineSeconds: 3, queue: 3 }, log } as unknown as PartContext<never>, {} as never);
  engine = part.ports.engine as TemplateEngine;
  stop = part.stop as () => Promise<void>;
});
afterAll(async () => {
  await stop();
  rmSync(root, { recursive: true, force: true });
});
afterEach(() => logged.splice(0));

const date = Date.parse('2026-11-25T06:00:00Z');
const head =
  '#set document(title: "T")\n#let data = json(bytes(sys.inputs.data))\n#set text(font: ("Noto Sans", "Noto Naskh Arabic", "Noto Sans Sinhala", "Noto Sans Tamil"))\n';
/** Each in a folder of its own, as templates are. */
function template(body: string): string {
  const folder = mkdtempSync(join(root, 't-'));
  const file = join(folder, 'page.typ');
  writeFileSync(file, head + body);
  return file;
}
const render = (body: string, data: object = {}, more: Partial<RenderRequest> = {}) =>
  engine.render({ template: template(body), data: data as Record<string, unknown>, date, ...more });

async function read(pdf: Uint8Array): Promise<{ text: string; fonts: string; pages: number }> {
  const document = await getDocument({ data: new Uint8Array(pdf), useSystemFonts: false }).promise;
  const texts: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const content = await (await document.getPage(number)).getTextContent();
    texts.push(content.items.map((item) => ('str' in item ? item.str : '')).join(''));
  }
  return { text: texts.join('\n'), fonts: Buffer.from(pdf).toString('latin1'), pages: document.numPages };
}

describe("the house's certificate", () => {
  const house = fileURLToPath(new URL('../../../templates/certificate-a4/', import.meta.url));
  const sample = (language: string): Record<string, unknown> => JSON.parse(readFileSync(join(house, 'sample', `${language}.json`), 'utf8'));
  const credential = readFileSync(join(house, 'sample', 'certificate.json'));
  const files = { 'qr.svg': readFileSync(join(house, 'sample', 'qr.svg')), 'certificate.json': credential };
  const print = (data: Record<string, unknown>) => engine.render({ template: join(house, 'print.typ'), data, files, date });

  it.each(['en', 'ar', 'hi'])('is one tagged page in %s, says PDF/UA, and names its language', async (language) => {
    const pdf = await print(sample(language));
    const { pages, text } = await read(pdf);
    const raw = Buffer.from(pdf).toString('latin1');
    expect(pages).toBe(1);
    expect(raw).toContain('/Marked true');
    expect(raw).toContain(`/Lang (${language}`);
    expect(raw).toMatch(/pdfuaid:part>1</);
    expect(text).toContain('7KQ2-9XWT-40HM-5');
    expect(text).toContain('1994-11-30');
    expect(raw.match(/\/FontName \/\w+\+NotoSans\w*/g)?.length).toBeGreaterThan(0);
  });

  it('carries the credential, byte for byte', async () => {
    const document = await PDFDocument.load(await print(sample('en')));
    const [attachment] = document.getAttachments();
    expect(attachment?.name).toMatch(/certificate\.json$/);
    expect(Buffer.from(attachment?.data ?? [])).toEqual(credential);
  });

  it('is the same, byte for byte, for the same certificate', async () => {
    const [a, b] = [await print(sample('hi')), await print(sample('hi'))];
    expect(Buffer.from(a).equals(Buffer.from(b))).toBe(true);
  });

  it('flows on to a second page when it must, and prints markup as text', async () => {
    const data = sample('en') as { holder: string; groups: { rows: { value: string }[] }[] };
    const hostile = '#read("/etc/passwd") ]#panic() $x$ *b* @c <l>';
    data.holder = 'x'.repeat(256);
    for (const group of data.groups) for (const row of group.rows) row.value = `${hostile} ${'y'.repeat(200)}`;
    const { text, pages } = await read(await print(data as never));
    expect(pages).toBeGreaterThan(1);
    expect(text.replace(/\s|\u200b/g, '')).toContain(hostile.replace(/\s/g, ''));
  });
});

describe('scripts', () => {
  it.each([
    ['Devanagari', 'क्षमा त्रिपाठी श्री', 'NotoSans-Regular'],
    ['Sinhala', 'ශ්‍රී ලංකා', 'NotoSansSinhala'],
    ['Tamil', 'தமிழ்', 'NotoSansTamil'],
    ['Arabic', 'وزارة الصحة', 'NotoNaskhArabic'],
    ['Latin', 'Łódź Đặng', 'NotoSans-Regular'],
  ])('%s is set in its own font', async (_script, name, font) => {
    const { fonts } = await read(await render('#data.name', { name }));
    expect(fonts).toMatch(new RegExp(`\\+${font}`));
  });

  it('joins letters into conjuncts: fewer glyphs than characters', async () => {
    const glyphs = async (name: string) => {
      const pdf = await PDFDocument.load(await render('#data.name', { name }));
      return pdf.context.enumerateIndirectObjects().length;
    };
    expect(await glyphs('क्ष')).toBeLessThanOrEqual(await glyphs('कषअ'));
  });

  it('refuses letters that no font has, and does not show them', async () => {
    const error = await render('#data.name', { name: '山田太郎' }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ status: 503, code: 'FONT_MISSING', message: expect.not.stringContaining('山田') });
  });
});

describe('a template', () => {
  it('reads nothing beyond its folder', async () => {
    writeFileSync(join(root, 'beyond.txt'), 'secret');
    await expect(render('#read("../beyond.txt")')).rejects.toThrow(/page\.typ:4: .*access denied/);
    await expect(render('#read("/etc/passwd")')).rejects.toThrow('page.typ:4: file not found');
  });

  it('fetches no package', async () => {
    await expect(render('#import "@preview/cetz:0.3.0": canvas')).rejects.toThrow('page.typ:4: packages are not fetched');
    await expect(render('#import ("@pre" + "view/cetz:0.3.0"): canvas')).rejects.toThrow(/page\.typ:4/);
  });

  it('is told its line and no value when it is wrong', async () => {
    const error = await render('#int(data.name)', { name: 'Bhaya Mitra' }).catch((thrown: Error) => thrown);
    expect((error as Error).message).toBe('page.typ:4: invalid integer: …');
    await expect(render('#data.missing', {})).rejects.toThrow('page.typ:4: dictionary does not contain key "missing"');
  });

  it('must be accessible: a picture without a text for it is an error', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>');
    await expect(render('#image("files/qr.svg")', {}, { files: { 'qr.svg': svg } })).rejects.toThrow(/PDF\/UA-1 error: missing alt text/);
    expect((await render('#image("files/qr.svg", alt: "A code")', {}, { files: { 'qr.svg': svg } })).length).toBeGreaterThan(500);
  });

  it('that never ends is killed, and the next one is rendered', async () => {
    const endless = render('#let f(n) = if n < 0 { 0 } else { f(n - 1) + f(n - 2) }\n#for i in range(100000000) { f(20) }');
    const next = engine.render({ template: template('next'), data: {}, date });
    await expect(endless).rejects.toThrow('took longer than 3000 ms');
    expect((await read(await next)).text).toBe('next');
    expect(logged).toEqual(['a document took too long; its process was killed']);
  });

  it('waits its turn, and is refused when too many wait', async () => {
    const file = template('#data.i');
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => engine.render({ template: file, data: { i: String(i) }, date })),
    );
    const refused = all.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(4);
    expect(refused.map(({ reason }) => reason.code)).toEqual(refused.map(() => 'PDF_OVERLOADED'));
  });
});
