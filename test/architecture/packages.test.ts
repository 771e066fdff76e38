import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { satisfies, subset, validRange } from 'semver';
import { describe, expect, it } from 'vitest';
import { KERNEL_API_VERSION } from '../../core/api/index.js';
import { isTest, type Node, plugins, root, type Source, source, sources, walk } from './sources.js';

interface PackageJson {
  readonly name?: string;
  readonly divoc?: { readonly id?: string; readonly kernelApi?: string };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  /** For what is compiled while it is installed: a machine without a compiler goes on without it. */
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

const read = (folder: string): PackageJson => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')) as PackageJson;
const forTests = Object.keys(read('.').devDependencies ?? {});
const filesOf = (folder: string): Source[] => sources.filter(({ path }) => path.startsWith(`${folder}/`));

/** Packages that are declared for another one, and why. */
const LOADED_BY_OTHERS: Readonly<Record<string, string>> = {
  sqlite3: 'knex loads the driver of its dialect itself',
};

/** Some packages are not imported but named to a loader: fonts by their paths, for example. */
function namedIn({ tree }: Source): string[] {
  const strings: string[] = [];
  walk(tree, (node: Node) => {
    if (node.type === 'Literal' && typeof node.value === 'string') strings.push(node.value);
    if (node.type === 'TemplateElement') strings.push((node.value as { cooked: string }).cooked);
  });
  return strings;
}

/** What is imported and not declared, and what is declared and not used. */
function dependencies(folder: string, meta: PackageJson, files: readonly Source[]): string[] {
  const declared = Object.keys({ ...meta.dependencies, ...meta.optionalDependencies, ...meta.peerDependencies });
  const undeclared = files.flatMap(({ path, imports }) =>
    imports.flatMap(({ line, package: name }) => {
      const known = name === undefined || name.startsWith('node:') || declared.includes(name) || name === meta.name;
      const inTest = isTest(path) && [...forTests, ...Object.keys(meta.devDependencies ?? {})].includes(name ?? '');
      return known || inTest ? [] : [`${path}:${line} imports ${name}, which ${folder}/package.json does not declare`];
    }),
  );
  const named = files.filter(({ path }) => !isTest(path)).flatMap(namedIn);
  const unused = declared.filter(
    (name) => !(name in LOADED_BY_OTHERS) && !named.some((text) => text === name || text.startsWith(`${name}/`)),
  );
  return [...undeclared, ...unused.map((name) => `${folder}/package.json declares ${name}, which nothing uses`)];
}

/** A range without an upper end promises to fit kernels that nobody has written yet. */
const isBounded = (range: string): boolean => validRange(range) !== null && subset(range, '<1000000.0.0');

function identity(plugin: string, { name, divoc }: PackageJson): string[] {
  const range = divoc?.kernelApi ?? '';
  return [
    ...(name === `@divoc/${plugin}` ? [] : [`${plugin} is packed as ${name}`]),
    ...(divoc?.id === plugin ? [] : [`${plugin} has the id ${divoc?.id}`]),
    ...(isBounded(range) && satisfies(KERNEL_API_VERSION, range) ? [] : [`${plugin} has the kernelApi range '${range}'`]),
  ];
}

describe('package.json', () => {
  it('of a plugin has the id of its folder and a bounded range of kernels', () => {
    expect(plugins.flatMap((plugin) => identity(plugin, read(`plugins/${plugin}`)))).toEqual([]);
  });

  it('declares what is imported, and nothing else', () => {
    const folders = ['core', ...plugins.map((plugin) => `plugins/${plugin}`)];
    expect(folders.flatMap((folder) => dependencies(folder, read(folder), filesOf(folder)))).toEqual([]);
  });

  it('stands beside a README.md', () => {
    expect(plugins.filter((plugin) => !existsSync(join(root, 'plugins', plugin, 'README.md')))).toEqual([]);
  });

  it('reports planted mistakes', () => {
    const planted = source(
      'plugins/planted/plugin.ts',
      "import ajv from 'ajv/dist/2020.js'; import { x } from '@noble/curves/x.js'; import 'node:fs'",
    );
    const meta = { dependencies: { ajv: '^8.0.0', knex: '^3.0.0' }, devDependencies: { '@noble/curves': '^1.0.0' } };
    expect(dependencies('plugins/planted', meta, [planted])).toEqual([
      'plugins/planted/plugin.ts:1 imports @noble/curves, which plugins/planted/package.json does not declare',
      'plugins/planted/package.json declares knex, which nothing uses',
    ]);
    for (const kernelApi of ['*', '>=0', '>=1.0.0', '^9.0.0', 'newest', '']) {
      expect(identity('planted', { name: '@divoc/planted', divoc: { id: 'planted', kernelApi } })).toHaveLength(1);
    }
    expect(identity('planted', { name: 'other', divoc: { id: 'other', kernelApi: '^1.0.0' } })).toHaveLength(2);
  });
});
