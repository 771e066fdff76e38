import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import type { RenderRequest, TemplateEngine } from '@divoc/core/api';
import Handlebars from 'handlebars';
import { HELPERS, parseTemplate } from './template-check.js';
import { HandlebarsError } from './template-error.js';

/** A page of more than this is no certificate. */
const MAX_PAGE = 2 * 1024 * 1024;

const PICTURES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

interface Compiled {
  readonly modified: number;
  readonly render: Handlebars.TemplateDelegate;
}

/** Templates are compiled once and again when their file changes. */
export function handlebarsEngine(): TemplateEngine {
  const compiled = new Map<string, Compiled>();
  const load = (template: string): Handlebars.TemplateDelegate => {
    const modified = statSync(template).mtimeMs;
    const known = compiled.get(template);
    if (known?.modified === modified) return known.render;
    const render = compile(template);
    compiled.set(template, { modified, render });
    return render;
  };
  return {
    mediaType: 'text/html',
    extension: '.hbs',
    async render({ template, data, files = {} }: RenderRequest) {
      const page = run(load(template), basename(template), data, files);
      if (page.length > MAX_PAGE)
        throw new HandlebarsError(basename(template), undefined, `the page is longer than ${MAX_PAGE} characters`);
      return Buffer.from(page, 'utf8');
    },
  };
}

function compile(template: string): Handlebars.TemplateDelegate {
  // An environment of its own: what others register for Handlebars does not exist here.
  const environment = Handlebars.create();
  for (const name of Object.keys(environment.helpers))
    if (!(HELPERS as readonly string[]).includes(name)) environment.unregisterHelper(name);
  environment.registerHelper('eq', (a: unknown, b: unknown) => a === b);
  const program = parseTemplate(readFileSync(template, 'utf8'), basename(template));
  return environment.compile(program, {
    strict: true,
    knownHelpersOnly: true,
    knownHelpers: Object.fromEntries(HELPERS.map((name) => [name, true])),
  });
}

function run(render: Handlebars.TemplateDelegate, file: string, data: unknown, files: NonNullable<RenderRequest['files']>): string {
  const picture = (name: unknown): string => {
    const content = typeof name === 'string' && Object.hasOwn(files, name) ? files[name] : undefined;
    const type = PICTURES[String(name).split('.').at(-1) ?? ''];
    if (!content || type === undefined)
      throw new HandlebarsError(file, undefined, 'the helper file was asked for a picture that is not there');
    return `data:${type};base64,${Buffer.from(content).toString('base64')}`;
  };
  try {
    return render(data, {
      helpers: { file: picture },
      allowProtoPropertiesByDefault: false,
      allowProtoMethodsByDefault: false,
    });
  } catch (error) {
    if (error instanceof HandlebarsError) throw error;
    // Handlebars says: "x" not defined in [object Object] - 3:14
    const { message } = error as Error;
    const [, field, line] = /^"([^"]*)" not defined in .* - (\d+):\d+$/s.exec(message) ?? [];
    if (field === undefined) throw error;
    throw new HandlebarsError(file, Number(line), `there is no field '${field}' here`);
  }
}
