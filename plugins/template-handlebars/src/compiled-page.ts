import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import Handlebars from 'handlebars';
import { HELPERS, parseTemplate } from './template-check.js';
import { HandlebarsError, withPlace } from './template-error.js';

/** A page's template with the partials that it uses, and when each file was changed last. */
export interface CompiledPage {
  readonly modified: ReadonlyMap<string, number>;
  readonly render: Handlebars.TemplateDelegate;
}

/** Compiles a template and the partials it names, all from its own folder. Throws a HandlebarsError. */
export function compilePage(template: string): CompiledPage {
  // An environment of its own: what others register for Handlebars does not exist here.
  const environment = Handlebars.create();
  for (const name of Object.keys(environment.helpers))
    if (!(HELPERS as readonly string[]).includes(name)) environment.unregisterHelper(name);
  environment.registerHelper('eq', (a: unknown, b: unknown) => a === b);

  const modified = new Map<string, number>();
  const add = (file: string, within: readonly string[]): Handlebars.TemplateDelegate => {
    modified.set(file, statSync(file).mtimeMs);
    const { program, partials, fields } = parseTemplate(readFileSync(file, 'utf8'), basename(file));
    for (const [name, line] of partials) {
      const partial = join(dirname(template), `${name}.hbs`);
      if ([template, ...within].includes(partial)) throw new HandlebarsError(basename(file), line, `'${name}' includes itself`);
      if (modified.has(partial)) continue;
      if (!isBeside(template, partial)) {
        throw new HandlebarsError(basename(file), line, `there is no file ${name}.hbs beside it`);
      }
      environment.registerPartial(name, add(partial, [...within, partial]));
    }
    const render = environment.compile(program, {
      strict: true,
      knownHelpersOnly: true,
      knownHelpers: Object.fromEntries(HELPERS.map((name) => [name, true])),
    });
    return withPlace(render, basename(file), fields);
  };
  return { render: add(template, []), modified };
}

/** Is any of its files another one by now? */
export function isStale({ modified }: CompiledPage): boolean {
  return [...modified].some(([file, time]) => statSync(file, { throwIfNoEntry: false })?.mtimeMs !== time);
}

/** Is it a file of the template's folder, and no link that leads out of it? */
export function isBeside(template: string, partial: string): boolean {
  if (!statSync(partial, { throwIfNoEntry: false })?.isFile()) return false;
  return realpathSync(partial).startsWith(realpathSync(dirname(template)) + sep);
}
