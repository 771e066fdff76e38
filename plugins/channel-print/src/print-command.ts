import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** What is known when a command has ended. `not-begun`: no byte has left. */
export interface CommandEnd {
  readonly how: 'printed' | 'failed' | 'unsure' | 'not-begun';
  readonly code?: string;
}

/** What printing needs; the house's secrets, which also stand in the environment, are none of its business. */
const ENVIRONMENT = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'CUPS_SERVER', 'CUPS_USER', 'SystemRoot'];

/** Runs a command, without a shell, with the PDF on its input; kills it after `seconds`. Never rejects. */
export async function runPrintCommand(command: readonly string[], pdf: Uint8Array, seconds: number): Promise<CommandEnd> {
  const [program = '', ...args] = command;
  const env = Object.fromEntries(ENVIRONMENT.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
  const child = spawn(program, args, { stdio: ['pipe', 'ignore', 'ignore'], env, shell: false, windowsHide: true });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  exited.catch(() => undefined);
  try {
    await once(child, 'spawn');
  } catch {
    return { how: 'not-begun', code: 'PRINT_COMMAND_MISSING' };
  }
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill('SIGKILL');
  }, seconds * 1000);
  // One that ends without reading all of it says so by its exit code.
  child.stdin.on('error', () => undefined);
  child.stdin.end(pdf);
  try {
    const [exitCode] = await exited;
    if (exitCode === 0) return { how: 'printed' };
    if (isLate) return { how: 'unsure', code: 'PRINT_COMMAND_LATE' };
    // Killed by somebody else: what it had done by then is not known.
    return exitCode === null ? { how: 'unsure', code: 'PRINT_COMMAND_KILLED' } : { how: 'failed', code: 'PRINT_COMMAND_FAILED' };
  } finally {
    clearTimeout(timer);
  }
}
