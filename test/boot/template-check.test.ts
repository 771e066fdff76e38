import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from '../../core/cli/command.js';
import { check } from '../../core/cli/commands/check.js';
import { root } from '../architecture/sources.js';

/** Templates that are wrong in every way that `divoc check` knows, in an adopter that is otherwise right. */

const folder = mkdtempSync(join(tmpdir(), 'divoc-templates-'));
const adopter = join(folder, 'demo');
beforeEach(() => {
  rmSync(adopter, { recursive: true, force: true });
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(adopter, name)), { recursive: true });
    writeFileSync(join(adopter, name), text);
  }
}
const manifest = (from: string | RegExp, to: string) => {
  const file = join(adopter, 'adopter.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace(from, to));
};

interface Problem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
  readonly message: string;
}
async function problems(): Promise<Problem[]> {
  const lines: string[] = [];
  const say = (line: string) => void lines.push(line);
  const status = await runCommand([check], ['check', adopter, '--json'], { out: say, err: say }, {});
  const found = (JSON.parse(lines.join('')) as { problems: Problem[] }).problems;
  expect(status).toBe(found.length > 0 ? 1 : 0);
  return found.map((problem) => ({ ...problem, file: relative(adopter, resolve(problem.file)) }));
}
const mistakes = async (): Promise<string[]> =>
  (await problems()).map(({ file, line, column, code }) => `${file}:${line}:${column} ${code}`);

/** A copy of the house's own, under a name of the adopter's, with some files in the place of others. */
function mine(files: Readonly<Record<string, string>>): void {
  cpSync(join(root, 'templates', 'certificate-a4'), join(adopter, 'templates', 'mine'), { recursive: true });
  write(Object.fromEntries(Object.entries(files).map(([name, text]) => [`templates/mine/${name}`, text])));
}
const json = (value: object) => `${JSON.stringify(value, null, 2)}\n`;

it('finds nothing in a copy of the house template', async () => {
  mine({});
  manifest('template: certificate-a4', 'template: mine');
  expect(await mistakes()).toEqual([]);
});

describe('types of credentials that the manifest declares', () => {
  const declares = (types: string) => manifest('      timeZone: Asia/Kolkata\n', `      timeZone: Asia/Kolkata\n      types: ${types}\n`);
  const permit = { type: 'object', additionalProperties: false, required: ['number'], properties: { number: { type: 'string' } } };
  const template = {
    extends: 'certificate-a4',
    record: 'permit',
    page: 'page.hbs',
    print: 'print.typ',
    languages: ['en'],
    reads: ['/number'],
  };
  const texts = readFileSync(join(root, 'templates', 'certificate-a4', 'strings', 'en.json'), 'utf8').replace('"vaccination"', '"permit"');
  const sound = {
    'records/permit.json': json(permit),
    'templates/permit-a4/template.json': json(template),
    'templates/permit-a4/strings/en.json': texts,
    'templates/permit-a4/sample/en.json': json({ language: 'en', record: { number: 'P-1' } }),
  };

  it('are sound with a record and a template', async () => {
    write(sound);
    declares('{ test-report: {}, permit: { template: permit-a4 } }');
    expect(await mistakes()).toEqual([]);
  });

  it.each([
    ['a record that is not there', '{ permit: {} }', { 'records/permit.json': undefined }, ['adopter.yaml:26:24 RECORD_MISSING']],
    [
      'a record that is none',
      '{ permit: {} }',
      { 'records/permit.json': '{ "type": "object" }' },
      ['records/permit.json:1:1 RECORD_OPEN_OBJECT', 'records/permit.json:1:1 RECORD_EMPTY_OBJECT'],
    ],
    ['a template of another type', '{ permit: { template: certificate-a4 } }', {}, ['adopter.yaml:26:36 TEMPLATE_UNKNOWN']],
    [
      'no template',
      '{ test-report: {} , permit: {} }',
      {
        'templates/permit-a4/template.json': undefined,
        'templates/permit-a4/strings/en.json': undefined,
        'templates/permit-a4/sample/en.json': undefined,
      },
      ['adopter.yaml:26:42 TEMPLATE_MISSING'],
    ],
    ['a template for nothing', '{}', {}, ['templates/permit-a4/template.json:3:13 TEMPLATE_RECORD_UNKNOWN']],
    [
      'no heading',
      '{ permit: {} }',
      { 'templates/permit-a4/strings/en.json': texts.replace('"permit"', '"vaccination"') },
      ['templates/permit-a4/strings/en.json:1:1 TEMPLATE_TEXT_MISSING'],
    ],
    [
      'a base that is not there',
      '{ permit: {} }',
      { 'templates/permit-a4/template.json': json({ ...template, extends: 'certificate' }) },
      ['templates/permit-a4/template.json:4:11 TEMPLATE_FILE_MISSING', 'templates/permit-a4/template.json:5:12 TEMPLATE_FILE_MISSING'],
    ],
    ['a name of the registry', '{ permit: {}, facility: {} }', {}, ['adopter.yaml:26:38 TYPE_NAME_TAKEN']],
    ['a name twice', '{ permit: {}, test-report: { credential: PermitCredential } }', {}, ['adopter.yaml:26:41 TYPE_NAME_TAKEN']],
    ['a format that is none', '{ permit: { formats: [pdf] } }', {}, ['adopter.yaml:26:36 MANIFEST_WRONG_PORT']],
  ] as const)('%s', async (_, types, files, expected) => {
    const changed = Object.entries({ ...sound, ...(files as Record<string, string | undefined>) });
    write(Object.fromEntries(changed.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]]))));
    declares(types);
    expect(await mistakes()).toEqual(expected);
  });

  it('and no programme certifies doses with their templates', async () => {
    write(sound);
    declares('{ permit: {} }');
    manifest('template: certificate-a4', 'template: permit-a4');
    expect((await problems()).map(({ code, message }) => `${code} ${message}`)).toEqual([
      "TEMPLATE_UNKNOWN the template 'permit-a4' is for permit, not for a vaccination; choose another one",
    ]);
  });
});

