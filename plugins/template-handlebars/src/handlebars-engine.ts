import { basename } from 'node:path';
import type { RenderRequest, TemplateEngine } from '@divoc/core/api';
import Handlebars from 'handlebars';
import { type CompiledPage, compilePage, isStale } from './compiled-page.js';
import { HandlebarsError } from './template-error.js';

/** Characters. A page of more than this is no certificate. */
const MAX_PAGE = 2 * 1024 * 1024;
/** What a turn of a loop costs besides its text, so that loops in loops that write nothing end, too. */
const TURN = 16;

const PICTURES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

/** Templates are compiled once and again when one of their files changes. */
export function handlebarsEngine(): TemplateEngine {
  const compiled = new Map<string, CompiledPage>();
  const load = (template: string): CompiledPage => {
    const known = compiled.get(template);
    if (known && !isStale(known)) return known;
    const page = compilePage(template);
    compiled.set(template, page);
    return page;
  };
  return {
    mediaType: 'text/html',
    extension: '.hbs',
    async render({ template, data, files = {} }: RenderRequest) {
      const file = basename(template);
      const page = load(template).render(data, {
        helpers: { file: pictureOf(files, file), each: boundedEach(file) },
        allowProtoPropertiesByDefault: false,
        allowProtoMethodsByDefault: false,
      });
      if (page.length > MAX_PAGE) throw tooLong(file);
      return Buffer.from(page, 'utf8');
    },
  };
}

function pictureOf(files: NonNullable<RenderRequest['files']>, file: string): (name: unknown) => string {
  return (name) => {
    const content = typeof name === 'string' && Object.hasOwn(files, name) ? files[name] : undefined;
    const type = PICTURES[String(name).split('.').at(-1) ?? ''];
    if (!content || type === undefined)
      throw new HandlebarsError(file, undefined, 'the helper file was asked for a picture that is not there');
    return `data:${type};base64,${Buffer.from(content).toString('base64')}`;
  };
}

/** Handlebars' own loop, ended while a page without measure is being made and not after. */
function boundedEach(file: string): Handlebars.HelperDelegate {
  let produced = 0;
  return function (this: unknown, items: unknown, options: Handlebars.HelperOptions) {
    const fn: Handlebars.TemplateDelegate = (context, more) => {
      const text = options.fn(context, more);
      produced += text.length + TURN;
      if (produced > MAX_PAGE) throw tooLong(file);
      return text;
    };
    return Handlebars.helpers.each?.call(this, items, { ...options, fn });
  };
}

const tooLong = (file: string) => new HandlebarsError(file, undefined, `the page is longer than ${MAX_PAGE} characters`);
