import { setTimeout as pause } from 'node:timers/promises';
import type { Health, Logger } from '../api/plugin.js';
import type { JobHandler } from '../api/ports/jobs.js';
import { errorCode } from '../internal/error-code.js';
import type { Queue } from '../internal/outbox.js';
import { type RunOptions, runJob } from './job-run.js';
import { StoreError } from './store-error.js';

export interface DispatcherOptions extends RunOptions {
  /** Jobs of one queue that run at once. */
  readonly concurrency: number;
}

export interface Dispatcher {
  start(): Promise<void>;
  /** Takes no more jobs and waits for those that run. */
  stop(): Promise<void>;
  health(): Promise<Health>;
}

/** How long to wait when nobody says that there is work: for retries, ended leases and jobs of other processes. */
const LOOK_AGAIN = 1000;

/** Brings jobs to the part that handles their queue. Throws a StoreError when two parts want one queue. */
export function dispatcherOf(
  queue: Queue,
  handlers: Readonly<Record<string, JobHandler>>,
  options: DispatcherOptions,
  log: Logger,
): Dispatcher {
  // Each queue has its own places, so that one whose handler hangs keeps no other waiting.
  const lines = linesOf(handlers);
  let stopping = false;
  let loop: Promise<void> = Promise.resolve();
  /** Aborted when a place has become free or the end has come. */
  let waiting = new AbortController();
  let trouble: string | undefined;

  const takeFrom = async (line: Line): Promise<void> => {
    const free = options.concurrency - line.running.size;
    if (free === 0 || stopping) return;
    for (const job of await queue.claim([line.queue], free, options.leaseSeconds)) {
      log.debug({ stage: 'job.claimed', job: job.id, queue: job.queue, attempt: job.attempt }, 'a job was taken');
      const run = runJob(queue, line.handler, job, options, log).then(() => {
        line.running.delete(run);
        waiting.abort();
      });
      line.running.add(run);
    }
  };

  const work = async (): Promise<void> => {
    while (!stopping) {
      waiting = new AbortController();
      try {
        for (const line of lines) await takeFrom(line);
        trouble = undefined;
        if (!stopping) await queue.wake(LOOK_AGAIN, waiting.signal);
      } catch (error) {
        trouble = errorCode(error);
        log.error({ code: trouble }, 'jobs could not be taken; it is tried again');
        await pause(LOOK_AGAIN, undefined, { signal: waiting.signal }).catch(() => undefined);
      }
    }
  };

  return {
    async start() {
      if (lines.length > 0) loop = work();
    },
    async stop() {
      stopping = true;
      waiting.abort();
      await loop;
      await Promise.all(lines.flatMap(({ running }) => [...running]));
    },
    async health() {
      if (trouble !== undefined) return { status: 'fail', detail: `jobs cannot be taken: ${trouble}` };
      const dead = await queue.dead();
      if (dead > 0) return { status: 'warn', detail: `${dead} ${dead === 1 ? 'job has' : 'jobs have'} failed for good; see: divoc jobs` };
      return { status: 'pass' };
    },
  };
}

/** A queue, who handles it, and what is running. */
interface Line {
  readonly queue: string;
  readonly handler: JobHandler;
  readonly running: Set<Promise<void>>;
}

function linesOf(handlers: Readonly<Record<string, JobHandler>>): Line[] {
  const owners = new Map<string, string>();
  const queues = Object.entries(handlers).flatMap(([name, handler]) => handler.queues.map((queue) => ({ name, queue, handler })));
  return queues.map(({ name, queue, handler }) => {
    const other = owners.get(queue);
    if (other !== undefined) throw new StoreError('JOBS_QUEUE_TAKEN', `${other} and ${name} both handle the queue '${queue}'`);
    owners.set(queue, name);
    return { queue, handler, running: new Set() };
  });
}
