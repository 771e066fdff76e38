import assert from 'node:assert/strict';
import type { Job, JobHandler } from '../../api/ports/jobs.js';
import { isRefusal } from '../../api/refusal.js';
import { eventually } from '../eventually.js';
import type { JobQueueSubject } from '../job-queue-contract.js';
import { type MemoryJobQueue, memoryJobQueue } from '../memory-job-queue.js';

/** The queue of tests, which is given up after `patience` milliseconds. */
export function soundJobQueue(queue: MemoryJobQueue = memoryJobQueue(), patience = 5000): JobQueueSubject {
  return {
    queue,
    async workOff(handler) {
      const worker = queue.work(handler);
      try {
        await eventually(() => assert.equal(queue.waiting(), 0), patience);
      } finally {
        worker.kill();
      }
    },
    killed: (name) => queue.killed(name),
  };
}

const changed = (change: (subject: JobQueueSubject) => Partial<JobQueueSubject>): JobQueueSubject => {
  const subject = soundJobQueue();
  return { ...subject, ...change(subject) };
};
/** Something stands between the queue and its handler. */
const between = (handle: (job: Job, next: JobHandler['handle']) => ReturnType<JobHandler['handle']>): JobQueueSubject =>
  changed(({ workOff }) => ({
    workOff: ({ queues, handle: next }) => workOff({ queues, handle: (job) => handle(job, next) }),
  }));

/** For each promise of the contract a queue that breaks it and no other. */
export const brokenJobQueues: Readonly<Record<string, () => JobQueueSubject>> = {
  'a job is brought as it was added to whoever handles its queue': () => between((job, next) => next({ ...job, subject: '' })),
  'several are added all, or none': () =>
    changed(({ queue }) => ({
      queue: {
        add: (job) => queue.add(job),
        async addAll(jobs) {
          const ids: string[] = [];
          for (const job of jobs) ids.push(await queue.add(job));
          return ids;
        },
      },
    })),
  'a key makes a job of its queue once, also after it is done': () =>
    changed(({ queue, workOff }) => {
      // Done jobs are thrown away, and their keys with them.
      let isForgotten = false;
      return {
        queue: {
          add: ({ key, ...job }) => queue.add(isForgotten || key === undefined ? job : { ...job, key }),
          addAll: (jobs) => queue.addAll(jobs),
        },
        async workOff(handler) {
          await workOff(handler);
          isForgotten = true;
        },
      };
    }),
  'jobs in order of one subject run one after the other, also while one is tried again': () =>
    changed(({ queue }) => ({
      queue: { add: (job) => queue.add(job), addAll: (jobs) => queue.addAll(jobs.map(({ inOrder: _, ...job }) => job)) },
    })),
  'what fails is brought again, as the attempt that it is': () => between((job, next) => next({ ...job, attempt: 1 })),
  'who asks to be called again has not failed, however often': () =>
    between(async (job, next) => {
      if (await next(job)) throw new Error('not done');
    }),
  'what is refused is brought once and holds up nobody': () =>
    between((job, next) =>
      next(job).catch((error: Error) => {
        throw isRefusal(error) ? new Error(error.message) : error;
      }),
    ),
  'what fails each time is given up in the end and holds up nobody': () => soundJobQueue(memoryJobQueue(Number.POSITIVE_INFINITY), 200),
  'a job whose process was killed is brought again, before those behind it': () => {
    const queue = memoryJobQueue();
    return {
      ...soundJobQueue(queue),
      // It counts as done when it is handed out.
      async killed(name) {
        let handed = 0;
        const worker = queue.work({
          queues: [name],
          handle: () => (++handed === 1 ? Promise.resolve() : new Promise<void>(() => undefined)),
        });
        await eventually(() => assert.equal(handed, 2));
        worker.kill();
      },
    };
  },
};
