import { randomUUID } from 'node:crypto';
import type { JobQueue, NewJob } from '../api/ports/job-queue.js';
import type { JobHandler } from '../api/ports/jobs.js';
import { isRefusal } from '../api/refusal.js';

interface Kept extends Omit<NewJob, 'data'> {
  readonly id: string;
  /** JSON. */
  readonly data: string;
  state: 'waiting' | 'done' | 'dead';
  attempt: number;
  failures: number;
  /** Who has it; undefined when it is due. */
  holder: object | undefined;
}

/** Somebody who takes jobs. */
export interface Worker {
  /** Takes no more, and waits for those that run. */
  stop(): Promise<void>;
  /** Ends as a killed process does: what it holds is due again, and how that goes is not heard. */
  kill(): void;
}

/** The job queue and its dispatcher in memory. Pauses between attempts are left out: what is to come later comes at once. */
export interface MemoryJobQueue extends JobQueue {
  /** Brings due jobs of the handler's queues to it, several at a time, from now on. */
  work(handler: JobHandler): Worker;
  /** Takes the next job of a queue as a process does that is killed then. */
  killed(queue: string): Promise<void>;
  /** Jobs that wait or are held. */
  waiting(): number;
  /** Ids of jobs that nobody will try again. */
  dead(): readonly string[];
}

const PLACES = 8;

/** `maxAttempts`: after so many failures a job is dead. */
export function memoryJobQueue(maxAttempts = 3): MemoryJobQueue {
  const kept: Kept[] = [];
  const later = () => new Promise<void>((done) => setImmediate(done));

  const isFirstInLine = (job: Kept): boolean =>
    !job.inOrder ||
    !kept.some((earlier) => isInLineWith(job, earlier) && earlier.state === 'waiting' && kept.indexOf(earlier) < kept.indexOf(job));
  const take = (queues: readonly string[], holder: object): Kept | undefined => {
    const job = kept.find((each) => queues.includes(each.queue) && each.state === 'waiting' && !each.holder && isFirstInLine(each));
    if (!job) return undefined;
    job.holder = holder;
    job.attempt += 1;
    return job;
  };
  const end = (job: Kept, holder: object, changes: Partial<Kept>): void => {
    if (job.holder === holder) Object.assign(job, { holder: undefined, ...changes });
  };

  const run = async (handler: JobHandler, job: Kept, holder: object): Promise<void> => {
    try {
      const { id, queue, subject, attempt } = job;
      const again = await handler.handle({ id, queue, subject, attempt, data: JSON.parse(job.data) });
      end(job, holder, again ? { attempt: job.attempt - 1 } : { state: 'done' });
    } catch (error) {
      const failures = job.failures + 1;
      end(job, holder, { failures, ...((isRefusal(error) || failures >= maxAttempts) && { state: 'dead' }) });
    }
  };

  const addAll = async (jobs: readonly NewJob[]): Promise<string[]> => {
    await later();
    // All become text before the first is kept: one that cannot leaves none behind.
    const texts = jobs.map(({ data }) => JSON.stringify(data ?? null));
    return jobs.map((job, i) => {
      const same = kept.find(({ queue, key }) => key !== undefined && queue === job.queue && key === job.key);
      if (same) return same.id;
      const id = randomUUID();
      kept.push({ ...job, id, data: texts[i] as string, state: 'waiting', attempt: 0, failures: 0, holder: undefined });
      return id;
    });
  };

  return {
    addAll,
    add: async (job) => (await addAll([job]))[0] as string,
    work(handler) {
      const holder = {};
      let isOver = false;
      const place = async (): Promise<void> => {
        while (!isOver) {
          const job = take(handler.queues, holder);
          if (job) await run(handler, job, holder);
          await later();
        }
      };
      const places = Array.from({ length: PLACES }, place);
      return {
        async stop() {
          isOver = true;
          await Promise.all(places);
        },
        kill() {
          isOver = true;
          for (const job of kept) end(job, holder, {});
        },
      };
    },
    async killed(queue) {
      const holder = {};
      const job = take([queue], holder);
      if (job) end(job, holder, {});
    },
    waiting: () => kept.filter(({ state }) => state === 'waiting').length,
    dead: () => kept.filter(({ state }) => state === 'dead').map(({ id }) => id),
  };
}

const isInLineWith = (job: Kept, other: Kept): boolean =>
  other.inOrder === true && other.queue === job.queue && other.subject === job.subject;
