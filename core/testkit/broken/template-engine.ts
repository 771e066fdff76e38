import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { EngineDeclaration, RenderRequest, TemplateEngine } from '../../api/ports/template-engine.js';
import type { TemplateEngineSubject } from '../template-engine-contract.js';

const escaped = (text: string): string => text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
const unescaped = (text: string): string => text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));

interface Habits {
  readonly show?: (value: string) => string;
  readonly missing?: (file: string, data: unknown) => string;
  readonly mayInclude?: (folder: string, file: string) => boolean;
  readonly end?: (page: string) => string;
  readonly share?: boolean;
}

/** `[[a.b]]` shows a field, `[[> file]]` takes in a file. With its habits left as they are it keeps every promise. */
export function plainEngine(habits: Habits = {}): TemplateEngine {
  const { show = escaped, mayInclude = (folder, file) => dirname(file) === folder, end = (page) => page, share = false } = habits;
  const missing = habits.missing ?? ((file) => `${file}: there is no such field`);
  let shared: Readonly<Record<string, unknown>> = {};
  return {
    mediaType: 'text/html',
    extension: '.plain',
    async render({ template, data }: RenderRequest) {
      shared = data;
      await pause(1);
      const view = share ? shared : data;
      const page = readFileSync(template, 'utf8').replace(/\[\[(> ?)?([^\]]+)\]\]/g, (_, include: string | undefined, name: string) => {
        if (include) {
          const file = resolve(dirname(template), name);
          if (!mayInclude(dirname(template), file)) throw new Error(`${basename(template)}: that file is not beside it`);
          return readFileSync(file, 'utf8');
        }
        const value = name.split('.').reduce<unknown>((node, step) => (node as Record<string, unknown> | undefined)?.[step], view);
        if (value === undefined) throw new Error(missing(basename(template), view));
        return show(String(value));
      });
      return Buffer.from(end(page), 'utf8');
    },
  };
}

interface CheckHabits {
  /** Which column is told of a mistake that stands at the given one. */
  readonly column?: (column: number) => number;
  readonly uses?: boolean;
  readonly also?: () => void;
  readonly extension?: string;
}

/** What the plain engine declares: a check that finds `[[` without `]]`. With its habits left as they are it keeps every promise. */
export function plainDeclaration(habits: CheckHabits = {}): EngineDeclaration {
  const { column: told = (column) => column, uses = true, also, extension = '.plain' } = habits;
  return {
    mediaType: 'text/html',
    extension,
    check(template) {
      also?.();
      const lines = readFileSync(template, 'utf8').split('\n');
      const found = (pattern: RegExp) =>
        lines.flatMap((text, i) =>
          [...text.matchAll(pattern)].map(({ index, 1: name = '' }) => ({ line: i + 1, column: index + 1, name })),
        );
      return {
        problems: found(/\[\[(?![^\]]*\]\])/g).map(({ line, column }) => ({ line, column: told(column), message: "'[[' is not closed" })),
        uses: uses ? found(/\[\[([^\]>]+)\]\]/g).map(({ name, ...place }) => ({ ...place, path: name.split('.') })) : [],
      };
    },
  };
}

export interface PlainParts {
  readonly engine: TemplateEngine;
  readonly declaration: EngineDeclaration;
}
const parts = (engine: Habits | TemplateEngine = {}, check: CheckHabits = {}): PlainParts => ({
  engine: 'render' in engine ? engine : plainEngine(engine),
  declaration: plainDeclaration(check),
});

/** Templates of the plain engine, in folders that `remove` takes away. */
export function plainSubject({ engine, declaration }: PlainParts = parts()): TemplateEngineSubject & { remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'plain-'));
  const write = (name: string, source: string): string => {
    const file = join(folder, name);
    writeFileSync(file, source);
    return file;
  };
  const elsewhere = mkdtempSync(join(tmpdir(), 'plain-'));
  writeFileSync(join(elsewhere, 'secret.plain'), 'secret');
  return {
    engine,
    declaration,
    templates: {
      name: write('name.plain', '<p>[[name]]</p>'),
      missing: write('missing.plain', '<p>\n\n[[patient.name]]</p>'),
      outside: write('outside.plain', `<p>[[> ../${basename(elsewhere)}/secret.plain]]</p>`),
      broken: { file: write('broken.plain', '<p>\n <b>[[name</b>'), line: 2, column: 5 },
    },
    textOf: (document) => unescaped(Buffer.from(document).toString('utf8')),
    remove: () => {
      for (const path of [folder, elsewhere]) rmSync(path, { recursive: true, force: true });
    },
  };
}

let turn = 0;
/** Engines that each break one promise, by its name. */
export const brokenTemplateEngines: Readonly<Record<string, () => PlainParts>> = {
  'data is text, whatever it holds': () => parts({ show: (value) => escaped(value.replace(/<[^>]*>/g, '')) }),
  'the document is of the media type, and the template of the extension': () => {
    const mediaType = 'application/pdf';
    return { engine: { ...plainEngine(), mediaType }, declaration: { ...plainDeclaration(), mediaType } };
  },
  'the same gives the same bytes': () => parts({ end: (page) => `${page}<!-- ${turn++} -->` }),
  'renderings at the same time do not mix': () => parts({ share: true }),
  'a missing field is an error that names the file and no value': () =>
    parts({ missing: (file, data) => `${file}: no such field in ${JSON.stringify(data)}` }),
  'files of other folders are not taken in': () => parts({ mayInclude: () => true }),
  'what is declared is what it is': () => parts({}, { extension: '.plane' }),
  'a check finds nothing wrong with what is right, and the fields that it names': () => parts({}, { uses: false }),
  'a check tells a mistake at its line and column': () => parts({}, { column: () => 1 }),
  'a check starts nothing': () => parts({}, { also: () => void setTimeout(() => {}, 20) }),
};
