import { mkdtempSync, readFileSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PartContext, TemplateEngine } from '@divoc/core/api';
import { engineDeclaration, holdTo, templateEngineContract } from '@divoc/core/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

let engine: TemplateEngine;
const folder = mkdtempSync(join(tmpdir(), 'handlebars-'));
const file = join(folder, 'page.hbs');
beforeAll(async () => {
  engine = (await plugin.setup({} as PartContext<never>, {} as never)).ports.engine as TemplateEngine;
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let written = 0;
async function render(source: string, data: object = {}, files: Record<string, Uint8Array> = {}): Promise<string> {
  writeFileSync(file, source);
  // Two writes within one tick of the clock would look like one.
  written += 1;
  utimesSync(file, written, written);
  return String(Buffer.from(await engine.render({ template: file, data: data as Record<string, unknown>, files, date: 0 })));
}

describe("the house's page", () => {
  const house = fileURLToPath(new URL('../../../templates/certificate-a4/', import.meta.url));
  const files = { 'qr.svg': readFileSync(join(house, 'sample', 'qr.svg')) };
  it.each([
    ['en', 'ltr', 'Bhaya Mitra'],
    ['ar', 'rtl', 'ليلى حسن'],
    ['hi', 'ltr', 'श्रीमती क्षमा त्रिपाठी'],
  ])('is rendered in %s', async (language, direction, name) => {
    const data = JSON.parse(readFileSync(join(house, 'golden', `${language}.json`), 'utf8'));
    const page = String(Buffer.from(await engine.render({ template: join(house, 'page.hbs'), data, files, date: 0 })));
    expect(page).toContain(`<html lang="${language}" dir="${direction}">`);
    expect(page).toContain(name);
    expect(page).toContain('<bdi dir="ltr">1994-11-30</bdi>');
    expect(page).toContain('src="data:image/svg+xml;base64,');
    expect(page).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });
});

it('escapes all data, wherever it stands', async () => {
  const page = await render('<p title="{{a}}">{{a}}</p>{{#each list}}{{this}}{{/each}}', {
    a: `"><script>alert(1)</script>'&`,
    list: ['<b>'],
  });
  expect(page).toBe(
    '<p title="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;&amp;">&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&#x27;&amp;</p>&lt;b&gt;',
  );
  expect(await render('{{a}}', { a: '{{b}}', b: 'no' })).toBe('{{b}}');
});

it('has conditions, lists and comparisons', async () => {
  const data = { on: true, off: '', tag: 'ar', list: [{ n: 1 }, { n: 2 }] };
  expect(await render('{{#if on}}1{{else}}2{{/if}}{{#unless off}}3{{/unless}}{{#if (eq tag "ar")}}4{{/if}}', data)).toBe('134');
  expect(await render('{{#each list}}{{n}}{{#unless @last}},{{/unless}}{{/each}}', data)).toBe('1,2');
});

it('gives pictures that were handed in as data URIs, and no others', async () => {
  expect(await render("{{file 'q.png'}}", {}, { 'q.png': Uint8Array.of(1, 2, 3) })).toBe(
    'data:image/png;base64,AQID'.replaceAll('=', '&#x3D;'),
  );
  await expect(render("{{file 'other.png'}}", {}, { 'q.png': Uint8Array.of(1) })).rejects.toThrow('a picture that is not there');
  await expect(render("{{file '__proto__'}}")).rejects.toThrow('a picture that is not there');
});

describe('refuses, with file and line', () => {
  it.each([
    ['a\n{{{a}}}', 'page.hbs:2: everything is escaped here'],
    ['a\n\n{{& a}}', 'page.hbs:3: everything is escaped here'],
    ['{{#if a}}\n{{{b}}}{{/if}}', 'page.hbs:2: everything is escaped here'],
    ['{{> other}}', 'page.hbs:1: there is no file other.hbs beside it'],
    ['{{> ../other}}', 'page.hbs:1: a partial is named by a-z'],
    ['{{> "/etc/passwd"}}', 'page.hbs:1: a partial is named by a-z'],
    ['{{> (lookup . "a")}}', 'page.hbs:1: a partial is named by a-z'],
    ['{{> page}}', "page.hbs:1: 'page' includes itself"],
    ['{{#> layout}}x{{/layout}}', 'page.hbs:1: only plain partials are used'],
    ['{{#*inline "x"}}{{/inline}}', 'page.hbs:1: decorators are not used'],
    ['{{#each a as |x|}}{{x}}{{/each}}', "page.hbs:1: 'as | |' is not used"],
    ['\n<p></p>\n<SCRIPT src="x">', 'page.hbs:3: pages run no scripts'],
    ['{{lookup a "constructor"}}', 'page.hbs:1: there is no helper of this name'],
    ['{{log a}}', 'page.hbs:1: there is no helper of this name'],
    ['{{#helperMissing a}}{{/helperMissing}}', 'page.hbs:1: there is no helper of this name'],
    ['\n{{unknown}}', "page.hbs:2: there is no field 'unknown' here"],
    ['{{a.b}}', "page.hbs:1: there is no field 'b' here"],
    ['\n{{#each unknown}}x{{/each}}', "page.hbs:2: there is no field 'unknown' here"],
    ['\n{{#if a.b}}x{{/if}}', "page.hbs:2: there is no field 'b' here"],
    ['{{#with b}}x{{/with}}', "page.hbs:1: there is no field 'b' here"],
    ['{{#if (eq b "x")}}x{{/if}}', "page.hbs:1: there is no field 'b' here"],
    ['\n\n{{a.c.deep}}', "page.hbs:3: there is no field 'deep' here"],
    ['\n{{a.none.deep}}', "page.hbs:2: there is no field 'deep' here"],
    ['{{#if a}}', 'page.hbs:1: '],
  ])('%j', async (source, message) => {
    await expect(render(source, { a: { c: 'Bhaya Mitra' } })).rejects.toThrow(message);
    await expect(render(source, { a: { c: 'Bhaya Mitra' } })).rejects.not.toThrow('Bhaya');
  });

  it.each(['{{a.constructor}}', '{{constructor}}', '{{a.__proto__}}', '{{a.toString}}', '{{#with list.length.constructor}}{{/with}}'])(
    '%s: prototypes',
    async (source) => {
      await expect(render(source, { a: {}, list: [] })).rejects.toThrow(/^page\.hbs:1: no field can be named '/);
    },
  );
  it('methods of lists and texts, which it does not call', async () => {
    expect(await render('{{list.map}}{{list.at}}', { list: [1] })).toBe('');
    await expect(render('{{a.at}}', { a: 'Bhaya' })).rejects.toThrow("page.hbs:1: there is no field 'at' here");
  });
});

describe('partials', () => {
  const beside = (name: string, source: string) => writeFileSync(join(folder, name), source);
  it('are files beside the template, with fields of their own, compiled again when they change', async () => {
    beside('row.hbs', '<li class="{{kind}}">{{this.n}}</li>');
    expect(await render('{{#each list}}{{> row kind="a"}}{{/each}}', { list: [{ n: '<' }, { n: 2 }] })).toBe(
      '<li class="a">&lt;</li><li class="a">2</li>',
    );
    beside('row.hbs', '{{n}};');
    utimesSync(join(folder, 'row.hbs'), 1, 1);
    const list = { list: [{ n: 1 }, { n: 2 }] };
    expect(String(Buffer.from(await engine.render({ template: file, data: list, date: 0 })))).toBe('1;2;');
  });

  it('are named in what goes wrong in them, and held to the same rules', async () => {
    beside('wrong.hbs', '\n{{unknown}}');
    await expect(render('{{> wrong}}')).rejects.toThrow("wrong.hbs:2: there is no field 'unknown' here");
    beside('wrong.hbs', '{{{a}}}');
    await expect(render('{{> wrong}}', { a: 1 })).rejects.toThrow('wrong.hbs:1: everything is escaped here');
    beside('wrong.hbs', '{{> again}}');
    beside('again.hbs', '\n{{> wrong}}');
    await expect(render('{{> wrong}}')).rejects.toThrow("again.hbs:2: 'wrong' includes itself");
  });

  it('are not reached through a link out of the folder', async () => {
    const outside = mkdtempSync(join(tmpdir(), 'outside-'));
    writeFileSync(join(outside, 'secret.hbs'), 'secret');
    symlinkSync(join(outside, 'secret.hbs'), join(folder, 'link.hbs'));
    await expect(render('{{> link}}')).rejects.toThrow('page.hbs:1: there is no file link.hbs beside it');
    rmSync(outside, { recursive: true });
  });
});

it('reads a template again when its file has changed', async () => {
  expect(await render('one')).toBe('one');
  expect(await render('two')).toBe('two');
});

it('gives up a page without measure, while it is made', async () => {
  await expect(render('{{#each a}}{{#each ../a}}xxxxxxxxxx{{/each}}{{/each}}', { a: Array(600).fill(1) })).rejects.toThrow('longer than');
  const deep = '{{#each @root.a}}'.repeat(8) + '{{/each}}'.repeat(8);
  const start = performance.now();
  await expect(render(deep, { a: Array(100).fill(1) })).rejects.toThrow('longer than');
  expect(performance.now() - start).toBeLessThan(30_000);
});

holdTo(it, templateEngineContract, () => {
  const write = (name: string, source: string): string => {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  };
  const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#x3D': '=', '#x60': '`' };
  return {
    engine,
    declaration: engineDeclaration(plugin),
    templates: {
      name: write('name.hbs', '<p>{{name}}</p>'),
      missing: write('missing.hbs', '<p>\n\n{{patient.name}}</p>'),
      outside: write('outside.hbs', '{{> ../secret}}'),
      broken: { file: write('broken.hbs', '<p>\n<b>{{{name}}}</b>'), line: 2, column: 4 },
    },
    textOf: (document) =>
      Buffer.from(document)
        .toString()
        .replace(/&([#\w]+);/g, (whole, name: string) => entities[name] ?? whole),
  };
});
