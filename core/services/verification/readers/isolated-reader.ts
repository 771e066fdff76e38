import { fork } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { FileInput } from './file-input.js';

const DEADLINE = 30_000;
const MAX_HEAP_MEGABYTES = 512;

/** The built file: tests read sources, but a process cannot. */
const core = dirname(createRequire(import.meta.url).resolve('@divoc/core/package.json'));
const FILE = join(core, 'dist', 'services', 'verification', 'readers', 'reader-process.js');

/**
 * Reads a picture or a PDF in a process of its own. A page can hold more drawing than anybody can wait for, its
 * interpreter does not look at the clock, and what draws is native code that a bad file may bring down
 * (https://github.com/Brooooooklyn/canvas/issues/1309): here that ends the reading and nothing else.
 *
 * Rejects only for a fault of ours.
 */
export function readIsolated(bytes: Uint8Array, deadline = DEADLINE): Promise<FileInput> {
  const child = fork(FILE, {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [...inherited(), `--max-old-space-size=${MAX_HEAP_MEGABYTES}`],
  });
  return new Promise<FileInput>((resolve, reject) => {
    const timer = setTimeout(() => child.kill('SIGKILL'), deadline);
    child.once('message', (answer: FileInput | { readonly fault: string }) =>
      'fault' in answer ? reject(new Error(`the reader failed: ${answer.fault}`)) : resolve(answer),
    );
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      // Killed by us, by the system, or by V8 for want of memory. 0 after an answer; 1 is how Node.js ends a faulty program.
      if (signal === null && (code === 0 || code === 1)) reject(new Error(`${FILE} ended with ${code} and without an answer`));
      else resolve({ failure: 'FILE_UNREADABLE' });
    });
    // The answer tells what became of it; a process that ends while it is sent is told by its exit.
    child.send(bytes, () => undefined);
  });
}

/** What this process was started with, but for the conditions of tests, which would have the built file load sources. */
function inherited(): string[] {
  const names = /^(-C|--conditions)(=|$)/;
  return process.execArgv.filter((flag, at, all) => !names.test(flag) && !/^(-C|--conditions)$/.test(all[at - 1] ?? ''));
}
