import { definePort } from '../port.js';

export interface Job {
  readonly id: string;
  readonly queue: string;
  readonly subject: string;
  readonly data: unknown;
  /** 1 on the first run. */
  readonly attempt: number;
}

/** Work that a transaction has queued. `handle` may run more than once for one job and must not mind. */
export interface JobHandler {
  /** Each queue has its own places, so that none waits for another. */
  readonly queues: readonly string[];
  /** May ask to be called again later: that is no failure, and is not counted as one. */
  // biome-ignore lint/suspicious/noConfusingVoidType: a handler that says nothing is done.
  handle(job: Job): Promise<void | { readonly againInSeconds: number }>;
}

export const jobs = definePort<JobHandler>('jobs', 0, { methods: ['handle'], deadlineSeconds: 600 });
