import { describe, expect, it } from 'vitest';
import { isTest, lineOf, type Node, type Source, source, sources, walk } from './sources.js';

const BARRELS = ['core/api/index.ts', 'core/verifier/index.ts', 'core/internal/index.ts', 'core/testkit/index.ts'];
const SAYS_NOTHING = /^(utils?|helpers?|common|misc|managers?)$/;
const KERNEL_FILE = 200;
const ANY_FILE = 300;
const KERNEL = 1500;

const lines = ({ text }: Source): number => text.split('\n').length - 1;

const inKernel = ({ path }: Source): boolean => path.startsWith('core/kernel/') && !isTest(path);

function names({ path }: Source): string[] {
  const words = path.replace(/\.(d|test|fixture|long\.test)?\.?ts$/, '').split(/[/.-]/);
  const wrong = words.filter((word) => SAYS_NOTHING.test(word)).map((word) => `${path}: '${word}' does not say what is in it`);
  return /[A-Z_ ]/.test(path) ? [...wrong, `${path}: names are kebab-case`] : wrong;
}

function size(file: Source): string[] {
  const most = inKernel(file) ? KERNEL_FILE : ANY_FILE;
  return lines(file) > most ? [`${file.path}: ${lines(file)} lines, ${most} at most`] : [];
}

function kernelSize(files: readonly Source[]): string[] {
  const sum = files.filter(inKernel).reduce((all, file) => all + lines(file), 0);
  return sum > KERNEL ? [`core/kernel: ${sum} lines, ${KERNEL} at most`] : [];
}

function exported({ path, text, tree }: Source): string[] {
  const found: string[] = [];
  const report = (node: Node, words: string) => found.push(`${path}:${lineOf(text, node.start)} ${words}`);
  for (const node of tree.body as Node[]) {
    const names = (node.specifiers ?? []) as Node[];
    const isDefault = node.type === 'ExportDefaultDeclaration' || names.some((n) => (n.exported as Node | undefined)?.name === 'default');
    if (isDefault && !/^plugins\/[^/]+\/plugin\.ts$/.test(path)) report(node, "only a plugin's descriptor is a default export");
    if (node.type === 'ExportAllDeclaration' && !BARRELS.includes(path)) report(node, "only a package's root is a barrel");
    if (/^Export(Named|Default)Declaration$/.test(node.type)) {
      // What happens inside a function is its own affair.
      walk(node, (inner) => {
        if (inner.type === 'TSAnyKeyword') report(inner, 'no `any` at a seam');
        return inner.type !== 'BlockStatement';
      });
    }
  }
  return found;
}

describe('files', () => {
  it('are named for what they hold', () => expect(sources.flatMap(names)).toEqual([]));
  it('are small', () => expect(sources.flatMap(size)).toEqual([]));
  it('export by name, from where it is defined, and with a type', () => expect(sources.flatMap(exported)).toEqual([]));

  it('of the kernel are few enough to be read in one sitting', () => {
    expect(kernelSize(sources)).toEqual([]);
    const planted = Array.from({ length: 8 }, (_, i) => source(`core/kernel/planted-${i}.ts`, ';\n'.repeat(200)));
    expect(kernelSize(planted)).toEqual(['core/kernel: 1600 lines, 1500 at most']);
  });

  it.each([
    ['core/store/utils.ts', ''],
    ['core/store/date-helpers.ts', ''],
    ['plugins/payment-free/src/common/money.ts', ''],
    ['core/services/payments/payment-manager.test.ts', ''],
    ['core/store/jobQueue.ts', ''],
  ])('with a planted name are reported: %s', (path, text) => expect(names(source(path, text))).toHaveLength(1));

  it.each([
    ['core/kernel/planted.ts', 201],
    ['core/http/planted.ts', 301],
    ['plugins/payment-free/plugin.ts', 301],
  ])('with planted lines are reported: %s %i', (path, count) => {
    expect(size(source(path, ';\n'.repeat(count)))).toHaveLength(1);
    expect(size(source(path, ';\n'.repeat(count - 1)))).toEqual([]);
  });

  it.each([
    ['core/store/planted.ts', 'export default 1', 'default export'],
    ['core/store/planted.ts', 'const x = 1; export { x as default }', 'default export'],
    ['plugins/payment-free/src/planted.ts', 'export default 1', 'default export'],
    ['core/services/payments/index.ts', "export * from './money.js'", 'barrel'],
    ['core/api/planted.ts', 'export interface Planted { value: any }', '`any`'],
    ['core/api/planted.ts', 'export const planted = (value: any) => value', '`any`'],
    ['core/api/planted.ts', 'export class Planted { value(): Promise<any> { return Promise.resolve() } }', '`any`'],
  ])('with a planted export are reported: %s %s', (path, code, text) => {
    expect(exported(source(path, code))).toEqual([expect.stringContaining(text)]);
  });
});
