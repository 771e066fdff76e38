import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { TemplateProblem, TemplateReport, TemplateUse } from '@divoc/core/api';
import { bracketFault } from './brackets.js';
import { OUTSIDE } from './outside.js';

const INCLUDED = /\b(?:import|include)\s+"([^"@]+)"/g;
/** The credential is handed over to be attached: it holds more than a template may read. */
const READS_CREDENTIAL = /\b(?:json|read|cbor|yaml|toml|csv|xml)\s*\(\s*"files\/certificate\.json"/g;

/**
 * What can be told of a document without Typst, which is native code and runs in a process of its own: brackets, texts and
 * comments, what it brings in from outside, and which fields it names.
 */
export function checkDocument(template: string): TemplateReport {
  const problems: TemplateProblem[] = [];
  const uses: TemplateUse[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    seen.add(path);
    const source = readFileSync(path, 'utf8');
    const name = path === template ? {} : { file: relative(dirname(template), path) };
    const note = (at: number, message: string) => problems.push({ ...placeOf(source, at), message, ...name });
    const fault = bracketFault(source);
    if (fault) note(fault.at, fault.message);
    const code = withoutComments(source);
    for (const { pattern, reason } of OUTSIDE) for (const { index } of code.matchAll(new RegExp(pattern, 'g'))) note(index, reason);
    for (const { index } of code.matchAll(READS_CREDENTIAL))
      note(index, 'the credential may be attached and not read; what a template may read is in its data');
    for (const { path: used, at } of usesIn(code)) uses.push({ path: used, ...placeOf(source, at), ...name });
    for (const { 1: included = '', index } of code.matchAll(INCLUDED)) {
      const file = resolve(dirname(path), included);
      if (!isWithin(dirname(template), file)) note(index, `there is no file ${included} in its folder`);
      else if (file.endsWith('.typ') && !seen.has(file)) visit(file);
    }
  };
  visit(template);
  return { problems, uses };
}

function isWithin(folder: string, file: string): boolean {
  return existsSync(file) && realpathSync(file).startsWith(realpathSync(folder) + sep);
}

/** Blanks in the place of comments, so that what is left keeps its place. */
const withoutComments = (source: string): string =>
  source.replace(/"(?:[^"\\\n]|\\.)*"|(?<!:)\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (found) =>
    found.startsWith('"') ? found : found.replace(/[^\n]/g, ' '),
  );

/** A step into a dictionary: `.patient` or `.at("patient")`. */
const STEP = String.raw`(?:\.[a-zA-Z][\w-]*(?![\w-]*\()|\.at\("[^"\n]+"\))`;

/** Fields of the data: `#let view = json(bytes(sys.inputs.data))` gives them a name, and functions may give one of them another. */
function usesIn(source: string): { path: string[]; at: number }[] {
  const uses: { path: string[]; at: number }[] = [];
  for (const { 1: data = '' } of source.matchAll(/\blet\s+([a-zA-Z][\w-]*)\s*=\s*json\(bytes\(sys\.inputs\.data\)\)/g)) {
    for (const { 1: steps = '', index } of source.matchAll(new RegExp(`(?<![\\w.-])${data}(${STEP}+)`, 'g'))) {
      uses.push({ path: pathOf(steps), at: index });
    }
    // #let text-of(key) = view.text.at(key)
    const short = new RegExp(`\\blet\\s+([a-zA-Z][\\w-]*)\\(([a-zA-Z][\\w-]*)\\)\\s*=\\s*${data}(${STEP}*)\\.at\\(\\2\\)`, 'g');
    for (const { 1: name, 3: steps = '' } of source.matchAll(short)) {
      for (const { 1: key = '', index } of source.matchAll(new RegExp(`(?<![\\w.-])${name}\\("([^"\\n]+)"\\)`, 'g'))) {
        uses.push({ path: [...pathOf(steps), key], at: index });
      }
    }
  }
  return uses;
}

const pathOf = (steps: string): string[] =>
  [...steps.matchAll(/\.at\("([^"]+)"\)|\.([a-zA-Z][\w-]*)/g)].map(([, at, name]) => at ?? name ?? '');

function placeOf(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
