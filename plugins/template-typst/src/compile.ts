import { readdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler';
import type { CompileReply, CompileRequest } from './compile-messages.js';
import { fontBlobs } from './fonts.js';
import { OUTSIDE } from './outside.js';

const compilers = new Map<string, NodeCompiler>();
let fonts: Buffer[] | undefined;

/** Only a warning to Typst, which then takes any other font. */
const UNKNOWN_FONT = /^unknown font family/;

/** Renders that compiled layouts are kept for; Typst's cache would grow without end. */
const KEPT_RENDERS = 8;

/**
 * Compiles one document to PDF/UA-1; the standard is enforced by Typst (a picture without a text for it is an error).
 *
 * The workspace is the template's own folder, with the files handed in under `files/`. Runs in a process of its own.
 */
export function compile({ template, data, files, date }: CompileRequest): CompileReply {
  const folder = dirname(template);
  try {
    refuseOutside(folder);
    const compiler = compilerOf(folder);
    compiler.resetShadow();
    for (const [name, content] of Object.entries(files)) compiler.mapShadow(join(folder, 'files', name), Buffer.from(content));
    const compiled = compiler.compile({ mainFilePath: template, inputs: { data }, resetRead: true });
    const failure = compiled.takeError();
    if (failure || !compiled.result) return { error: firstOf(failure ? compiler.fetchDiagnostics(failure) : [], template) };
    const warnings = compiled.takeWarnings();
    const font = (warnings ? (compiler.fetchDiagnostics(warnings) as Diagnostic[]) : []).filter(({ message }) =>
      UNKNOWN_FONT.test(message),
    );
    if (font.length > 0) return { error: firstOf(font, template) };
    const pdf = compiler.pdf(compiled.result, { pdfStandard: 'ua-1', creationTimestamp: date });
    compiler.evictCache(KEPT_RENDERS);
    return { pdf };
  } catch (error) {
    return { error: thrown(error, template) };
  }
}

function compilerOf(folder: string): NodeCompiler {
  let compiler = compilers.get(folder);
  if (!compiler) {
    fonts ??= fontBlobs();
    compiler = NodeCompiler.create({ workspace: folder, fontArgs: [{ fontBlobs: fonts }] });
    compilers.set(folder, compiler);
  }
  return compiler;
}

/** Typst keeps paths inside the folder, but follows links out of it. (Those of a Kubernetes volume stay inside.) */
function refuseOutside(folder: string): void {
  const inside = realpathSync(folder) + sep;
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink() && !`${realpathSync(file)}${sep}`.startsWith(inside)) {
      throw Object.assign(new Error('a link that leads out of the folder is not followed'), { path: file });
    }
    if (entry.isDirectory() || !entry.name.endsWith('.typ')) continue;
    const lines = readFileSync(file, 'utf8').split('\n');
    for (const { pattern, reason } of OUTSIDE) {
      const at = lines.findIndex((line) => pattern.test(line));
      if (at >= 0) throw Object.assign(new Error(reason), { path: file, line: at + 1 });
    }
  }
}

interface Diagnostic {
  readonly message: string;
  readonly path: string;
  readonly range: { readonly start: { readonly line: number } } | null;
}

function firstOf(diagnostics: readonly Diagnostic[], template: string): { message: string; path: string; line?: number } {
  const [first] = diagnostics;
  if (!first) return { message: 'it could not be compiled', path: template };
  return { message: first.message, path: first.path, ...(first.range && { line: first.range.start.line + 1 }) };
}

/** Errors of the PDF stage come as the text of a Rust structure. */
function thrown(error: unknown, template: string): { message: string; path: string; line?: number } {
  const { message, path = template, line } = error as Error & { path?: string; line?: number };
  const inner = /message: "((?:[^"\\]|\\.)*)"/.exec(message)?.[1];
  return { message: inner?.replace(/\\+(["\\])/g, '$1') ?? message, path, ...(line !== undefined && { line }) };
}