describe('names every mistake at its file, line and column', () => {
  const languages = { languages: ['en', 'ar'], page: 'page.hbs', print: 'print.typ' };
  const reads = ['/patient/name', '/doseNumber'];
  const own = { title: 'T', vaccination: 'V', qrAlt: 'Q' };
  /** A small template without a mistake. */
  const sound = {
    'templates/small/template.json': json({ ...languages, reads }),
    'templates/small/strings/en.json': json(own),
    'templates/small/strings/ar.json': json(own),
    'templates/small/page.hbs': '<p>{{title}} {{record.patient.name}}</p>\n',
    'templates/small/print.typ': '#let view = json(bytes(sys.inputs.data))\n#view.record.patient.name\n',
    'templates/small/sample/en.json': readFileSync(join(root, 'templates', 'certificate-a4', 'sample', 'en.json'), 'utf8'),
    'templates/small/sample/ar.json': readFileSync(join(root, 'templates', 'certificate-a4', 'sample', 'ar.json'), 'utf8'),
  };
  const changed = async (name: string, text: string) => {
    write({ ...sound, [`templates/small/${name}`]: text });
    return (await mistakes()).map((line) => line.replace('templates/small/', ''));
  };

  it('none', async () => expect(await changed('strings/en.json', json(own))).toEqual([]));

  it.each([
    ['a manifest that is not JSON', 'template.json', '{ "page": }', ['template.json:1:11 JSON_SYNTAX']],
    ['a misspelt member', 'template.json', json({ ...languages, reads, fallbak: true }), ['template.json:12:14 TEMPLATE_MANIFEST_INVALID']],
    ['no word of what is read', 'template.json', json(languages), ['template.json:1:1 TEMPLATE_MANIFEST_INVALID']],
    [
      'a field that no record has',
      'template.json',
      json({ ...languages, reads: [...reads, '/patient/nmae'] }),
      ['template.json:11:5 TEMPLATE_READS_UNKNOWN'],
    ],
    [
      'a file that is not there',
      'template.json',
      json({ ...languages, page: 'pages.hbs', reads }),
      ['template.json:6:11 TEMPLATE_FILE_MISSING'],
    ],
    [
      'no language',
      'template.json',
      json({ ...languages, languages: ['en', 'ar', 'klingon'], reads }),
      ['template.json:5:5 TEMPLATE_LANGUAGE_UNKNOWN'],
    ],
    [
      'a language without texts and samples',
      'template.json',
      json({ ...languages, languages: ['en', 'ar', 'pt-BR'], reads }),
      ['template.json:5:5 TEMPLATE_SAMPLE_MISSING', 'template.json:5:5 TEMPLATE_STRINGS_MISSING'],
    ],
    [
      'a locale that is none',
      'template.json',
      json({ ...languages, reads, locales: { ar: 'ar-u-nu-' } }),
      ['template.json:13:11 TEMPLATE_LANGUAGE_UNKNOWN'],
    ],
    ['a language that nobody lists', 'strings/fr.json', json(own), ['strings/fr.json:1:1 TEMPLATE_LANGUAGE_UNLISTED']],
    ['a text that one language lacks', 'strings/en.json', json({ ...own, more: 'M' }), ['strings/ar.json:1:1 TEMPLATE_TEXT_MISSING']],
    ['a text that is none', 'strings/en.json', json({ ...own, title: 7 }), ['strings/en.json:2:12 TEMPLATE_TEXT_INVALID']],
    [
      'a brace, behind escapes',
      'strings/en.json',
      json({ ...own, title: 'A "code" of {patientName' }),
      ['strings/en.json:2:27 TEMPLATE_MESSAGE_SYNTAX'],
    ],
    [
      'a plural without other',
      'strings/en.json',
      json({ ...own, title: '{doseNumber, plural, one {#}}' }),
      ['strings/en.json:2:41 TEMPLATE_MESSAGE_SYNTAX'],
    ],
    [
      'forms of the plural that Arabic has',
      'strings/ar.json',
      json({ ...own, title: '{doseNumber, plural, =0 {-} one {#} =2 {#} few {#} other {#}}' }),
      ['strings/ar.json:2:13 TEMPLATE_PLURAL_INCOMPLETE', 'strings/en.json:2:12 TEMPLATE_ARGUMENT_MISSING'],
    ],
    [
      'a field that the template may not read',
      'strings/en.json',
      json({ ...own, title: 'Of {patientBirthDate, date, long}' }),
      ['strings/ar.json:2:12 TEMPLATE_ARGUMENT_MISSING', 'strings/en.json:2:16 TEMPLATE_ARGUMENT_UNKNOWN'],
    ],
    [
      'a name for a number',
      'strings/en.json',
      json({ ...own, title: '{patientName, number}' }),
      ['strings/ar.json:2:12 TEMPLATE_ARGUMENT_MISSING', 'strings/en.json:2:13 TEMPLATE_ARGUMENT_KIND'],
    ],
    [
      'a day as a time',
      'strings/en.json',
      json({ ...own, title: '{issuedOn, time, short}' }),
      ['strings/ar.json:2:12 TEMPLATE_ARGUMENT_MISSING', 'strings/en.json:2:13 TEMPLATE_ARGUMENT_KIND'],
    ],
    ['Handlebars that is not closed', 'page.hbs', '<p>\n  {{title}</p>\n', ['page.hbs:2:10 TEMPLATE_SYNTAX']],
    ['blocks that cross', 'page.hbs', '{{#if title}}\n{{#each groups}}{{/if}}\n', ['page.hbs:2:4 TEMPLATE_SYNTAX']],
    [
      'unescaped data, and a script',
      'page.hbs',
      '<p>{{{title}}}\n <script>',
      ['page.hbs:1:4 TEMPLATE_SYNTAX', 'page.hbs:2:2 TEMPLATE_SYNTAX'],
    ],
    ['a text that no language has', 'page.hbs', '<p>\n{{#each groups}}{{../text.tilte}}{{/each}}', ['page.hbs:2:19 TEMPLATE_TEXT_UNKNOWN']],
    [
      'a field that is not declared',
      'page.hbs',
      '{{#with record}}\n {{patient.gender}}{{/with}}',
      ['page.hbs:2:4 TEMPLATE_FIELD_UNDECLARED'],
    ],
    ['a field that no record has', 'page.hbs', '{{record.patient.nmae}}', ['page.hbs:1:3 TEMPLATE_FIELD_UNKNOWN']],
    [
      'something that no template is given',
      'page.hbs',
      '{{#each groups}}{{#each rows}}{{labl}}{{/each}}{{/each}}',
      ['page.hbs:1:33 TEMPLATE_FIELD_UNKNOWN'],
    ],
    [
      'a bracket of Typst',
      'print.typ',
      '#let view = json(bytes(sys.inputs.data))\n#table(\n  [a], [b]\n\ntext',
      ['print.typ:2:7 TEMPLATE_SYNTAX'],
    ],
    [
      'what Typst uses',
      'print.typ',
      '#let view = json(bytes(sys.inputs.data))\n#let say(key) = view.text.at(key)\n#say("tilte") #view.record.at("lotNumber")\n',
      ['print.typ:3:2 TEMPLATE_TEXT_UNKNOWN', 'print.typ:3:16 TEMPLATE_FIELD_UNDECLARED'],
    ],
    [
      'a package, and the credential read',
      'print.typ',
      '#import "@preview/x:1.0.0"\n#json("files/certificate.json")',
      ['print.typ:1:2 TEMPLATE_SYNTAX', 'print.typ:2:2 TEMPLATE_SYNTAX'],
    ],
    [
      'a sample that could not be recorded',
      'sample/en.json',
      '{ "language": "en",\n  "record": { "patient": { "nmae": "A" }, "vaccineName": "X", "occurrenceDateTime": "2026-13-01",\n    "doseNumber": 1, "facility": { "name": "F" } } }',
      [
        'sample/en.json:2:15 TEMPLATE_SAMPLE_INVALID',
        'sample/en.json:2:36 TEMPLATE_SAMPLE_INVALID',
        'sample/en.json:2:85 TEMPLATE_SAMPLE_INVALID',
      ],
    ],
  ] as const)('%s', async (_what, name, text, expected) => expect([...(await changed(name, text))].sort()).toEqual([...expected].sort()));

  it('all of them at once', async () => {
    write({
      ...sound,
      'templates/small/strings/en.json': '{ "title": "{" }',
      'templates/small/page.hbs': '{{x}}',
      'templates/other/page.hbs': '',
    });
    manifest('Asia/Kolkata', 'Asia/Atlantis');
    expect(await mistakes()).toEqual([
      'adopter.yaml:25:17 TIME_ZONE_UNKNOWN',
      'templates/other/template.json:1:1 TEMPLATE_MANIFEST_MISSING',
      'templates/small/page.hbs:1:3 TEMPLATE_FIELD_UNKNOWN',
      'templates/small/strings/en.json:1:1 TEMPLATE_TEXT_MISSING',
      'templates/small/strings/en.json:1:1 TEMPLATE_TEXT_MISSING',
      'templates/small/strings/en.json:1:13 TEMPLATE_MESSAGE_SYNTAX',
    ]);
  });

  it('lets a language fall back where the template allows it', async () => {
    write({
      ...sound,
      'templates/small/template.json': json({ ...languages, reads, fallback: true }),
      'templates/small/strings/ar.json': json({ title: 'ع' }),
    });
    expect(await mistakes()).toEqual([]);
  });

  it('does not blame templates for what is wrong with the record', async () => {
    write({ ...sound, 'records/vaccination.json': '{ "properties": { "weight": { "type": "number" } } }' });
    expect(await mistakes()).toEqual(['records/vaccination.json:1:29 RECORD_FRACTION']);
  });

  it("shows no program of an adopter's to Eta, and says what else reads pages", async () => {
    manifest('  pdf:', '  card: { use: template-eta, version: ^0.1 }\n  pdf:');
    write({
      ...sound,
      'templates/small/template.json': json({ ...languages, page: 'page.eta', reads }),
      'templates/small/page.eta': '<% process.exit(7) %>',
    });
    expect(await problems()).toMatchObject([{ code: 'TEMPLATE_RUNS_CODE', line: 6, message: expect.stringContaining('write it as .hbs') }]);
  });
});

it('holds rules of choice against the templates that there are', async () => {
  manifest(
    /template: certificate-a4 \}/,
    `template: certificate-a5, templateRules: {
          last: { when: { dose: { is: final } }, use: certificate-a4 },
          never: { when: { dose: { is: final }, region: [North] }, use: certificate-a4 },
          tamil: { when: { language: [ta, xx, ar-EG] }, use: certificate-a4 },
          card: { when: { region: [South] }, use: vaccination-card },
          odd: { when: { dose: { number: [3], of: [2], is: not-final } }, use: certificate-a4 } } }`,
  );
  expect(await mistakes()).toEqual([
    'adopter.yaml:29:94 TEMPLATE_UNKNOWN',
    'adopter.yaml:31:18 TEMPLATE_RULE_UNREACHABLE',
    'adopter.yaml:32:39 TEMPLATE_LANGUAGE_MISSING',
    'adopter.yaml:32:43 TEMPLATE_LANGUAGE_UNKNOWN',
    'adopter.yaml:33:51 TEMPLATE_ENGINE_MISSING',
    'adopter.yaml:34:16 TEMPLATE_RULE_UNREACHABLE',
  ]);
});
