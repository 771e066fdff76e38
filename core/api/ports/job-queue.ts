import { definePort } from '../port.js';

/** Lets a part queue work for its own `jobs`; services that have a transaction queue theirs with it. */
export interface JobQueue {
  /** Kept when this resolves to the job's id. Handled at least once, by whichever part handles the queue. */
  add(job: { readonly queue: string; readonly subject: string; readonly data: unknown }): Promise<string>;
}

export const jobQueue = definePort<JobQueue>('job-queue', 0);
