import { execFileSync, spawn } from 'node:child_process';
import { symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PDFDocument } from '@cantoo/pdf-lib';
import { engineDeclaration, holdTo, templateEngineContract } from '@divoc/core/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { date, read, startEngine } from './engine.fixture.js';

let started: Awaited<ReturnType<typeof startEngine>>;
let render: (typeof started)['render'];
beforeAll(async () => {
  started = await startEngine();
  render = started.render;
});
afterAll(() => started.stop());
afterEach(() => void started.logged.splice(0));

describe('scripts', () => {
  // What shaping does: conjuncts and ligatures have fewer glyphs than letters.
  it.each([
    ['Latin', 'Łódź Đặng', 'NotoSans-Regular', 9],
    ['Devanagari', 'क्षत्रिय', 'NotoSans-Regular', 4],
    ['Sinhala', 'ශ්‍රී', 'NotoSansSinhala-Regular', 2],
    ['Tamil', 'ஸ்ரீ', 'NotoSansTamil-Regular', 1],
    ['Arabic', 'ممم', 'NotoNaskhArabic-Regular', 3],
  ])('%s is shaped, and set in its own font', async (_script, name, font, most) => {
    const { fonts, glyphs } = await read(await render('#data.name', { name }));
    expect(fonts).toEqual([font]);
    expect(glyphs.length).toBeLessThanOrEqual(most);
  });

  it('that join their letters give one letter several forms', async () => {
    const { glyphs } = await read(await render('#data.name', { name: 'ممم' }));
    expect(new Set(glyphs).size).toBe(3);
  });

  it('that no font here has are refused, and not shown', async () => {
    for (const name of ['山田太郎', 'Bhaya 😀', 'bell \u0007']) {
      const error = await render('#data.name', { name }).catch((thrown: Error) => thrown);
      expect(error).toMatchObject({ status: 503, code: 'FONT_MISSING', message: expect.not.stringContaining(name) });
    }
  });

  it('are not taken from the fonts of the machine', async () => {
    const installed = execFileSync('sh', ['-c', 'fc-list : family 2>/dev/null || true'], { encoding: 'utf8' }).split('\n');
    const [other = 'DejaVu Sans'] = installed.filter((name) => /^[A-Z]\w+ \w+$/.test(name) && !name.startsWith('Noto'));
    await expect(render(`#set text(font: "${other}")\n#data.name`, { name: 'x' })).rejects.toThrow(
      `page.typ:4: unknown font family: ${other.toLowerCase()}`,
    );
  });
});

