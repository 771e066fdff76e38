import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, sep } from 'node:path';
import type { RenderRequest, TemplateEngine } from '@divoc/core/api';
import { Eta } from 'eta';
import { MissingField, strictData } from './strict-data.js';
import { EtaTemplateError, withPlace } from './template-error.js';

/** Characters. A page of more than this is no certificate. */
const MAX_PAGE = 2 * 1024 * 1024;
const PICTURES: Readonly<Record<string, string>> = { svg: 'image/svg+xml', png: 'image/png' };

export interface EtaEngineOptions {
  /** The adopter's folder: templates below it are data, and are not run unless they are named. */
  readonly adopter: string;
  /** Names of template folders of the adopter that may run. */
  readonly trust: readonly string[];
}

/** `it` is the view, strict and not to be changed; `it.file('qr.svg')` gives a picture as a data URI. */
export function etaEngine(options: EtaEngineOptions): TemplateEngine {
  const compiled = new Map<string, { readonly modified: number; readonly eta: Eta }>();
  const load = (template: string): Eta => {
    const modified = statSync(template).mtimeMs;
    const known = compiled.get(template);
    if (known?.modified === modified) return known.eta;
    refuseForeign(template, options);
    refuseScripts(template);
    const eta = new Eta({ views: dirname(template), autoEscape: true, useWith: false, cache: true, debug: true, escapeFunction: escaped });
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
function refuseForeign(template: string, { adopter, trust }: EtaEngineOptions): void {
  const folder = realpathSync(dirname(template));
  const isAdopters = folder.startsWith(realpathSync(adopter) + sep);
  if (!isAdopters || trust.includes(basename(folder))) return;
  const reason = `Eta templates run code, and this one is the adopter's; write it in Handlebars, or name '${basename(folder)}' in the setting 'trust'`;
  throw new EtaTemplateError(basename(template), undefined, reason);
}

function refuseScripts(template: string): void {
  const lines = readFileSync(template, 'utf8').split('\n');
  const at = lines.findIndex((line) => /<script\b/i.test(line));
  if (at >= 0) throw new EtaTemplateError(basename(template), at + 1, 'pages run no scripts (Content-Security-Policy)');
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
