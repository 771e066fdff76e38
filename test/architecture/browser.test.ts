import { describe, expect, it } from 'vitest';
import { isTest, lineOf, type Node, type Source, source, sources, walk } from './sources.js';

const byPath = new Map(sources.map((file) => [file.path, file]));
/**
 * Everything that a verifier in a browser is made of: the API, the library, and the readers of the formats. `…-node.ts` is what
 * package.json puts in the place of a file in Node.js alone.
 */
const ROOTS = sources.filter(
  ({ path }) =>
    /^core\/(api|verifier)\/|^plugins\/credential-[^/]+\/src\/reader\.ts$/.test(path) && !isTest(path) && !path.endsWith('-node.ts'),
);

/** These files and all that they import. */
function reached(from: readonly Source[]): Source[] {
  const found = new Set(from);
  for (const { imports } of found) {
    for (const { file, typeOnly } of imports) {
      const next = file === undefined || typeOnly ? undefined : byPath.get(file);
      if (next) found.add(next);
    }
  }
  return [...found];
}

/** What only Node.js has: its modules, and the globals that it does not share with browsers. */
function needsNode({ path, text, tree, imports }: Source): string[] {
  const modules = imports.filter(({ package: name, typeOnly }) => name?.startsWith('node:') && !typeOnly);
  const globals: string[] = [];
  walk(tree, (node: Node) => {
    const isRead = node.type === 'MemberExpression' || node.type === 'CallExpression';
    const name = (isRead ? ((node.object ?? node.callee) as Node) : undefined)?.name;
    if (['Buffer', 'process', 'require', '__dirname'].includes(String(name)))
      globals.push(`${path}:${lineOf(text, node.start)} uses ${name}`);
  });
  return [...modules.map(({ line, specifier }) => `${path}:${line} imports ${specifier}`), ...globals];
}

describe('what verifies in a browser', () => {
  it('needs nothing that only Node.js has', () => {
    expect(reached(ROOTS).flatMap(needsNode)).toEqual([]);
  });

  it('is more than the files that are looked for by name', () => {
    expect(ROOTS.some(({ path }) => path.startsWith('plugins/'))).toBe(true);
    expect(reached(ROOTS).map(({ path }) => path)).toContain('core/internal/pixelpass.ts');
  });

  it.each([
    ["import { createHash } from 'node:crypto'", 'imports node:crypto'],
    ["const bytes = Buffer.from('a')", 'uses Buffer'],
    ['const home = process.env.HOME', 'uses process'],
  ])('is reported when planted: %s', (code, what) => {
    expect(needsNode(source('core/verifier/planted.ts', code))).toEqual([`core/verifier/planted.ts:1 ${what}`]);
  });
});
