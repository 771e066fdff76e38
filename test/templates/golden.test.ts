import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { getDocument } from 'pdfjs-dist/legacy/build/pdf.mjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { DocumentConverter, EngineDeclaration, Part, TemplateEngine } from '../../core/api/index.js';
import { loadRecordTypes, recordsToCheckWith } from '../../core/services/certificates/record-type.js';
import { type Sample, samplesIn } from '../../core/services/certificates/templates/check-samples.js';
import { checkTemplate } from '../../core/services/certificates/templates/check-templates.js';
import { loadTemplate } from '../../core/services/certificates/templates/load-templates.js';
import { sampleView } from '../../core/services/certificates/templates/sample-view.js';
import { type Declared, declaredTypes, type TypeSettings } from '../../core/services/certificates/type-settings.js';
import { setUpPart } from '../../core/testkit/set-up-part.js';
import { engineDeclaration } from '../../core/testkit/template-engine-contract.js';
import chromium from '../../plugins/template-chromium/plugin.js';
import eta from '../../plugins/template-eta/plugin.js';
import handlebars from '../../plugins/template-handlebars/plugin.js';
import typst from '../../plugins/template-typst/plugin.js';
import { root } from '../architecture/sources.js';

/**
 * Every template's folder, the house's and the adopters': it is checked, and each of its samples is drawn and compared with
 * golden/. DIVOC_GOLDEN=write writes what is drawn now; then look at it.
 */

const PLUGINS = [handlebars, eta, typst];
const isWriting = process.env.DIVOC_GOLDEN === 'write';
const publicUrl = 'https://health.example';

interface Place {
  readonly name: string;
  readonly folder: string;
  /** Whose record it is drawn with. */
  readonly adopter: string;
  readonly isHouse: boolean;
}
const foldersOf = (parent: string, adopter: string, isHouse: boolean): Place[] =>
  existsSync(parent) ? readdirSync(parent).map((name) => ({ name, folder: join(parent, name), adopter, isHouse })) : [];
const adopters = readdirSync(join(root, 'adopters')).map((name) => join(root, 'adopters', name));
const places = [
  ...foldersOf(join(root, 'templates'), '/nowhere', true),
  ...adopters.flatMap((adopter) => foldersOf(join(adopter, 'templates'), adopter, false)),
];

let parts: Part[] = [];
let engines: TemplateEngine[] = [];
let converters: DocumentConverter[] = [];
beforeAll(async () => {
  const [paper, ...others] = await Promise.all(
    [chromium, ...PLUGINS].map((plugin) => setUpPart(plugin, { adopter: join(root, 'adopters') })),
  );
  engines = others.map(({ ports }) => ports.engine as TemplateEngine);
  converters = [paper?.ports.converter as DocumentConverter];
  parts = [...others, paper as Part];
});
afterAll(async () => {
  for (const part of parts) await part.stop?.();
});

/** The types of an adopter's manifest; the house's templates are drawn with all records that the house has. */
function typesOf(adopter: string): Declared {
  const file = join(adopter, 'adopter.yaml');
  if (!existsSync(file)) return declaredTypes({ 'test-report': { major: 1 } });
  const { services } = parse(readFileSync(file, 'utf8')) as {
    services?: { certificates?: { with?: { types?: Record<string, TypeSettings> } } };
  };
  const types = Object.entries(services?.certificates?.with?.types ?? {});
  return declaredTypes(Object.fromEntries(types.map(([name, settings]) => [name, { ...settings, major: 1 }])));
}

/** Compares with a file, or writes it. */
function holds(file: string, text: string): void {
  if (isWriting) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  expect(text, `${relative(root, file)} is another one; look at it, and write it with DIVOC_GOLDEN=write`).toBe(readFileSync(file, 'utf8'));
}

it('finds templates of the house and of adopters', () => {
  expect(places.map(({ folder }) => relative(root, folder))).toEqual(
    expect.arrayContaining(['templates/certificate-a4', 'templates/vaccination-card']),
  );
  expect(places.some(({ isHouse }) => !isHouse)).toBe(true);
});

describe.each(places)('$folder', ({ folder, adopter, isHouse, name }) => {
  const shown = relative(root, folder);
  const load = () => {
    const template = loadTemplate({ name, folder }, engines, loadRecordTypes(adopter, publicUrl, typesOf(adopter)), converters);
    if (!template) throw new Error(`no engine here reads ${shown}`);
    return template;
  };
  const golden = (file: string) => join(folder, 'golden', file);
  if (isWriting) rmSync(join(folder, 'golden'), { recursive: true, force: true });

  it('has nothing to mend', () => {
    const declared: Record<string, EngineDeclaration | undefined> = {};
    for (const plugin of PLUGINS) declared[plugin.id] = engineDeclaration(plugin);
    expect(
      checkTemplate(folder, shown, {
        engines: declared,
        printsPages: true,
        isHouse,
        records: recordsToCheckWith(adopter, publicUrl, typesOf(adopter)),
      }),
    ).toEqual([]);
  });

  it('has samples of several people, in every language, and golden output of these alone', () => {
    const template = load();
    const samples = samplesIn(folder);
    expect(samples.length).toBeGreaterThan(template.languages.length);
    const expected = samples.flatMap((sample) => [`${sample}.html`, `${sample}.json`, `${sample}.pdf.txt`]);
    if (!isWriting) expect(readdirSync(golden('')).sort()).toEqual(expected.sort());
  });

  it.each(samplesIn(folder))('%s is drawn as it was when somebody last looked', async (sample) => {
    const template = load();
    const { view, files, date } = sampleView(read(join(folder, 'sample', `${sample}.json`)) as Sample, template);
    holds(golden(`${sample}.json`), `${JSON.stringify(view, null, 2)}\n`);
    const data = { ...view };
    const page = await template.page.engine.render({ template: template.page.file, data, files, date });
    holds(golden(`${sample}.html`), withoutPictures(Buffer.from(page).toString('utf8')));
    const print = await template.print.engine.render({
      template: template.print.file,
      data: { ...data, links: { ...NO_LINKS } },
      files,
      date,
    });
    holds(golden(`${sample}.pdf.txt`), await textOf(print));
  });
});

const NO_LINKS = { pdf: '', credential: '', qr: '', language: '' };
const read = (file: string): unknown => JSON.parse(readFileSync(file, 'utf8'));

/** A code's picture is tested where it is made; here it would be most of the page. */
const withoutPictures = (page: string): string => page.replace(/(data:image\/[a-z+]+;base64,)[A-Za-z0-9+/&#;xD=]+/g, '$1…');

/** What is printed where, in whole millimetres from the left and from the top. */
async function textOf(pdf: Uint8Array): Promise<string> {
  const document = await getDocument({ data: new Uint8Array(pdf), useSystemFonts: false }).promise;
  const pages: string[] = [];
  for (let number = 1; number <= document.numPages; number += 1) {
    const page = await document.getPage(number);
    const { width, height } = page.getViewport({ scale: 1 });
    const items = (await page.getTextContent()).items.flatMap((item) => ('str' in item && item.str.trim() !== '' ? [item] : []));
    const mm = (points: number) => Math.round((points * 25.4) / 72);
    const lines = items.map(({ str, transform }) => `${mm(transform[4])},${mm(height - transform[5])} ${str}`);
    pages.push(`page ${number}: ${mm(width)} × ${mm(height)} mm`, ...lines);
  }
  return `${pages.join('\n')}\n`;
}
