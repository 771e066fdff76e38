import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: copy,
    encoding: 'utf8',
    env: { ...process.env, DIVOC_HOME: home, NO_COLOR: '1' },
  });
  return { status, said: stdout + stderr };
}

describe('without one plugin', () => {
  const demo = readFileSync(join(root, 'adopters', 'demo', 'adopter.yaml'), 'utf8');
  for (const plugin of plugins) {
    it(`${plugin}, all else builds, and a house that does not use it is well`, { timeout: 300_000 }, () => {
      renameSync(join(copy, 'plugins', plugin), join(aside, plugin));
      try {
        expect(node('core/prepare.mjs')).toEqual({ status: 0, said: '' });
        const { status, said } = node('core/bin/divoc.js', 'check', 'adopters/demo');
        const isUsed = new RegExp(`use: ${plugin}[,\\s]`).test(demo);
        expect([status, said]).toEqual(
          isUsed
            ? [1, expect.stringContaining(`PLUGIN_NOT_INSTALLED  the plugin @divoc/${plugin}`)]
            : [0, expect.stringContaining('nothing to mend')],
        );
        expect(said.trim().split('\n')).toHaveLength(isUsed ? 2 : 1);
      } finally {
        renameSync(join(aside, plugin), join(copy, 'plugins', plugin));
      }
    });
  }

  it('that no other test names, the tests of the house itself are green', { timeout: 600_000 }, () => {
    const plugin = plugins.find(
      (name) => !new RegExp(`use: ${name}[,\\s]`).test(demo) && !name.startsWith('storage-') && !name.startsWith('auth-'),
    );
    expect(plugin).toBeDefined();
    renameSync(join(copy, 'plugins', plugin!), join(aside, plugin!));
    try {
      const vitest = join('node_modules', 'vitest', 'vitest.mjs');
      const run = node(
        vitest,
        'run',
        '--config',
        'test/vitest.config.mjs',
        '--project',
        'main',
        'test/architecture',
        'test/boot',
        'core/http',
        'core/store',
      );
      expect(run.said).toMatch(/Test Files {2}\d+ passed \(\d+\)/);
      expect(run.status, run.said).toBe(0);
    } finally {
      renameSync(join(aside, plugin!), join(copy, 'plugins', plugin!));
    }
  });
});