describe('a template', () => {
  it('reads nothing beyond its folder', async () => {
    writeFileSync(join(started.root, 'beyond.txt'), 'secret');
    await expect(render('#read("../beyond.txt")')).rejects.toThrow('page.typ:4: failed to load file (access denied)');
    await expect(render('#read("/etc/passwd")')).rejects.toThrow('page.typ:4: file not found');
    const template = started.template('#read("link")');
    symlinkSync(join(started.root, 'beyond.txt'), join(dirname(template), 'link'));
    await expect(started.engine.render({ template, data: {}, date })).rejects.toThrow('link: a link that leads out of the folder');
  });

  it('includes others of its folder', async () => {
    const template = started.template('#include "row.typ"');
    writeFileSync(join(dirname(template), 'row.typ'), 'a row');
    expect((await read(await started.engine.render({ template, data: {}, date }))).text).toBe('a row');
  });

  it('fetches no package, and knows no day but those of the data', async () => {
    await expect(render('#import "@preview/cetz:0.3.0": canvas')).rejects.toThrow('page.typ:4: packages are not fetched');
    await expect(render('#import ("@pre" + "view/cetz:0.3.0"): canvas')).rejects.toThrow(/page\.typ:4/);
    await expect(render('\n#datetime.today().display()')).rejects.toThrow('page.typ:5: the day of printing is not known here');
  });

  it('is told its line and no value when it is wrong', async () => {
    const data = { name: 'Bhaya Mitra', key: 'a"b' };
    const told = async (body: string) => ((await render(body, data).catch((thrown: Error) => thrown)) as Error).message;
    expect(await told('#int(data.name)')).toBe('page.typ:4: invalid integer: …');
    expect(await told('\n#int(upper(data.name))')).toBe('page.typ:5: invalid integer: …');
    expect(await told('#panic(data.name.slice(0, 4))')).toBe('page.typ:4: panicked with: …');
    expect(await told('#assert.eq(data.name.slice(1), "x")')).not.toMatch(/haya/i);
    expect(await told('#read("files/" + data.name.slice(0, 3))')).toBe('page.typ:4: file not found');
    expect(await told('#data.at(data.key)')).toMatch(/^page\.typ:4: dictionary does not contain key "…"/);
    expect(await told('#ref(label(lower(data.name)))')).toBe('page.typ:4: label `…` does not exist in the document');
    expect(await told('#data.missing')).toMatch(/^page\.typ:4: dictionary does not contain key "missing"/);
    expect(await told('#missing')).toBe('page.typ:4: unknown variable: missing');
  });

  it('must be accessible: a picture without a text for it is an error', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>');
    await expect(render('#image("files/qr.svg")', {}, { files: { 'qr.svg': svg } })).rejects.toThrow('PDF/UA-1 error: missing alt text');
    expect((await render('#image("files/qr.svg", alt: "A code")', {}, { files: { 'qr.svg': svg } })).length).toBeGreaterThan(500);
  });

  it('bears the date that it is given', async () => {
    const pdf = await PDFDocument.load(await render('x'), { updateMetadata: false });
    expect(pdf.getCreationDate()?.toISOString()).toBe('2026-11-25T06:00:00.000Z');
  });
});

describe('the process of the compiler', () => {
  const ENDLESS = '#let f(n) = if n < 0 { 0 } else { f(n - 1) + f(n - 2) }\n#for i in range(100000000) { f(20) }';

  it('is killed when a document never ends, and the next one is rendered', async () => {
    const endless = render(ENDLESS, {});
    const next = render('next');
    await expect(endless).rejects.toThrow('page.typ: the document took longer than 3000 ms');
    expect((await read(await next)).text).toBe('next');
    expect(started.logged).toEqual(['a document took too long; its process was killed']);
  });

  it('ends with its parent, whatever it is doing', async () => {
    const program = fileURLToPath(new URL('../dist/src/compile-process.js', import.meta.url));
    const request = { template: started.template(ENDLESS), data: '{}', files: {}, date: 0 };
    const parent = spawn(
      process.execPath,
      [
        '-e',
        `const child = require('node:child_process').fork(process.argv[1], [String(process.pid)], { serialization: 'advanced' });
         child.send(${JSON.stringify(request)}, () => setTimeout(() => console.log(child.pid), 500));`,
        program,
      ],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = Number(await new Promise((resolve) => parent.stdout.once('data', resolve)));
    const isAlive = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    expect(isAlive()).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(isAlive, { timeout: 5000 }).toBe(false);
  });

  it('has one document at a time; others wait their turn, and are refused when too many wait', async () => {
    const template = started.template('#data.i');
    const all = await Promise.allSettled(
      Array.from({ length: 8 }, (_, i) => started.engine.render({ template, data: { i: String(i) }, date })),
    );
    const made = all.filter((one) => one.status === 'fulfilled').map(({ value }) => value);
    expect(await Promise.all(made.map(async (pdf) => (await read(pdf)).text))).toEqual(['0', '1', '2', '3']);
    const refused = all.filter((one) => one.status === 'rejected').map(({ reason }) => [reason.status, reason.code]);
    expect(refused).toEqual(Array(4).fill([503, 'PDF_OVERLOADED']));
  });
});

holdTo(it, templateEngineContract, () => ({
  engine: started.engine,
  declaration: engineDeclaration(plugin),
  templates: {
    name: started.template('#data.name'),
    missing: started.template('\n\n#data.patient.name'),
    outside: started.template('#read("../secret.txt")'),
    broken: { file: started.template('\n  #strong[#data.name'), line: 5, column: 10 },
  },
  textOf: async (document) => (await read(document)).text,
}));
