import { realpathSync, statSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { RenderRequest, TemplateEngine } from '@divoc/core/api';
import type { Eta } from 'eta';
import { checkPage } from './check-page.js';
import { IsolatedEta } from './isolated-eta.js';
import { MissingField, strictData } from './strict-data.js';
import { EtaTemplateError, withPlace } from './template-error.js';

/** Characters. A page of more than this is no certificate. */
const MAX_PAGE = 2 * 1024 * 1024;
const PICTURES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

export interface EtaEngineOptions {
  /** The adopter's folder: what lies below it is data, and is not run. */
  readonly adopter: string;
}

/** `it` is the view, strict and not to be changed; `it.file('qr.svg')` gives a picture as a data URI. */
export function etaEngine(options: EtaEngineOptions): TemplateEngine {
  const compiled = new Map<string, { readonly modified: number; readonly eta: Eta }>();
  const load = (template: string): Eta => {
    const modified = statSync(template).mtimeMs;
    const known = compiled.get(template);
    if (known?.modified === modified) return known.eta;
    refuseForeign(template, options);
    const [problem] = checkPage(template).problems;
    if (problem) throw new EtaTemplateError(problem.file ?? basename(template), problem.line, problem.message);
    const eta = new IsolatedEta({
      views: dirname(template),
      autoEscape: true,
      useWith: false,
      cache: true,
      debug: true,
      escapeFunction: escaped,
    });
    compiled.set(template, { modified, eta });
    return eta;
  };
  return {
    mediaType: 'text/html',
    extension: '.eta',
    async render({ template, data, files = {} }: RenderRequest) {
      try {
        const view = strictData({ ...data, file: pictureOf(files, template) });
        const page = load(template).render(`./${basename(template, '.eta')}`, view);
        if (page.length > MAX_PAGE)
          throw new EtaTemplateError(basename(template), undefined, `the page is longer than ${MAX_PAGE} characters`);
        return Buffer.from(page, 'utf8');
      } catch (error) {
        throw withPlace(error, template);
      }
    },
  };
}

/** All data is text. Nothing at all is a mistake of the template, also where an include has loosened the data. */
function escaped(value: unknown): string {
  if (value === undefined || value === null) throw new MissingField('a field that is not there is shown');
  return String(value).replace(/[&<>"'`]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** An adopter's folder holds data. Running what lies in it would make every manifest a program. */
function refuseForeign(template: string, { adopter }: EtaEngineOptions): void {
  if (!realpathSync(dirname(template)).startsWith(realpathSync(adopter) + sep)) return;
  throw new EtaTemplateError(
    basename(template),
    undefined,
    "Eta templates run code, and this one is the adopter's; write it in Handlebars",
  );
}

function pictureOf(files: NonNullable<RenderRequest['files']>, template: string): (name: string) => string {
  return (name) => {
    const content = Object.hasOwn(files, name) ? files[name] : undefined;
    const type = PICTURES[name.split('.').at(-1) ?? ''];
    if (!content || type === undefined)
      throw new EtaTemplateError(basename(template), undefined, 'it asks for a picture that is not there');
    return `data:${type};base64,${Buffer.from(content).toString('base64')}`;
  };
}
