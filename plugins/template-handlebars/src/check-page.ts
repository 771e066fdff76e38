import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { TemplateProblem, TemplateReport, TemplateUse } from '@divoc/core/api';
import { isBeside } from './compiled-page.js';
import { examine } from './template-check.js';

/** What is wrong with a page and its partials, and which fields they name. Nothing is compiled. */
export function checkPage(template: string): TemplateReport {
  const problems: TemplateProblem[] = [];
  const uses: TemplateUse[] = [];
  const seen = new Set<string>();
  const visit = (file: string, within: readonly string[]): void => {
    seen.add(file);
    const name = file === template ? {} : { file: basename(file) };
    const { problems: own, parsed } = examine(readFileSync(file, 'utf8'));
    problems.push(...own.map((problem) => ({ ...problem, ...name })));
    // What a partial looks names up in is the business of whoever includes it.
    if (file === template) uses.push(...(parsed?.uses ?? []));
    for (const [partial, line] of parsed?.partials ?? []) {
      const path = join(dirname(template), `${partial}.hbs`);
      const column = 1 + Math.max(readFileSync(file, 'utf8').split('\n')[line - 1]?.indexOf('{{>') ?? 0, 0);
      const note = (message: string) => problems.push({ line, column, message, ...name });
      if ([...within, file].includes(path)) note(`'${partial}' includes itself`);
      else if (!existsSync(path) || !isBeside(template, path)) note(`there is no file ${partial}.hbs beside it`);
      else if (!seen.has(path)) visit(path, [...within, file]);
    }
  };
  visit(template, []);
  return { problems, uses };
}
