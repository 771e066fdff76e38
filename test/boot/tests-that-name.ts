import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import { root, source } from '../architecture/sources.js';

/** Which tests name a plugin, themselves or in what they are made of. */

const ADOPTERS = readdirSync(join(root, 'adopters')).filter((name) => !name.startsWith('_'));
const ALL_ADOPTERS = new RegExp(`\\b(${ADOPTERS.join('|')})\\b`, 'g');
const isTestFile = (path: string): boolean =>
  path.startsWith('test/') ||
  path.startsWith('core/testkit/') ||
  /\.(test|fixture)\.m?ts$/.test(path) ||
  /^plugins\/[^/]+\/test\//.test(path);

/** Files with which a test stands or falls: what it imports of tests, the manifests and golden files that it reads. */
function madeOf(path: string, text: string): string[] {
  const folder = posix.dirname(path);
  const imported = path.endsWith('.ts') ? source(path, text).imports.flatMap(({ file }) => (file && isTestFile(file) ? [file] : [])) : [];
  const quoted = [...text.matchAll(/['"`]([\w./-]+\.\w+)['"`]/g)].flatMap(([, name]) => [
    name as string,
    posix.join(folder, name as string),
  ]);
  const manifests = text.includes('adopters')
    ? ['adopters/_base/common.yaml', ...[...text.matchAll(ALL_ADOPTERS)].map(([name]) => `adopters/${name}/adopter.yaml`)]
    : [];
  // The barrel leads to all of the testkit; only a house is made of plugins.
  const house = /\bstartHouse\b/.test(text) && text.includes('testkit') ? ['core/testkit/start-house.ts'] : [];
  return [...imported, ...quoted, ...manifests, ...house].filter((file) => file !== 'core/testkit/index.ts');
}

function readIfFile(path: string): string | undefined {
  const file = join(root, path);
  return !path.startsWith('..') && existsSync(file) && statSync(file).isFile() ? readFileSync(file, 'utf8') : undefined;
}

const known = new Map<string, readonly string[]>();

/** All texts of a test, its own first. */
function textsOf(test: string): readonly string[] {
  const before = known.get(test);
  if (before) return before;
  const seen = new Map<string, string>();
  const waiting = [test];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const text = seen.has(path) ? undefined : readIfFile(path);
    if (text === undefined) continue;
    seen.set(path, text);
    waiting.push(...madeOf(path, text));
  }
  const texts = [...seen.values()];
  known.set(test, texts);
  return texts;
}

const testsBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return ['node_modules', 'dist'].includes(entry.name) ? [] : testsBelow(path);
    return /\.test\.ts$/.test(path) && !/\.(long|peers)\.test\.ts$/.test(path) ? [path] : [];
  });

/** The tests of these folders, other than the plugins' own, that name none of the plugins. */
export function testsNamingNone(plugins: readonly string[], folders: readonly string[]): string[] {
  const named = new RegExp(`(?<![\\w-])(${plugins.join('|')})(?![\\w-])`);
  const isTheirs = (path: string) => plugins.some((plugin) => path.startsWith(`plugins/${plugin}/`));
  return folders.flatMap(testsBelow).filter((path) => !isTheirs(path) && !textsOf(path).some((text) => named.test(text)));
}
