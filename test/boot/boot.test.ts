import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Logger } from '../../core/api/index.js';
import { boot } from '../../core/kernel/boot.js';
import { plan } from '../../core/kernel/plan.js';
import { acmeDeployment } from './acme-plugins.js';

const folder = acmeDeployment();
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const home = () => mkdtempSync(join(tmpdir(), 'divoc-home-'));

function manifests(files: Record<string, string>): string {
  const at = mkdtempSync(join(tmpdir(), 'divoc-adopter-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(at, name)), { recursive: true });
    writeFileSync(join(at, name), text);
  }
  return join(at, 'adopter.yaml');
}
const head = 'apiVersion: divoc/v1\nname: acme\n';
const options = { builtIns: {}, folder, env: {} };

describe('extends', () => {
  it('merges by key, lets null remove, and points problems at the file they come from', async () => {
    const file = manifests({
      'base.yaml': `plugins:\n  front: { use: '@acme/greeter' }\n  money: { use: '@acme/purse', with: { fee: { amount: "1", currency: LKR } } }\n`,
      'adopter.yaml': `${head}extends: [base.yaml]\nplugins:\n  front: null\n  money: { with: { fee: { currency: USD } } }\n`,
    });
    const made = await plan(file, options);
    expect(made.parts.map((p) => p.name)).toEqual(['money']);
    expect(made.parts[0]!.config).toEqual({ fee: { amount: '1', currency: 'USD' } });
    expect(made.manifest.profile).toBe('production');
    expect(made.manifest.tenant).toBe('main');
  });

  it('names the base file for a mistake in it', async () => {
    const file = manifests({
      'base.yaml': `plugins:\n  money: { use: '@acme/purse', with: { fee: { amount: one } } }\n`,
      'adopter.yaml': `${head}extends: [base.yaml]\n`,
    });
    await expect(plan(file, options)).rejects.toThrow(/base\.yaml:2:55 {2}CONFIG_INVALID_VALUE {2}money\.fee\.amount/);
  });
});

it('gives a file as its whole path, beside the manifest that names it', async () => {
  const file = manifests({
    'adopter.yaml': `${head}extends: [base/base.yaml]\n`,
    'base/base.yaml': `plugins:\n  money: { use: '@acme/purse', with: { rates: rates.csv } }\n`,
    'base/rates.csv': '',
  });
  const [money] = (await plan(file, options)).parts;
  expect(money?.config).toEqual({ rates: join(dirname(file), 'base', 'rates.csv') });
});

describe('secrets', () => {
  const text = `${head}plugins:\n  money: { use: '@acme/purse', with: { token: { $secret: PURSE } } }\n`;
  it('come from the environment or from a file, and reach only the settings', async () => {
    const secretFile = join(home(), 'purse');
    writeFileSync(secretFile, 'from a file\n');
    const direct = await plan(manifests({ 'adopter.yaml': text }), { ...options, env: { PURSE: 'direct' } });
    const filed = await plan(manifests({ 'adopter.yaml': text }), { ...options, env: { PURSE_FILE: secretFile } });
    expect([direct.parts[0]!.config, filed.parts[0]!.config]).toEqual([{ token: 'direct' }, { token: 'from a file' }]);
    expect(direct.secrets).toMatchObject([{ name: 'PURSE', found: true }]);
    expect(JSON.stringify(direct.manifest)).not.toContain('direct');
  });
});

describe('boot', () => {
  it('starts providers before users and stops in reverse', async () => {
    const scribed: string[] = [];
    (globalThis as { scribed?: string[] }).scribed = scribed;
    const made = await plan(
      manifests({
        'adopter.yaml': `${head}plugins:\n  b: { use: '@acme/scribe' }\n  front: { use: '@acme/greeter' }\n  a: { use: '@acme/scribe' }\n`,
      }),
      options,
    );
    expect(made.parts.map((p) => p.name)).toEqual(['front', 'b', 'a']);
    const house = await boot(made, { home: home(), log: () => silent });
    expect(house.port<() => string>('greeting/0')()).toBe('hello');
    expect(await house.health()).toEqual({ front: { status: 'pass' }, b: { status: 'pass' }, a: { status: 'pass' } });
    await house.stop();
    expect(scribed).toEqual(['start b', 'start a', 'stop a', 'stop b']);
  });

  it('gives up on a part that hangs, names it, and stops those before it', async () => {
    const scribed: string[] = [];
    (globalThis as { scribed?: string[] }).scribed = scribed;
    const made = await plan(
      manifests({ 'adopter.yaml': `${head}plugins:\n  a: { use: '@acme/scribe' }\n  stuck: { use: '@acme/hanger' }\n` }),
      options,
    );
    await expect(boot(made, { home: home(), log: () => silent, deadlines: { setup: 50 } })).rejects.toThrow(
      /adopter\.yaml:5:3 {2}PART_SETUP_FAILED {2}stuck failed in setup: PART_LATE: setup of stuck took longer than 50 ms/,
    );
    expect(scribed).toEqual(['stop a']);
  });

  it('boots only what a port needs when asked to', async () => {
    const made = await plan(
      manifests({ 'adopter.yaml': `${head}plugins:\n  front: { use: '@acme/greeter' }\n  boom: { use: '@acme/bomb' }\n` }),
      options,
    );
    const house = await boot(made, { home: home(), log: () => silent, only: ['greeting/0'] });
    expect(Object.keys(await house.health())).toEqual(['front']);
    await house.stop();
  });
});
