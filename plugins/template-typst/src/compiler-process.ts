import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Logger, Refusal } from '@divoc/core/api';
import type { CompileReply, CompileRequest } from './compile-messages.js';
import { NO_SYSTEM_FONTS } from './fonts.js';
import { TypstError } from './typst-error.js';

interface CompilerOptions {
  /** Milliseconds for one document. */
  readonly deadline: number;
  /** Documents that may wait. */
  readonly queue: number;
  readonly log: Logger;
}

interface Waiting {
  readonly request: CompileRequest;
  readonly resolve: (reply: CompileReply) => void;
  readonly reject: (error: Error) => void;
}

/** Sources are run by tests; the process itself is always the built one. */
const program = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../dist/src/compile-process.js' : 'compile-process.js', import.meta.url),
);

/**
 * Compiles documents one after the other in a child process, which is killed when one takes too long.
 *
 * A thread would not do: native code runs to its end whatever a thread is told.
 */
export class CompilerProcess {
  readonly #options: CompilerOptions;
  readonly #waiting: Waiting[] = [];
  #child: ChildProcess | undefined;
  #current: { readonly job: Waiting; readonly timer: NodeJS.Timeout } | undefined;
  #stopped = false;

  constructor(options: CompilerOptions) {
    this.#options = options;
  }

  compile(request: CompileRequest): Promise<CompileReply> {
    if (this.#stopped) return Promise.reject(new Error('the compiler has been stopped'));
    if (this.#waiting.length >= this.#options.queue) {
      return Promise.reject(new Refusal(503, 'PDF_OVERLOADED', 'Too many documents are being made.', { headers: { 'retry-after': '2' } }));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      this.#next();
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#fail(new Error('the compiler was stopped'));
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('the compiler was stopped'));
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }

  #next(): void {
    if (this.#current || this.#stopped) return;
    const job = this.#waiting.shift();
    if (!job) return;
    this.#child ??= this.#start();
    const timer = setTimeout(() => {
      const { template } = job.request;
      const { deadline } = this.#options;
      this.#options.log.error({ template, deadline }, 'a document took too long; its process was killed');
      this.#kill(new TypstError(template, undefined, `the document took longer than ${deadline} ms`));
    }, this.#options.deadline);
    this.#current = { job, timer };
    const child = this.#child;
    child.send(job.request, (error) => error && child === this.#child && this.#kill(error));
  }

  #start(): ChildProcess {
    // No environment but a proxy that nobody answers: the compiler has nothing to ask the network.
    const nowhere = 'http://127.0.0.1:9';
    const env = { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, ALL_PROXY: nowhere, FONTCONFIG_FILE: NO_SYSTEM_FONTS };
    const child = fork(program, [String(process.pid)], {
      serialization: 'advanced',
      env,
      execArgv: ['--max-old-space-size=512'],
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    child.on('message', (reply: CompileReply) => {
      // A reply that was on its way when its process was killed would be taken for the next document: somebody else's.
      if (child !== this.#child) return;
      this.#take()?.resolve(reply);
      this.#next();
    });
    child.on('error', (error) => child === this.#child && this.#kill(error));
    child.on('exit', (code, signal) => child === this.#child && this.#kill(new Error(`the compiler's process ended (${signal ?? code})`)));
    return child;
  }

  /** Gives up the current document and its process; those that wait get a new one. */
  #kill(error: Error): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill('SIGKILL');
    this.#fail(error);
    this.#next();
  }

  #fail(error: Error): void {
    this.#take()?.reject(error);
  }

  #take(): Waiting | undefined {
    const current = this.#current;
    this.#current = undefined;
    clearTimeout(current?.timer);
    return current?.job;
  }
}
