import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isTest, plugins, root, type Source, source, sources } from './sources.js';

/** What builds and tests everything; a plugin that stood in one of these could not be taken away. */
const CONFIGURATION = [
  'package.json',
  'tsconfig.json',
  '.biome.json',
  'core/package.json',
  'core/tsconfig.json',
  'core/prepare.mjs',
  'core/start.mjs',
  'test/tsconfig.json',
  'test/vitest.config.mjs',
  'test/postgres.ts',
];

const filesBelow = (folder: string): string[] =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}/${entry.name}`;
    return entry.isDirectory() ? filesBelow(path) : /\.(ts|mjs)$/.test(path) ? [path] : [];
  });
const all = [...sources, ...filesBelow('test').map((path) => source(path, readFileSync(join(root, path), 'utf8')))];

/** Which plugins' files does one from elsewhere import? */
function reachesInto({ path, imports }: Source): string[] {
  const own = path.match(/^plugins\/([^/]+)\//)?.[1];
  return imports.flatMap(({ file, package: name }) => {
    const other = file?.match(/^plugins\/([^/]+)\//)?.[1] ?? (name?.startsWith('@divoc/') ? name.slice(7) : undefined);
    return other === undefined || other === own || other === 'core' ? [] : [other];
  });
}

const needs = (file: Source): string[] =>
  isTest(file.path) || file.path.startsWith('test/') ? [] : reachesInto(file).map((plugin) => `${file.path} needs ${plugin}`);

function namedIn(path: string, text: string): string[] {
  return plugins.filter((plugin) => new RegExp(`(?<![\\w-])${plugin}(?![\\w-])`).test(text)).map((plugin) => `${path} names ${plugin}`);
}

describe('any one plugin can be taken away', () => {
  it('since nothing outside of its folder needs it, but tests that name it', () => expect(all.flatMap(needs)).toEqual([]));

  it('and no configuration names one', () => {
    const found = CONFIGURATION.filter((path) => existsSync(join(root, path))).flatMap((path) =>
      namedIn(path, readFileSync(join(root, path), 'utf8')),
    );
    expect(found).toEqual([]);
  });

  it('and no plugin names another one as a dependency', () => {
    const found = plugins.flatMap((plugin) => {
      const meta = JSON.parse(readFileSync(join(root, 'plugins', plugin, 'package.json'), 'utf8')) as Record<string, object | undefined>;
      const kinds = ['dependencies', 'peerDependencies', 'optionalDependencies', 'devDependencies'];
      const names = kinds.flatMap((kind) => Object.keys(meta[kind] ?? {}));
      return names.filter((name) => name.startsWith('@divoc/') && name !== '@divoc/core').map((name) => `${plugin} needs ${name}`);
    });
    expect(found).toEqual([]);
  });

  it.each([
    ['core/store/planted.ts', "import x from '../../plugins/payment-free/plugin.js'"],
    ['plugins/payment-voucher/src/planted.ts', "import { x } from '@divoc/payment-free'"],
    ['plugins/payment-voucher/plugin.ts', "await import('../payment-free/plugin.js')"],
  ])('a planted need is reported: %s', (path, code) => expect(needs(source(path, code))).toEqual([`${path} needs payment-free`]));

  it('a planted name is reported', () => {
    expect(namedIn('tsconfig.json', '{ "references": [{ "path": "plugins/payment-free" }] }')).toEqual([
      'tsconfig.json names payment-free',
    ]);
    expect(namedIn('tsconfig.json', '"plugins/payment-free-of-charge"')).toEqual([]);
  });
});
