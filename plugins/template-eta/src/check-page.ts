import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, resolve, sep } from 'node:path';
import { Script } from 'node:vm';
import type { TemplateProblem, TemplateReport, TemplateUse } from '@divoc/core/api';

/** A tag of Eta: `<% %>`, `<%= %>`, `<%~ %>`. */
interface Tag {
  /** Of its opening. */
  readonly start: number;
  /** Of its code. */
  readonly from: number;
  readonly to: number;
  readonly shows: boolean;
}

/** What is wrong with a page and what it includes, and which fields it names. Its code is parsed and never run. */
export function checkPage(template: string): TemplateReport {
  const problems: TemplateProblem[] = [];
  const uses: TemplateUse[] = [];
  const seen = new Set<string>();
  const visit = (path: string): void => {
    seen.add(path);
    const name = path === template ? {} : { file: basename(path) };
    const source = readFileSync(path, 'utf8');
    const note = (at: number, message: string) => problems.push({ ...placeOf(source, at), message, ...name });
    for (const { index } of source.matchAll(/<script\b/gi)) note(index, 'pages run no scripts (Content-Security-Policy)');
    const tags = tagsIn(source, (at) => note(at, "the tag is not closed; add '%>'"));
    const fault = syntaxFault(source, tags);
    if (fault) problems.push({ ...fault, ...name });
    for (const { from, to } of tags) {
      const code = source.slice(from, to);
      for (const use of usesIn(code)) uses.push({ path: use.path, ...placeOf(source, from + use.at), ...name });
      for (const { 2: included = '', index } of code.matchAll(INCLUDE)) {
        const file = resolve(dirname(path), `${included.replace(/\.eta$/, '')}.eta`);
        if (!isBeside(template, file)) note(from + index, 'it includes a file that is not in its folder');
        else if (!seen.has(file)) visit(file);
      }
    }
  };
  visit(template);
  return { problems, uses };
}

const INCLUDE = /\binclude(?:Async)?\(\s*(['"])(.*?)\1/g;

/** Is it a file of the template's folder, and no link that leads out of it? */
function isBeside(template: string, file: string): boolean {
  return existsSync(file) && realpathSync(file).startsWith(realpathSync(dirname(template)) + sep);
}

/** Finds the tags; `unclosed` is told where one begins that does not end. */
function tagsIn(source: string, unclosed: (at: number) => void): Tag[] {
  const tags: Tag[] = [];
  const open = /<%[-_]?\s*([=~]?)/g;
  for (let found = open.exec(source); found; found = open.exec(source)) {
    const from = found.index + found[0].length;
    const to = endOf(source, from);
    if (to === undefined) {
      unclosed(found.index);
      break;
    }
    tags.push({ start: found.index, from, to, shows: found[1] !== '' });
    open.lastIndex = source.indexOf('%>', to) + 2;
  }
  return tags;
}

/** Where a tag's code ends: at its `%>`, but for one in a text or a comment. */
function endOf(source: string, from: number): number | undefined {
  const token = /'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`|\/\*[\s\S]*?\*\/|[-_]?%>/g;
  token.lastIndex = from;
  for (let found = token.exec(source); found; found = token.exec(source)) if (found[0].endsWith('%>')) return found.index;
  return undefined;
}

/**
 * The first fault of syntax, as V8 sees it. Everything but code becomes blanks, so that each character of code stands where
 * it stood: what V8 says of a line and a column is true of the template.
 */
function syntaxFault(source: string, tags: readonly Tag[]): TemplateProblem | undefined {
  // UTF-16 units, as V8 counts.
  const script = source.split('');
  const blank = (from: number, to: number) => {
    for (let i = from; i < to; i += 1) if (script[i] !== '\n') script[i] = ' ';
  };
  let last = 0;
  for (const { start, from, to, shows } of tags) {
    blank(last, start);
    last = source.indexOf('%>', to) + 2;
    blank(start, from);
    blank(to, last);
    // What Eta puts around: an expression is added to the page, a statement stands by itself.
    if (shows) [script[start], script[start + 1], script[last - 2], script[last - 1]] = [';', '(', ')', ';'];
    else script[last - 2] = ';';
  }
  blank(last, script.length);
  try {
    new Script(`${HEAD}${script.join('')}\n})`, { filename: 'template', columnOffset: -HEAD.length });
    return undefined;
  } catch (error) {
    const [place = '', , pointer = ''] = String((error as Error).stack).split('\n');
    const line = Number(/^template:(\d+)/.exec(place)?.[1] ?? 1);
    const column = pointer.indexOf('^') + 1 - (line === 1 ? HEAD.length : 0);
    const lines = source.split('\n');
    const reason = `its code cannot be read (${(error as Error).message})`;
    // V8 finds an end too early behind the last line.
    if (line > lines.length) return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1, message: reason };
    return { line, column: Math.max(column, 1), message: reason };
  }
}
const HEAD = '(async function (it, options) {';

/** `it.a.b` as a path; what is called is a method of what stands before it. */
function usesIn(code: string): { path: string[]; at: number }[] {
  return [...code.matchAll(/\bit((?:\??\.[A-Za-z_$][\w$]*)+)(\s*\()?/g)].flatMap(({ 1: chain = '', 2: call, index }) => {
    const path = chain.split(/\??\./).slice(1);
    if (call !== undefined || path.at(-1) === 'length') path.pop();
    return path.length > 0 ? [{ path, at: index }] : [];
  });
}

function placeOf(source: string, at: number): { line: number; column: number } {
  const before = source.slice(0, at).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
