import { fork, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const running = new Set();
const leftovers = [];

// However a run ends, nothing that it started goes on running and nothing that it wrote is left.
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
  for (const clear of leftovers) clear();
});
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
])
  process.once(signal, () => process.exit(code));

/** Has `clear` (synchronous, repeatable) called when this process ends. */
export const atExit = (clear) => leftovers.push(clear);

function kept(child) {
  running.add(child);
  const ended = new Promise((done) => child.once('exit', (code, signal) => done(signal ?? code)));
  ended.then(() => running.delete(child));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
  };
  return { child, pid: child.pid, ended, stop };
}

/** Starts a Node.js program and resolves with the first line that it prints. */
export async function startProgram(args, env = {}) {
  const program = kept(spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] }));
  let said = '';
  const line = await new Promise((found, fail) => {
    program.child.stdout.on('data', (chunk) => {
      said += chunk;
      if (said.includes('\n')) found(said.slice(0, said.indexOf('\n')));
    });
    program.ended.then((how) => fail(new Error(`${args.join(' ')} ended with ${how}`)));
  });
  return { ...program, line };
}

/** Starts a program of this folder that answers each message with one. */
export function startWorker(file, env) {
  const worker = kept(fork(fileURLToPath(new URL(file, import.meta.url)), { env: { ...process.env, ...env } }));
  const ask = (question) =>
    new Promise((answer, fail) => {
      worker.child.once('message', answer);
      worker.ended.then((how) => fail(new Error(`${file} ended with ${how}`)));
      worker.child.send(question);
    });
  return { ...worker, ask };
}
