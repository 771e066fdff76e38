import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../../core/cli/command.js';
import { planCommand } from '../../core/cli/commands/plan.js';
import type { DescribedPlan } from '../../core/cli/described-plan.js';
import { root } from '../architecture/sources.js';

async function planned(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const lines: string[] = [];
  const terminal = { out: (line: string) => lines.push(line), err: (line: string) => lines.push(line) };
  const status = await runCommand([planCommand], ['plan', ...args], terminal, env);
  return { status, text: `${lines.join('\n')}\n` };
}
const demo = join(root, 'adopters', 'demo');
const asJson = async (...args: string[]) => JSON.parse((await planned([...args, '--json'])).text) as DescribedPlan;

describe('divoc plan', () => {
  it('shows all that a reviewer has to know of the demo', async () => {
    const { status, text } = await planned([demo]);
    expect(status).toBe(0);
    await expect(text).toMatchFileSnapshot(join(root, 'test/boot/demo-plan.txt'));
  });

  it('is the same text each time, with everything sorted but the order of starting', async () => {
    const [first, second] = await Promise.all([planned([demo, '--json']), planned([demo, '--json'])]);
    expect(first.text).toBe(second.text);
    const { routes, parts } = await asJson(demo);
    const paths = routes.map(({ path, method }) => `${path} ${method}`);
    expect(paths).toEqual([...paths].sort());
    for (const { uses, grants } of parts) {
      expect(Object.keys(uses)).toEqual(Object.keys(uses).sort());
      expect(grants.house).toEqual([...grants.house].sort());
    }
  });

  it("names the edge's own routes, who is trusted with the house's ports, and the steps of the database", async () => {
    const { routes, parts } = await asJson(demo);
    expect(routes).toContainEqual(expect.objectContaining({ method: 'GET', path: '/readyz', scope: 'public', part: 'http' }));
    expect(routes).toContainEqual(expect.objectContaining({ path: '/openapi.json' }));
    const certificates = parts.find(({ name }) => name === 'certificates');
    expect(certificates?.grants.house).toEqual(expect.arrayContaining(['signer/0', 'storage/0']));
    expect(certificates?.migrations[0]).toBe('0001-certificates');
    // What a plugin of this manifest would have to ask for.
    const plugins = parts.filter(({ kind }) => kind === 'plugin');
    expect(plugins.flatMap(({ grants }) => grants.house)).toEqual([]);
  });

  it('shows secrets as found or missing with where they are used, never their values, and goes on without them', async () => {
    const adopter = mkdtempSync(join(tmpdir(), 'divoc-adopter-'));
    const name = "apiVersion: divoc/v1\nname: acme\nplugins:\n  till: { use: '@acme/purse', with: { token: { $secret: TILL } } }\n";
    writeFileSync(join(adopter, 'adopter.yaml'), name);
    const here = process.cwd();
    process.chdir((await import('./acme-plugins.js')).acmeDeployment());
    try {
      expect((await planned([adopter])).text).toContain('Secrets\n  TILL MISSING (till.token)');
      const set = await planned([adopter, '--json'], { TILL: 'open sesame' });
      expect(JSON.parse(set.text).secrets).toEqual([{ name: 'TILL', found: true, usedBy: ['till.token'] }]);
      expect(set.text).not.toContain('sesame');
      const wrong = join(adopter, 'wrong.yaml');
      writeFileSync(wrong, name.replace('token:', 'tokn:'));
      expect(await planned([wrong])).toMatchObject({ status: 1, text: expect.stringContaining("did you mean 'token'?") });
    } finally {
      process.chdir(here);
    }
  });
});
