import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { plugins, root } from '../architecture/sources.js';
import { newHome } from '../journeys/running-house.js';

/** The whole repository once more, so that a folder can be taken out of it. */
const copy = mkdtempSync(join(tmpdir(), 'divoc-without-'));
const aside = mkdtempSync(join(tmpdir(), 'divoc-aside-'));
const home = newHome();
afterAll(() => {
  for (const path of [copy, aside, home]) rmSync(path, { recursive: true, force: true });
});
beforeAll(() => {
  const left = ['node_modules', '.git', '.divoc'];
  cpSync(root, copy, { recursive: true, preserveTimestamps: true, filter: (path) => !left.includes(basename(path)) });
  mkdirSync(join(copy, 'node_modules', '@divoc'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')).filter((entry) => entry !== '@divoc'))
    symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  symlinkSync(join(copy, 'core'), join(copy, 'node_modules', '@divoc', 'core'));
  for (const name of plugins) symlinkSync(join(copy, 'plugins', name), join(copy, 'node_modules', '@divoc', name));
});

function node(...args: readonly string[]) {
  const env = { ...process.env, DIVOC_HOME: home, NO_COLOR: '1' };
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env });
  return { status, said: stdout + stderr };
}

const demo = readFileSync(join(root, 'adopters', 'demo', 'adopter.yaml'), 'utf8');
const isUsed = (plugin: string): boolean => new RegExp(`use: ${plugin}[,\\s]`).test(demo);
/** Tests of the house name these: a database and tokens to test with. */
const isNamed = (plugin: string): boolean => /^(storage|auth)-/.test(plugin);

/** That it holds for every plugin is what test/architecture/removable-plugins.test.ts says; here it is done to two of them. */
it.each([
  ['used', plugins.find((plugin) => isUsed(plugin) && !isNamed(plugin))],
  ['not used', plugins.find((plugin) => !isUsed(plugin) && !isNamed(plugin))],
])('without a plugin that is %s by the demo (%s), all else builds and is checked', { timeout: 600_000 }, (_used, plugin) => {
  renameSync(join(copy, 'plugins', plugin!), join(aside, plugin!));
  try {
    expect(node('core/prepare.mjs')).toEqual({ status: 0, said: '' });
    const { status, said } = node('core/bin/divoc.js', 'check', 'adopters/demo');
    const [line, ...more] = said.trim().split('\n');
    if (isUsed(plugin!)) {
      expect(line).toContain(`PLUGIN_NOT_INSTALLED  the plugin @divoc/${plugin} is not installed`);
      expect([status, more]).toEqual([1, ['1 problem, nothing was started']]);
      return;
    }
    expect([status, line, more]).toEqual([0, expect.stringContaining('nothing to mend'), []]);
    const vitest = join('node_modules', 'vitest', 'vitest.mjs');
    const run = node(
      vitest,
      'run',
      '--config',
      'test/vitest.config.mjs',
      '--project',
      'main',
      'test/architecture',
      'test/boot/schema.test.ts',
    );
    expect(run.status, run.said).toBe(0);
  } finally {
    renameSync(join(aside, plugin!), join(copy, 'plugins', plugin!));
  }
});
