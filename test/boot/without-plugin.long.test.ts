import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plugins, root } from '../architecture/sources.js';
import { newHome, startHouse, vectors } from '../journeys/running-house.js';
import { testsNamingNone } from './tests-that-name.js';

/**
 * Folders of plugins are really taken away, out of a copy of the repository.
 *
 * For each plugin: everything else builds, a country that uses it is told so, and one that does not is sound; the demo is started
 * where it does not use it. For all plugins that the demo uses not, and then for all that it uses: the tests of core and of the
 * architecture that name none of them (tests-that-name.ts) are green. All of that is not all: tests that start the program, those
 * of other plugins, and tests that name one plugin of a half but not another, were run by hand for some (docs/decisions/0025).
 */

const copy = mkdtempSync(join(tmpdir(), 'divoc-without-'));
const aside = mkdtempSync(join(tmpdir(), 'divoc-aside-'));
const home = newHome();
const bin = join(copy, 'core', 'bin', 'divoc.js');

/** What the countries need that their manifests do not say. */
const SECRETS = {
  DATABASE_URL: 'postgres://divoc@127.0.0.1/divoc',
  STATISTICS_SECRET: `whsec_${'c2VjcmV0'.repeat(6)}`,
  MAINLAND_ID_SECRET: 'of the mainland',
};
const used = (country: string): readonly string[] => {
  const file = join(root, 'adopters', country, 'adopter.yaml');
  const text = readFileSync(file, 'utf8');
  const base = text.includes('_base/common.yaml') ? readFileSync(join(root, 'adopters', '_base', 'common.yaml'), 'utf8') : '';
  return [...`${text}${base}`.matchAll(/use: ([\w-]+)/g)].map(([, name]) => name as string);
};
const countries = readdirSync(join(root, 'adopters')).filter((name) => existsSync(join(root, 'adopters', name, 'adopter.yaml')));
const demo = used('demo');
/** One other stays, since formats are compared with each other. */
const others = plugins.filter((name) => !demo.includes(name) && name !== 'credential-jcs');

beforeAll(() => {
  const left = ['node_modules', '.git', '.divoc'];
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, filter: (path) => !left.includes(basename(path)) });
  for (const folder of ['.', 'core', ...plugins.map((name) => `plugins/${name}`)]) linkModules(folder);
  mkdirSync(join(copy, 'node_modules', '@divoc'));
  symlinkSync(join(copy, 'core'), join(copy, 'node_modules', '@divoc', 'core'));
  for (const name of plugins) symlinkSync(join(copy, 'plugins', name), join(copy, 'node_modules', '@divoc', name));
}, 120_000);
afterAll(() => {
  for (const path of [copy, aside, home]) rmSync(path, { recursive: true, force: true });
});

/** Whatever is not ours is the same. */
function linkModules(folder: string): void {
  const modules = join(root, folder, 'node_modules');
  if (!existsSync(modules)) return;
  mkdirSync(join(copy, folder, 'node_modules'));
  for (const name of readdirSync(modules).filter((entry) => entry !== '@divoc'))
    symlinkSync(join(modules, name), join(copy, folder, 'node_modules', name));
}

function node(...args: readonly string[]) {
  const env = { ...process.env, ...SECRETS, DIVOC_VECTORS: vectors, DIVOC_HOME: home, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env });
  return { status, said: stdout + stderr };
}

async function without(names: readonly string[], work: () => Promise<void> | void): Promise<void> {
  for (const name of names) renameSync(join(copy, 'plugins', name), join(aside, name));
  try {
    expect(node('core/prepare.mjs')).toEqual({ status: 0, said: '' });
    await work();
  } finally {
    for (const name of names) renameSync(join(aside, name), join(copy, 'plugins', name));
  }
}

const check = (country: string) => node(bin, 'check', `adopters/${country}`);

describe('without one plugin all else builds, and a house that does not use it is well', () => {
  it.each(plugins)('%s', { timeout: 120_000 }, (plugin) =>
    without([plugin], async () => {
      const user = countries.find((country) => used(country).includes(plugin));
      if (user !== undefined) {
        const told = expect.stringContaining(`PLUGIN_NOT_INSTALLED  the plugin @divoc/${plugin}`);
        expect(check(user)).toEqual({ status: 1, said: told });
      }
      if (demo.includes(plugin)) {
        const well = countries.find((country) => !used(country).includes(plugin));
        if (well !== undefined) expect(check(well)).toEqual({ status: 0, said: expect.stringContaining('nothing to mend') });
        return;
      }
      const house = await startHouse({ adopter: 'adopters/demo', folder: copy, bin });
      try {
        expect((await fetch(`${house.address}/readyz`)).status).toBe(200);
      } finally {
        await house.stop();
        rmSync(house.home, { recursive: true, force: true });
      }
    }),
  );
});

describe('tests that name none of them are green', () => {
  it.each([
    ['without all that the demo does not use', others],
    ['without all that it uses', demo],
  ])('%s', { timeout: 600_000 }, (_which, away) =>
    without(away, () => {
      // Each plugin is imported in a process of its own there, whichever others there are.
      const tests = testsNamingNone(away, ['core', 'test/architecture']).filter((path) => !path.endsWith('/importing.test.ts'));
      expect(tests.length).toBeGreaterThan(30);
      const vitest = join('node_modules', 'vitest', 'vitest.mjs');
      const run = node(vitest, 'run', '--config', 'test/vitest.config.mjs', '--project', 'main', ...tests);
      expect(run.said).toMatch(/Test Files {2}\d+ passed \(\d+\)/);
      expect(run.status, run.said).toBe(0);
    }),
  );
});
