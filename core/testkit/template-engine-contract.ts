import assert from 'node:assert/strict';
import type { PartDescriptor } from '../api/plugin.js';
import { type EngineDeclaration, type TemplateEngine, templateEngine } from '../api/ports/template-engine.js';
import type { Contract } from './contract.js';

/** An engine with templates that its author has written to files, each in a folder of its own. */
export interface TemplateEngineSubject {
  readonly engine: TemplateEngine;
  /** `engineDeclaration(plugin)`. An engine that declares nothing makes no promise about checks, and its templates are not checked. */
  readonly declaration?: EngineDeclaration | undefined;
  readonly templates: {
    /** Shows the field `name`. */
    readonly name: string;
    /** Shows `patient.name` on line 3; rendered with a `patient` that has none. */
    readonly missing: string;
    /** Takes in a file from another folder. */
    readonly outside: string;
    /** Has one mistake that the engine tells without rendering, and where it stands (1-based). */
    readonly broken?: { readonly file: string; readonly line: number; readonly column: number };
  };
  /** The text that a reader of the document sees. */
  readonly textOf: (document: Uint8Array) => string | Promise<string>;
}

/** What a plugin declares of its engine; undefined when it declares nothing. */
export function engineDeclaration({ provides }: PartDescriptor): EngineDeclaration | undefined {
  const provisions = Object.values(provides).flatMap((provided) => (provided.$divoc === 'provision' ? [provided] : []));
  return provisions.find(({ port }) => port.id === templateEngine.id)?.declaration as EngineDeclaration | undefined;
}

const DATE = Date.parse('2026-11-25T06:00:00Z');
/** What markup, template languages and typesetters would take for their own. */
const HOSTILE = '<b>&amp;{{name}}<%= 1 %>#let $x$ \\bf';
const STARTS: Readonly<Record<string, RegExp>> = { 'application/pdf': /^%PDF-/, 'text/html': /^\s*</ };

/** What every provider of `template-engine/0` keeps. */
export const templateEngineContract: Contract<TemplateEngineSubject> = {
  port: 'template-engine/0',
  promises: [
    {
      name: 'data is text, whatever it holds',
      async holds({ engine, templates, textOf }) {
        const document = await engine.render({ template: templates.name, data: { name: HOSTILE }, date: DATE });
        assert.ok((await textOf(document)).replaceAll(/\s/g, '').includes(HOSTILE.replaceAll(' ', '')), 'data was read as something else');
      },
    },
    {
      name: 'the document is of the media type, and the template of the extension',
      async holds({ engine, templates }) {
        assert.ok(engine.extension.startsWith('.') && templates.name.endsWith(engine.extension));
        const document = await engine.render({ template: templates.name, data: { name: 'Asha' }, date: DATE });
        const start = STARTS[engine.mediaType];
        if (start) assert.match(Buffer.from(document.subarray(0, 32)).toString('latin1'), start);
      },
    },
    {
      name: 'the same gives the same bytes',
      async holds({ engine, templates }) {
        const render = () => engine.render({ template: templates.name, data: { name: 'Asha' }, date: DATE });
        assert.ok(Buffer.from(await render()).equals(await render()));
      },
    },
    {
      name: 'renderings at the same time do not mix',
      async holds({ engine, templates, textOf }) {
        const names = ['Asha', 'Bela', 'Chandra', 'Dilini'];
        const documents = await Promise.all(names.map((name) => engine.render({ template: templates.name, data: { name }, date: DATE })));
        for (const [i, document] of documents.entries()) assert.ok((await textOf(document)).includes(names[i] ?? ''));
      },
    },
    {
      name: 'a missing field is an error that names the file and no value',
      async holds({ engine, templates }) {
        const data = { patient: { town: 'Kurunegala' } };
        const error = await failureOf(engine, templates.missing, data);
        assert.ok(error.message.includes(templates.missing.split('/').at(-1) ?? ''), 'the error does not name the file');
        assert.ok(!error.message.includes('Kurunegala'), 'the error shows a value');
      },
    },
    {
      name: 'files of other folders are not taken in',
      async holds({ engine, templates }) {
        await failureOf(engine, templates.outside, {});
      },
    },
    {
      name: 'what is declared is what it is',
      async holds({ engine, declaration }) {
        if (!declaration) return;
        const { mediaType, extension } = engine;
        assert.deepEqual({ mediaType: declaration.mediaType, extension: declaration.extension }, { mediaType, extension });
      },
    },
    {
      name: 'a check finds nothing wrong with what is right, and the fields that it names',
      async holds({ declaration, templates }) {
        if (!declaration) return;
        const { problems, uses } = declaration.check(templates.name);
        assert.deepEqual(problems, []);
        assert.ok(
          uses.some(({ path }) => path.join('.') === 'name'),
          'the field that the template shows is not told',
        );
      },
    },
    {
      name: 'a check tells a mistake at its line and column',
      async holds({ declaration, templates: { broken } }) {
        if (!declaration) return;
        assert.ok(broken, 'the subject has no broken template');
        const places = declaration.check(broken.file).problems.map(({ line, column }) => `${line}:${column}`);
        assert.deepEqual(places, [`${broken.line}:${broken.column}`]);
      },
    },
    {
      name: 'a check starts nothing',
      async holds({ declaration, templates }) {
        if (!declaration) return;
        const before = resources();
        declaration.check(templates.name);
        await Promise.resolve();
        assert.deepEqual(resources(), before, 'something was started and is still there');
      },
    },
  ],
};

/** Timers, processes, threads and connections that keep this process alive. */
const resources = (): string[] => process.getActiveResourcesInfo().sort();

async function failureOf(engine: TemplateEngine, template: string, data: Readonly<Record<string, unknown>>): Promise<Error> {
  try {
    await engine.render({ template, data, date: DATE });
  } catch (error) {
    assert.ok(error instanceof Error);
    return error;
  }
  throw new assert.AssertionError({ message: 'it was rendered all the same' });
}
