import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atExit, root, startProgram } from './programs.mjs';

const bin = join(root, 'core', 'bin', 'divoc.js');
const adopter = 'adopters/demo';

/** A data folder of its own with a database that is up to date; it is removed at the end. */
export function newHome() {
  const home = mkdtempSync(join(tmpdir(), 'divoc-bench-'));
  atExit(() => rmSync(home, { recursive: true, force: true }));
  divoc(home, 'db', 'migrate', adopter);
  return home;
}

/** The built program as operations start it: the demo adopter, on a free port of the loopback interface. */
export async function startHouse(home = newHome()) {
  const begin = performance.now();
  const program = await startProgram([bin, 'serve', adopter, '--json'], environment(home));
  const { address } = JSON.parse(program.line);
  await firstAnswer(`${address}/readyz`);
  const milliseconds = performance.now() - begin;
  return { ...program, home, address, milliseconds, token: () => divoc(home, 'token', '--role', 'facility-staff', adopter).trim() };
}

/** A server of one route on the same framework: what a process costs before it does anything. */
export async function startHello() {
  const begin = performance.now();
  const program = await startProgram([fileURLToPath(new URL('hello-server.mjs', import.meta.url))]);
  await firstAnswer(program.line);
  return { ...program, address: program.line, milliseconds: performance.now() - begin };
}

async function firstAnswer(url) {
  for (const end = performance.now() + 30_000; performance.now() < end; await pause(5)) {
    const response = await fetch(url);
    await response.arrayBuffer();
    if (response.status === 200) return;
  }
  throw new Error(`${url} did not answer 200 within 30 s`);
}

function divoc(home, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [bin, ...args], { cwd: root, env: environment(home), encoding: 'utf8' });
  if (status !== 0) throw new Error(`divoc ${args[0]} failed:\n${stdout}${stderr}`);
  return stdout;
}

const environment = (home) => ({ ...process.env, DIVOC_HOME: home, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' });
