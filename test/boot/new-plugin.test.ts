import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommand } from '../../core/cli/command.js';
import { newPlugin } from '../../core/cli/commands/new-plugin.js';
import { newPluginOf, scaffoldKinds } from '../../core/cli/scaffold.js';
import { root } from '../architecture/sources.js';
import { divoc, newHome } from '../journeys/running-house.js';

const folder = mkdtempSync(join(tmpdir(), 'divoc-new-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function begun(...args: readonly string[]) {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const status = await runCommand([newPlugin], ['new', 'plugin', ...args], terminal, {});
  return { status, text: lines.join('\n') };
}

describe('divoc new plugin', () => {
  it.each([
    ['channel', 'channel', 'channel-example', '@divoc/channel-example'],
    ['channel-fax', 'channel', 'channel-fax', '@divoc/channel-fax'],
    ['payment-scheme-cash', 'payment-scheme', 'payment-cash', '@divoc/payment-cash'],
    ['payment-cash', 'payment-scheme', 'payment-cash', '@divoc/payment-cash'],
    ['@acme/template-latex', 'template-engine', 'template-latex', '@acme/template-latex'],
  ])('%s', (words, kind, id, packageName) => expect(newPluginOf(words)).toEqual({ kind, id, packageName }));

  it('suggests a kind, and overwrites nothing', async () => {
    expect(await begun('chanel-fax')).toMatchObject({ status: 2, text: expect.stringContaining("did you mean 'channel'?") });
    expect(await begun('fax')).toMatchObject({ status: 2, text: expect.stringContaining('there are auth, channel') });
    expect(await begun()).toMatchObject({ status: 2 });
    const dir = join(folder, 'taken');
    expect((await begun('channel-fax', '--dir', dir)).status).toBe(0);
    expect(await begun('channel-fax', '--dir', dir)).toMatchObject({ status: 2, text: expect.stringContaining('is not empty') });
    rmSync(dir, { recursive: true });
  });
});

describe('each kind, begun and left as it is', () => {
  const plugins = join(folder, 'node_modules', '@acme');
  const home = newHome();
  const names = scaffoldKinds().map((kind) => newPluginOf(`@acme/${kind}-new`).id);
  beforeAll(async () => {
    mkdirSync(plugins, { recursive: true });
    for (const name of ['@divoc', '@types', 'vitest', 'typescript', 'vite'])
      symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name));
    for (const kind of scaffoldKinds()) {
      const { id } = newPluginOf(`${kind}-new`);
      expect(await begun(`@acme/${kind}-new`, '--dir', join(folder, 'packages', id))).toMatchObject({ status: 0 });
      symlinkSync(join(folder, 'packages', id), join(plugins, id));
    }
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it('keeps the contract of its port', () => {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const args = [vitest, 'run', '--root', join(folder, 'packages'), '--reporter', 'json', '--no-color'];
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', cwd: folder });
    const report = JSON.parse(stdout.slice(stdout.indexOf('{')) || '{}') as {
      success: boolean;
      testResults: { name: string; status: string; message: string; assertionResults: { status: string; fullName: string }[] }[];
    };
    const failed = report.testResults.flatMap(({ name, message, assertionResults }) => [
      ...(assertionResults.length === 0 ? [`${name}: ${message}`] : []),
      ...assertionResults.filter(({ status }) => status !== 'passed').map(({ fullName }) => fullName),
    ]);
    expect(failed, stderr).toEqual([]);
    expect(report.testResults.map(({ name }) => name.split('/packages/')[1]?.split('/')[0]).sort()).toEqual([...names].sort());
  });

  it('compiles, is a plugin that a house loads, and explains itself', { timeout: 120_000 }, () => {
    for (const id of names) {
      const at = join(folder, 'packages', id);
      const tsc = spawnSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc'), '-p', at], { encoding: 'utf8' });
      expect([id, tsc.stdout, tsc.status]).toEqual([id, '', 0]);
      const { stdout } = divoc(['explain', `@acme/${id}`, join(root, 'adopters', 'demo')], { home, folder });
      expect(stdout.split('\n')[0]).toBe(`@acme/${id}  @acme/${id}@0.1.0  (not in this manifest)`);
      expect(readFileSync(join(at, 'README.md'), 'utf8')).not.toContain('{{');
    }
  });
});
