import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'vite';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A node of the syntax tree (ESTree with TypeScript's additions), as the parser of our test runner gives it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly [member: string]: unknown;
}

/** What one import, re-export, `import()`, `import type` or `typeof import()` reaches. */
export interface Import {
  readonly line: number;
  readonly typeOnly: boolean;
  readonly specifier: string;
  /** A file of ours as its path in the repository; one that leaves it begins with `..`. */
  readonly file?: string;
  /** Another package's name, or `node:fs`. */
  readonly package?: string;
}

export interface Source {
  /** From the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
  readonly tree: Node;
  readonly imports: readonly Import[];
}

const isNode = (value: unknown): value is Node => typeof (value as Node | null)?.type === 'string';

/** Visits `node` and all below it; `visit` returns false to leave out what is below. */
export function walk(node: unknown, visit: (node: Node) => unknown): void {
  if (Array.isArray(node)) for (const item of node) walk(item, visit);
  else if (isNode(node) && visit(node) !== false) for (const child of Object.values(node)) walk(child, visit);
}

export const lineOf = (text: string, offset: number): number => text.slice(0, offset).split('\n').length;

/** Parses one file. Also for planted violations, which exist as text alone. */
export function source(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]!.message}`);
  const tree = program as unknown as Node;
  const imports: Import[] = [];
  walk(tree, (node) => {
    const reaches = ['ImportDeclaration', 'ExportNamedDeclaration', 'ExportAllDeclaration', 'ImportExpression', 'TSImportType'];
    const from = node.source as Node | null | undefined;
    if (!reaches.includes(node.type) || from?.type !== 'Literal') return;
    const names = (node.specifiers ?? []) as Node[];
    const allTypes = names.length > 0 && names.every((name) => (name.importKind ?? name.exportKind) === 'type');
    const typeOnly = node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type' || allTypes;
    const specifier = String(from.value);
    imports.push({ line: lineOf(text, node.start), typeOnly, specifier, ...target(path, specifier) });
  });
  return { path, text, tree, imports };
}

function target(path: string, specifier: string): Pick<Import, 'file' | 'package'> {
  if (specifier.startsWith('.')) return { file: posix.join(posix.dirname(path), specifier).replace(/\.js$/, '.ts') };
  if (specifier.startsWith('#')) return { file: ownImport(path, specifier) };
  if (isBuiltin(specifier)) return { package: specifier };
  return { package: specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/') };
}

/** What a package calls by a name of its own, as it is outside Node.js. */
function ownImport(path: string, specifier: string): string {
  const folder = /^core|^plugins\/[^/]+/.exec(path)?.[0] as string;
  const { imports } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
  return posix.join(folder, imports[specifier]['divoc-source']);
}

const NOT_OURS = new Set(['node_modules', 'dist']);
function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return NOT_OURS.has(entry.name) ? [] : filesBelow(path);
    return path.endsWith('.ts') ? [path] : [];
  });
}

/** Every TypeScript file of core and the plugins, tests included. */
export const sources: readonly Source[] = ['core', 'plugins']
  .flatMap(filesBelow)
  .map((path) => source(path, readFileSync(join(root, path), 'utf8')));

/** Is this a test, or something that only tests use? */
export const isTest = (path: string): boolean => /\.(test|fixture)\.ts$|^plugins\/[^/]+\/test\//.test(path);

/** Folders of plugins that have their first line of code. */
export const plugins: readonly string[] = sources.flatMap(({ path }) => path.match(/^plugins\/([^/]+)\/plugin\.ts$/)?.[1] ?? []);
