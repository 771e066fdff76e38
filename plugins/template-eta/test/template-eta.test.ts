import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TemplateEngine } from '@divoc/core/api';
import { engineDeclaration, holdTo, setUpPart, templateEngineContract } from '@divoc/core/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

const root = mkdtempSync(join(tmpdir(), 'eta-'));
const adopter = join(root, 'country');
const folder = join(root, 'house', 'card');
const own = join(adopter, 'templates', 'own-card');
let engine: TemplateEngine;
beforeAll(async () => {
  for (const path of [folder, own]) mkdirSync(path, { recursive: true });
  engine = (await setUpPart(plugin, { adopter })).ports.engine as TemplateEngine;
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

let written = 0;
async function render(source: string, data: object = {}, files: Record<string, Uint8Array> = {}, at = folder): Promise<string> {
  const template = join(at, 'page.eta');
  writeFileSync(template, source);
  written += 1;
  utimesSync(template, written, written);
  return String(Buffer.from(await engine.render({ template, data: data as Record<string, unknown>, files, date: 0 })));
}
const failure = async (...args: Parameters<typeof render>): Promise<string> =>
  render(...args).then(
    (page) => `rendered: ${page}`,
    (error: Error) => error.message,
  );

describe('data', () => {
  it('is text, whatever it holds', async () => {
    const name = `<img src=x onerror="alert('1')">&\` <%= process.version %>`;
    const page = await render('<p><%= it.patient.name %></p><a title="<%= it.patient.name %>">', { patient: { name } });
    expect(page.match(/[<>"]/g)?.join('')).toBe('<><><"">');
    expect(page).toContain('&#60;%= process.version %&#62;');
  });

  it('has lists and choices', async () => {
    const source = '<% for (const row of it.rows) { %><% if (row.show) { %><%= row.label %>;<% } %><% } %>';
    expect(
      await render(source, {
        rows: [
          { show: true, label: 'a' },
          { show: false, label: 'b' },
          { show: true, label: 3 },
        ],
      }),
    ).toBe('a;3;');
  });

  it('is never changed', async () => {
    const data = { rows: [{ label: 'a' }] };
    expect(await failure("<% it.rows[0].label = 'b' %>", data)).toBe("page.eta:1: the data cannot be changed ('label')");
    expect(data).toEqual({ rows: [{ label: 'a' }] });
  });

  it('comes with pictures', async () => {
    expect(await render('<img src="<%= it.file(\'qr.svg\') %>">', {}, { 'qr.svg': Buffer.from('<svg/>') })).toBe(
      '<img src="data:image/svg+xml;base64,PHN2Zy8+">',
    );
    expect(await failure("<%= it.file('other.svg') %>")).toMatch(/a picture that is not there/);
  });
});

describe('a mistake is told with file and line, and no value', () => {
  const secret = { patient: { name: 'Asha Perera' } };
  it.each([
    ['a missing field', '<p>\n<%= it.patient.nmae %>', "page.eta:2: there is no field 'nmae' here"],
    ['a missing group', '\n\n<%= it.facility.name %>', "page.eta:3: there is no field 'facility' here"],
    ['code that throws', '<% throw new Error(it.patient.name) %>', 'page.eta:1: its code failed'],
    ['code that cannot be read', '<p>\n<% if ( %>', 'page.eta:2: its code cannot be read'],
    ['a tag that is not closed', '<p>\n\n<%= it.patient.name', 'page.eta:3: the tag is not closed'],
    ['a global of the process', '\n<%= process.version %>', 'page.eta:2: its code failed'],
    ['a way to Function', "<%= it.patient.constructor.constructor('return process')().version %>", "no field 'constructor' here"],
    ['code from texts', "<%= (() => {}).constructor('return 1')() %>", 'page.eta:1: its code failed'],
    ['a script', '<p>\n<SCRIPT>x</SCRIPT>', 'page.eta:2: pages run no scripts'],
    ['an include from elsewhere', "<%~ include('../../secrets') %>", 'it includes a file that is not in its folder'],
    ['an include that is not there', "<%~ include('./nothing') %>", 'it includes a file that is not in its folder'],
  ])('%s', async (_what, source, said) => {
    const message = await failure(source, secret);
    expect(message).toContain(said);
    expect(message).not.toContain('Asha');
  });

  it('also within an include', async () => {
    writeFileSync(join(folder, 'part.eta'), '<b><%= it.nmae %></b>');
    expect(await failure("<%~ include('./part') %>", secret)).toMatch(/not there|no field/);
  });
});

describe("an adopter's template", () => {
  it('is not run', async () => {
    expect(await failure('<%= 1 %>', {}, {}, own)).toMatch(/Eta templates run code, and this one is the adopter's/);
  });
});

it('gives the same for the same, and takes a changed file as it is now', async () => {
  expect(await render('<%= it.a %>', { a: 1 })).toBe(await render('<%= it.a %>', { a: 1 }));
  expect(await render('now <%= it.a %>', { a: 1 })).toBe('now 1');
});

it('refuses a page without measure', async () => {
  expect(await failure('<% for (let i = 0; i < 3e5; i++) { %>0123456789<% } %>')).toMatch(/longer than/);
});

holdTo(it, templateEngineContract, () => {
  const write = (name: string, source: string): string => {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  };
  writeFileSync(join(root, 'house', 'secret.eta'), 'secret');
  return {
    engine,
    declaration: engineDeclaration(plugin),
    templates: {
      name: write('name.eta', '<p><%= it.name %></p>'),
      missing: write('missing.eta', '<p>\n\n<%= it.patient.name %></p>'),
      outside: write('outside.eta', "<%~ include('../secret') %>"),
      broken: { file: write('broken.eta', '<p>\n <% const = 1 %>'), line: 2, column: 11 },
    },
    textOf: (document) =>
      Buffer.from(document)
        .toString()
        .replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code))),
  };
});
