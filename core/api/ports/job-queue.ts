import { definePort } from '../port.js';

export interface NewJob {
  readonly queue: string;
  readonly subject: string;
  readonly data: unknown;
  /** Another job of this queue with the same key is this one, for as long as it is kept (done jobs: `keepDoneJobsDays`). */
  readonly key?: string;
  /** Jobs of this queue and subject that are in order run one after the other; one that is dead holds up none. */
  readonly inOrder?: boolean;
}

/** Lets a part queue work for its own `jobs`; services that have a transaction queue theirs with it. */
export interface JobQueue {
  /** Kept when this resolves to the job's id. Handled at least once, by whichever part handles the queue. */
  add(job: NewJob): Promise<string>;
  /** All of them or none. */
  addAll(jobs: readonly NewJob[]): Promise<readonly string[]>;
}

export const jobQueue = definePort<JobQueue>('job-queue', 0, { methods: ['add', 'addAll'] });
