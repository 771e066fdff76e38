import assert from 'node:assert/strict';
import type { Job, JobHandler } from '../api/ports/jobs.js';
import type { Contract } from './contract.js';

/** A handler with a job that waits for it, added by its own part. */
export interface JobsSubject {
  readonly handler: JobHandler;
  readonly job: Job;
  /** What the job has brought about, in a form that can be compared: records, messages, files. */
  effects(): unknown;
  /** Lets time pass, where the handler may ask to be called again later. */
  pass?(seconds: number): void;
}

/** More often than any job asks to be called again here. */
const MOST_CALLS = 100;

/** Calls the handler until it says that the job is done. */
async function toItsEnd({ handler, pass }: JobsSubject, job: Job): Promise<void> {
  for (let call = 1; call <= MOST_CALLS; call += 1) {
    const again = await handler.handle(job);
    if (!again) return;
    pass?.(again.againInSeconds);
  }
  assert.fail(`the job asks to be called again after ${MOST_CALLS} times`);
}
const effectsOf = (subject: JobsSubject): unknown => structuredClone(subject.effects());

/** What the dispatcher relies on in every provider of `jobs/0`. */
export const jobsContract: Contract<JobsSubject> = {
  port: 'jobs/0',
  promises: [
    {
      name: 'it handles the queue in which its own part puts its jobs, and each queue once',
      async holds({ handler: { queues }, job }) {
        assert.ok(queues.includes(job.queue), `nobody handles ${job.queue}`);
        assert.equal(new Set(queues).size, queues.length);
      },
    },
    {
      name: 'a job has had its effect when it is done',
      async holds(subject) {
        const before = effectsOf(subject);
        await toItsEnd(subject, subject.job);
        assert.notDeepEqual(effectsOf(subject), before);
      },
    },
    {
      name: 'a job that comes again has no second effect',
      async holds(subject) {
        const again = { ...subject.job, attempt: subject.job.attempt + 1 };
        await toItsEnd(subject, subject.job);
        const once = effectsOf(subject);
        await toItsEnd(subject, again);
        assert.deepEqual(effectsOf(subject), once);
      },
    },
  ],
};
