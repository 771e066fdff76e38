import { describe, expect, it } from 'vitest';
import { type Import, isTest, type Source, source, sources } from './sources.js';

/** Which layers of core each layer may import, besides itself. */
const LAYERS: Readonly<Record<string, readonly string[]>> = {
  api: [],
  internal: ['api'],
  // A library of its own: it knows no kernel and runs in a browser.
  verifier: ['api', 'internal'],
  kernel: ['api', 'internal'],
  http: ['api', 'internal'],
  store: ['api', 'internal'],
  services: ['api', 'internal', 'store', 'verifier'],
  // For tests only: it boots real houses.
  testkit: ['api', 'internal', 'kernel', 'store', 'cli'],
  cli: ['api', 'internal', 'kernel', 'http', 'store', 'services', 'verifier'],
};

/** Packages that only some places know. */
const KNOWN_ONLY_IN: readonly { readonly packages: RegExp; readonly places: RegExp }[] = [
  { packages: /^awilix$/, places: /^core\/kernel\/boot\.ts$/ },
  { packages: /^(fastify|fastify-plugin|@fastify\/.+)$/, places: /^core\/http\// },
  { packages: /^knex$/, places: /^core\/(store|internal|services)\/|^plugins\/storage-/ },
];

/** Kinds of plugin that may meet a house port, and why. */
const HOUSE_KINDS: Readonly<Record<string, string>> = {
  storage: 'provides storage/0, a knex connection that plugins must not have',
  intake: 'needs field-cipher/0, since files that wait for their turn hold personal values',
  signer: 'provides signer/0 and keyed-hash/0, so that keys stay with whoever holds them',
};

/** Tests that reach over the wall between core and plugins, and why. Ports have contract suites so that others need not. */
const TESTS_THAT_REACH_OVER: readonly { readonly from: string; readonly to: string; readonly why: string }[] = [
  { from: 'plugins/credential-ldp/', to: 'core/services/', why: 'it must seal and open what the house derives from records, and prints' },
  { from: 'core/store/store.fixture.ts', to: 'plugins/storage-sqlite/', why: 'locks and leases are proved on a real database' },
  { from: 'core/store/store.fixture.ts', to: 'plugins/storage-postgres/', why: 'and on the other one' },
  { from: 'core/store/store.fixture.ts', to: 'test/postgres.ts', why: 'one server for all tests' },
  { from: 'plugins/storage-postgres/test/storage-postgres.test.ts', to: 'test/postgres.ts', why: 'one server for all tests' },
];

const layerOf = (file: string): string => file.split('/')[1] ?? '';
const serviceOf = (file: string): string | undefined => file.match(/^core\/services\/([^/]+)\//)?.[1];

/** What this import breaks, if anything. */
function complaint({ path }: Source, { file, package: name, specifier, typeOnly }: Import): string | undefined {
  const place = KNOWN_ONLY_IN.find(({ packages }) => name && packages.test(name))?.places;
  if (place && !place.test(path)) return `${name} is known only in ${place.source}`;
  if (name === 'knex' && path.startsWith('core/internal/') && !typeOnly) return 'core/internal takes only types from knex';
  if (isTest(path) && TESTS_THAT_REACH_OVER.some(({ from, to }) => path.startsWith(from) && file?.startsWith(to))) return undefined;
  return path.startsWith('core/') ? inCore(path, file, specifier) : inPlugin(path, file, specifier);
}

function inCore(path: string, file: string | undefined, specifier: string): string | undefined {
  if (specifier.startsWith('@divoc/')) return 'core names its own files by their paths, and no plugin at all';
  if (file === undefined) return undefined;
  if (!file.startsWith('core/')) return 'core imports nothing of ours outside core';
  const [from, to] = [layerOf(path), layerOf(file)];
  const allowed = [from, ...(LAYERS[from] ?? []), ...(isTest(path) ? ['testkit'] : [])];
  if (!allowed.includes(to)) return `${from} may not import ${to}`;
  const [own, other] = [serviceOf(path), serviceOf(file)];
  return own !== undefined && other !== undefined && own !== other ? `${own} meets ${other} only through a port` : undefined;
}

function inPlugin(path: string, file: string | undefined, specifier: string): string | undefined {
  const plugin = path.split('/')[1]!;
  if (file?.startsWith(`plugins/${plugin}/`)) return undefined;
  if (file?.startsWith('core/')) return 'a plugin imports core only as @divoc/core';
  if (file !== undefined) return 'a plugin imports nothing of ours beside its own files';
  if (!specifier.startsWith('@divoc/') || specifier === '@divoc/core/api') return undefined;
  if (specifier === '@divoc/core/testkit') return isTest(path) ? undefined : 'the testkit is for tests';
  if (specifier === '@divoc/core/verifier') return isTest(path) ? undefined : 'plugins are what the verifier is made of';
  if (specifier !== '@divoc/core/internal') return `a plugin may not import ${specifier}`;
  return plugin.split('-')[0]! in HOUSE_KINDS ? undefined : `house ports are for ${Object.keys(HOUSE_KINDS).join(', ')} plugins`;
}

const check = (file: Source): string[] =>
  file.imports.flatMap((imported) => {
    const text = complaint(file, imported);
    return text === undefined ? [] : [`${file.path}:${imported.line} imports ${imported.specifier}: ${text}`];
  });

describe('layers', () => {
  it('hold in every file', () => expect(sources.flatMap(check)).toEqual([]));

  it('know every folder of core', () => {
    const folders = new Set(sources.filter(({ path }) => path.startsWith('core/')).map(({ path }) => layerOf(path)));
    expect([...folders].filter((folder) => !(folder in LAYERS))).toEqual([]);
  });

  it.each([
    ['core/api/planted.ts', "import type { Outbox } from '../internal/outbox.js'", 'api may not import internal'],
    ['core/api/ports/planted.ts', "import type { Knex } from 'knex'", 'knex is known only in'],
    ['core/api/planted.ts', "export type { FastifyInstance } from 'fastify'", 'fastify is known only in'],
    ['core/api/planted.ts', "import { x } from '../../plugins/payment-free/plugin.js'", 'nothing of ours outside core'],
    ['core/internal/planted.ts', "import { knex } from 'knex'", 'only types from knex'],
    ['core/internal/planted.ts', "import { x } from '../store/tables.js'", 'internal may not import store'],
    ['core/kernel/planted.ts', "import { edgePart } from '../http/edge-part.js'", 'kernel may not import http'],
    ['core/kernel/planted.ts', "type Edge = import('../http/edge-part.js').EdgeConfig", 'kernel may not import http'],
    ['core/kernel/plan.ts', "import { createContainer } from 'awilix'", 'awilix is known only in'],
    ['core/kernel/planted.ts', "await import('@divoc/payment-free')", 'no plugin at all'],
    ['core/http/planted.ts', "import { x } from '../services/verification/verify.js'", 'http may not import services'],
    ['core/http/planted.ts', "import { plan } from '../kernel/plan.js'", 'http may not import kernel'],
    ['core/store/planted.ts', "import { x } from '../services/vaccination/record.js'", 'store may not import services'],
    ['core/store/planted.ts', "import { x } from '../http/problem.js'", 'store may not import http'],
    [
      'core/services/vaccination/planted.ts',
      "import { x } from '../certificates/issue.js'",
      'vaccination meets certificates only through a port',
    ],
    ['core/services/vaccination/planted.ts', "export { x } from '../../http/problem.js'", 'services may not import http'],
    ['core/services/vaccination/planted.ts', "import { boot } from '../../kernel/boot.js'", 'services may not import kernel'],
    ['core/services/vaccination/planted.ts', "import fp from 'fastify-plugin'", 'fastify-plugin is known only in'],
    ['core/services/vaccination/planted.ts', "import { x } from '../../testkit/index.js'", 'services may not import testkit'],
    ['core/testkit/planted.ts', "import { edgePart } from '../http/edge-part.js'", 'testkit may not import http'],
    ['core/cli/planted.ts', "import { memoryState } from '../testkit/index.js'", 'cli may not import testkit'],
    ['core/kernel/planted.ts', "import { builtIns } from '../cli/built-ins.js'", 'kernel may not import cli'],
    ['plugins/payment-free/plugin.ts', "import { signer } from '@divoc/core/internal'", 'house ports are for'],
    ['plugins/payment-free/plugin.ts', "import { x } from '@divoc/core/testkit'", 'the testkit is for tests'],
    ['plugins/payment-free/plugin.ts', "import { x } from '@divoc/core/kernel'", 'may not import @divoc/core/kernel'],
    ['plugins/payment-free/plugin.ts', "import other from '@divoc/payment-flat-fee'", 'may not import @divoc/payment-flat-fee'],
    ['plugins/payment-free/src/planted.ts', "import x from '../../identity-none/plugin.js'", 'nothing of ours beside its own files'],
    ['plugins/payment-free/src/planted.ts', "import { x } from '../../../core/api/index.js'", 'only as @divoc/core'],
    ['plugins/payment-free/test/planted.test.ts', "import { x } from '../../../core/api/index.js'", 'only as @divoc/core'],
    ['plugins/payment-free/plugin.ts', "import { knex } from 'knex'", 'knex is known only in'],
  ])('report a planted violation: %s %s', (path, code, text) => {
    expect(check(source(path, code))).toEqual([expect.stringContaining(text)]);
  });

  it.each([
    ['core/internal/planted.ts', "import type { Knex } from 'knex'; import { definePort } from '../api/port.js'"],
    ['core/services/vaccination/planted.ts', "import { x } from '../../store/migrate.js'; import { y } from './record.js'"],
    ['plugins/storage-sqlite/src/planted.ts', "import { knex } from 'knex'; import { storage } from '@divoc/core/internal'"],
    ['plugins/payment-free/test/planted.test.ts', "import { x } from '@divoc/core/testkit'; import plugin from '../plugin.js'"],
  ])('allow what is right: %s %s', (path, code) => expect(check(source(path, code))).toEqual([]));
});
