import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { atExit, root, startProgram } from './programs.mjs';

const bin = join(root, 'core', 'bin', 'divoc.js');
const DEMO = 'adopters/demo';

/** A folder of its own, which is removed at the end. */
function newFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-bench-'));
  atExit(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A data folder of its own with a database that is up to date. */
export function newHome(adopter = DEMO) {
  const home = newFolder();
  divoc(home, 'db', 'migrate', adopter);
  return home;
}

/** The built program as operations start it: the demo adopter or another one, on a free port of the loopback interface. */
export async function startHouse(home = newHome(), adopter = DEMO, { node = [], env = {} } = {}) {
  const begin = performance.now();
  const program = await startProgram([...node, bin, 'serve', adopter, '--json'], { ...environment(home), ...env });
  const { address } = JSON.parse(program.line);
  await firstAnswer(`${address}/readyz`);
  const milliseconds = performance.now() - begin;
  return {
    ...program,
    home,
    address,
    milliseconds,
    token: (role = 'facility-staff') => divoc(home, 'token', '--role', role, adopter).trim(),
  };
}

/** A PostgreSQL server from npm's binaries, or that of DATABASE_URL, and the demo adopter on it. */
export async function startPostgres() {
  const folder = newFolder();
  chmodSync(folder, 0o711);
  let url = process.env.DATABASE_URL;
  let stop = async () => undefined;
  if (!url) {
    const server = spawn(process.execPath, [join(root, 'test', 'postgres-server.mjs'), folder], { stdio: 'ignore' });
    const ended = new Promise((done) => server.once('exit', done));
    // It ends by itself, too, when its folder is gone.
    stop = async () => {
      server.kill('SIGTERM');
      await ended;
    };
    for (const end = performance.now() + 60_000; !existsSync(join(folder, 'url')); await pause(50))
      if (server.exitCode !== null || performance.now() > end) throw new Error('PostgreSQL did not start');
    url = readFileSync(join(folder, 'url'), 'utf8');
  }
  process.env.DATABASE_URL = url;
  const schema = `bench_${process.pid}`;
  const database = { use: 'storage-postgres', with: { url: { $secret: 'DATABASE_URL' }, schema } };
  const adopter = join(folder, 'adopter.yaml');
  writeFileSync(adopter, JSON.stringify({ extends: [join(root, DEMO, 'adopter.yaml')], plugins: { database } }));
  return { url, schema, adopter, stop };
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
