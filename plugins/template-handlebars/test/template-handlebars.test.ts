import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PartContext, TemplateEngine } from '@divoc/core/api';
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
    const data = JSON.parse(readFileSync(join(house, 'sample', `${language}.json`), 'utf8'));
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
    ['{{> other}}', 'page.hbs:1: partials are not used'],
    ['{{#> layout}}x{{/layout}}', 'page.hbs:1: partials are not used'],
    ['{{lookup a "constructor"}}', 'page.hbs:1: there is no helper of this name'],
    ['{{log a}}', 'page.hbs:1: there is no helper of this name'],
    ['{{#helperMissing a}}{{/helperMissing}}', 'page.hbs:1: there is no helper of this name'],
    ['\n{{unknown}}', "page.hbs:2: there is no field 'unknown' here"],
    ['{{a.b}}', "page.hbs:1: there is no field 'b' here"],
    ['{{#if a}}', 'page.hbs:1: '],
  ])('%j', async (source, message) => {
    await expect(render(source, { a: { c: 'Bhaya Mitra' } })).rejects.toThrow(message);
    await expect(render(source, { a: { c: 'Bhaya Mitra' } })).rejects.not.toThrow('Bhaya');
  });

  it.each(['{{a.constructor}}', '{{constructor}}', '{{a.__proto__}}', '{{a.toString}}', '{{list.length.constructor}}'])(
    '%s: prototypes',
    async (source) => {
      const shown = await render(source, { a: {}, list: [] }).catch((error: Error) => error.message);
      expect(shown).not.toMatch(/function|native code|object Object\]$/);
    },
  );
});

it('reads a template again when its file has changed', async () => {
  expect(await render('one')).toBe('one');
  expect(await render('two')).toBe('two');
});

it('gives up a page without measure', async () => {
  await expect(render('{{#each a}}{{#each ../a}}xxxxxxxxxx{{/each}}{{/each}}', { a: Array(600).fill(1) })).rejects.toThrow('longer than');
});
