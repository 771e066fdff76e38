import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PinSettings } from './trust-options.js';
import type { LineWorkers, NumberedLine, VerifiedLine } from './verify-lines.js';

/** What a worker needs to verify as the command does; it reads formats and trust for itself. */
export interface LineSettings {
  readonly home: string;
  /** Where installed formats are looked for. */
  readonly folder: string;
  /** Files of trust beside those of the home. */
  readonly trust: readonly string[];
  readonly pins?: PinSettings;
  /** RFC 3339. */
  readonly at: string;
  /** Of the texts of reasons. */
  readonly language: string;
}

interface Task {
  readonly done: (lines: readonly VerifiedLine[]) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * As many threads as there are processors, started with the first batch that comes; `close` ends them.
 *
 * A batch fails with the Error of the thread that had it, and so do all later ones of that thread.
 */
export function lineWorkers(settings: LineSettings, size = availableParallelism()): LineWorkers & { close(): Promise<void> } {
  let threads: Thread[] | undefined;
  return {
    size,
    run(lines) {
      threads ??= Array.from({ length: size }, () => new Thread(settings));
      const idlest = threads.reduce((a, b) => (b.load < a.load ? b : a));
      return idlest.run(lines);
    },
    async close() {
      await Promise.all((threads ?? []).map((thread) => thread.end()));
    },
  };
}

class Thread {
  readonly #worker: Worker;
  /** A worker answers in the order in which it was asked. */
  readonly #tasks: Task[] = [];
  #fault: unknown;

  constructor(settings: LineSettings) {
    this.#worker = new Worker(new URL('line-worker.js', import.meta.url), { workerData: settings });
    this.#worker.on('message', (lines: readonly VerifiedLine[]) => this.#tasks.shift()?.done(lines));
    this.#worker.on('error', (error) => this.#failed(error));
    this.#worker.on('exit', () => this.#failed(new Error('a thread that verifies has ended')));
  }

  get load(): number {
    return this.#tasks.length;
  }

  run(lines: readonly NumberedLine[]): Promise<readonly VerifiedLine[]> {
    if (this.#fault !== undefined) return Promise.reject(this.#fault);
    return new Promise((done, fail) => {
      this.#tasks.push({ done, fail });
      this.#worker.postMessage(lines);
    });
  }

  async end(): Promise<void> {
    await this.#worker.terminate();
  }

  #failed(error: unknown): void {
    this.#fault ??= error;
    for (const { fail } of this.#tasks.splice(0)) fail(this.#fault);
  }
}
