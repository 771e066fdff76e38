import type { Logger } from '../api/plugin.js';
import type { JobHandler } from '../api/ports/jobs.js';
import { isRefusal } from '../api/refusal.js';
import { errorCode } from '../internal/error-code.js';
import type { ClaimedJob, Queue } from '../internal/outbox.js';

export interface RunOptions {
  readonly leaseSeconds: number;
  readonly maxAttempts: number;
  readonly maxCrashes: number;
  readonly firstRetrySeconds: number;
}

/** A handler has this part of the lease, so that its job can be given back before another process takes it. */
const DEADLINE_SHARE = 0.9;
const LONGEST_RETRY_SECONDS = 3600;

/** Runs one claimed job to its end, its next attempt or its death. Never rejects. */
export async function runJob(queue: Queue, handler: JobHandler, job: ClaimedJob, options: RunOptions, log: Logger): Promise<void> {
  const fields = { job: job.id, queue: job.queue, attempt: job.attempt };
  try {
    const end = await endOf(handler, job, options);
    if (end !== undefined && 'againInSeconds' in end) {
      await queue.postponed(job, end.againInSeconds);
      log.debug({ stage: 'job.postponed', ...fields, seconds: end.againInSeconds }, 'a job asked to run again');
      return;
    }
    if (!end) {
      if (await queue.done(job)) log.debug({ stage: 'job.done', ...fields }, 'a job is done');
      else log.warn({ stage: 'job.lost', ...fields }, 'a job took longer than its lease and went to somebody else');
      return;
    }
    const { code, final } = end;
    const failures = job.failures + 1;
    const seconds = final || failures >= options.maxAttempts ? undefined : pauseAfter(failures, options.firstRetrySeconds);
    await queue.failed(job, { code }, seconds);
    if (seconds === undefined) log.error({ stage: 'job.dead', ...fields, code }, 'a job has failed for good');
    else log.warn({ stage: 'job.retrying', ...fields, code, seconds }, 'a job has failed and will be tried again');
  } catch (error) {
    // The database was out of reach. The lease ends by itself, and the job is due again.
    log.error({ stage: 'job.unrecorded', ...fields, code: errorCode(error) }, 'how a job went could not be recorded; it will run again');
  }
}

type End = { readonly code: string; readonly final: boolean } | { readonly againInSeconds: number } | undefined;

/** Why the handler failed, or when it wants to be called again; undefined when it is done. */
async function endOf(handler: JobHandler, job: ClaimedJob, options: RunOptions): Promise<End> {
  // A job that kills its process fails without a word; only the number of its attempts tells. But a process that dies in a
  // loop takes with it jobs that are not to blame, so that many more deaths than failures are borne.
  if (job.attempt - 1 - job.failures > options.maxCrashes) return { code: 'JOB_CRASHES_EXHAUSTED', final: true };
  const { id, queue, subject, data, attempt } = job;
  let timer: NodeJS.Timeout | undefined;
  const deadline = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), options.leaseSeconds * DEADLINE_SHARE * 1000);
  });
  try {
    // What a late handler still does or says is of no interest: its job has been given back.
    const end = await Promise.race([handler.handle({ id, queue, subject, data, attempt }), deadline]);
    return end === 'late' ? { code: 'JOB_DEADLINE', final: false } : (end ?? undefined);
  } catch (error) {
    return { code: errorCode(error), final: isRefusal(error) };
  } finally {
    clearTimeout(timer);
  }
}

/** Three times longer each time, at most an hour; up to half less, so that jobs that failed together do not return together. */
export function pauseAfter(attempt: number, firstRetrySeconds: number, random: () => number = Math.random): number {
  return Math.min(LONGEST_RETRY_SECONDS, firstRetrySeconds * 3 ** (attempt - 1)) * (1 - random() / 2);
}
