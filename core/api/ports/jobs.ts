import { definePort } from '../port.js';

export interface Job {
  readonly id: string;
  readonly subject: string;
  readonly data: unknown;
  /** 1 on the first run. */
  readonly attempt: number;
}

/** Work that a transaction has queued. `handle` may run more than once for one job and must not mind. */
export interface JobHandler {
  readonly queue: string;
  handle(job: Job): Promise<void>;
}

export const jobs = definePort<JobHandler>('jobs', 0);
