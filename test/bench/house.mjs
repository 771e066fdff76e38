import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(root, 'core', 'bin', 'divoc.js');
const adopter = 'adopters/demo';

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Starts a program and resolves with the first line that it prints. */
export async function startProgram(args, env = {}) {
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  running.add(child);
  const ended = new Promise((done) => child.once('exit', done));
  ended.then(() => running.delete(child));
  let said = '';
  const line = await new Promise((found, fail) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) found(said.slice(0, said.indexOf('\n')));
    });
    ended.then((code) => fail(new Error(`${args.join(' ')} ended with ${code}`)));
  });
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { child, line, stop };
}

/** The built program with a database of its own, as operations would run it. */
export async function startHouse() {
  const home = mkdtempSync(join(tmpdir(), 'divoc-bench-'));
  const env = { DIVOC_HOME: home, PORT: '0', LOG_LEVEL: 'warn' };
  const divoc = (...args) => spawnSync(process.execPath, [bin, ...args], { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' });
  const migrated = divoc('db', 'migrate', adopter);
  if (migrated.status !== 0) throw new Error(migrated.stderr);
  const begin = performance.now();
  const program = await startProgram([bin, 'serve', adopter, '--json'], env);
  const { address } = JSON.parse(program.line);
  const ready = await fetch(`${address}/readyz`);
  if (ready.status !== 200) throw new Error(`/readyz answered ${ready.status}`);
  const milliseconds = performance.now() - begin;
  return {
    address,
    home,
    milliseconds,
    pid: program.child.pid,
    token: () => divoc('token', '--role', 'facility-staff', adopter).stdout.trim(),
    async stop() {
      await program.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** A server of one line, on the same framework: what a process costs before it does anything. */
export async function startHello() {
  const begin = performance.now();
  const program = await startProgram([fileURLToPath(new URL('hello-server.mjs', import.meta.url))]);
  await fetch(program.line);
  return { ...program, address: program.line, pid: program.child.pid, milliseconds: performance.now() - begin };
}

let number = 0;
/** A request for a dose that nobody has had yet. */
export const dose = () => ({
  identity: { input: { code: `bench-${process.pid}-${number++}` } },
  record: {
    patient: { name: 'Asha Perera', birthDate: '1984-03-14', gender: 'female' },
    vaccineName: 'CoVax',
    lotNumber: 'MB3428BX',
    occurrenceDateTime: '2026-11-20T09:30:00+05:30',
    doseNumber: 1,
    seriesDoses: 2,
    facility: { name: 'ABC Medical Center', district: 'Colombo', country: 'LKA' },
    performer: { name: 'Sooraj Singh' },
  },
});

export async function issueOne(address, token) {
  const response = await fetch(`${address}/v1/vaccinations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(dose()),
  });
  const { links } = await response.json();
  if (response.status !== 201 || !links?.pdf) throw new Error(`answered ${response.status}`);
}
