import { spawn } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { newHome, root } from '../journeys/running-house.js';
import { acmeDeployment } from './acme-plugins.js';

const folder = acmeDeployment();
const adopter = mkdtempSync(join(tmpdir(), 'divoc-adopter-'));
writeFileSync(
  join(adopter, 'adopter.yaml'),
  "apiVersion: divoc/v1\nname: acme\nplugins:\n  drip: { use: '@acme/leaky' }\n  dry: { use: '@acme/greeter' }\n",
);

/** Serves a house with a plugin that leaks, on the built program. */
async function serve(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'core', 'bin', 'divoc.js'), 'serve', adopter, '--json'], {
    cwd: folder,
    env: { ...process.env, DIVOC_HOME: newHome(), PORT: '0', LOG_LEVEL: 'info', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const ended = new Promise<number | null>((done) => child.once('exit', done));
  const address = await new Promise<string>((found) => child.stdout.once('data', (line) => found(JSON.parse(String(line)).address)));
  const until = async (text: string): Promise<void> => {
    while (!log.includes(text) && child.exitCode === null) await new Promise((later) => setTimeout(later, 20));
  };
  return { child, ended, address, until, log: () => log };
}

it('a rejection that nobody waited for is logged and counted by part, and the house goes on', async () => {
  const house = await serve();
  try {
    await house.until('UNKNOWN');
    const lines = house
      .log()
      .split('\n')
      .flatMap((line) => (line.startsWith('{') ? [JSON.parse(line)] : []));
    const leaked = lines.find(({ code, level }) => code === 'LEAKED' && level >= 50);
    expect(leaked).toMatchObject({ guilty: ['drip'], msg: 'a rejection that nobody waited for: the house goes on' });
    expect(leaked.stack[0]).toContain('@acme/leaky/index.js');
    expect(lines.find(({ code }) => code === 'UNKNOWN')).toMatchObject({ guilty: [] });
    const ready = await fetch(`${house.address}/readyz`);
    expect([ready.status, await ready.json()]).toMatchObject([
      200,
      { status: 'warn', checks: { drip: [{ status: 'warn' }], dry: [{ status: 'pass' }] } },
    ]);
    expect(house.log()).toContain('1 fault in the last 5 minutes, last: LEAKED');
    expect(house.log()).not.toContain('Asha');
  } finally {
    house.child.kill('SIGTERM');
  }
  expect(await house.ended).toBe(0);
});

it('an exception that nobody caught ends the house in order, with exit code 1', async () => {
  const house = await serve({ ACME_EXPLODES: '1' });
  expect(await house.ended).toBe(1);
  expect(house.log()).toMatch(/"guilty":\["drip"\],"code":"EXPLODED"/);
  expect(house.log()).toContain('leaky stopped in order');
  expect(house.log()).not.toContain('Asha');
});
