import assert from 'node:assert/strict';
import type { JobQueue } from '../api/ports/job-queue.js';
import type { Job, JobHandler } from '../api/ports/jobs.js';
import { Refusal } from '../api/refusal.js';
import type { Contract, Promised } from './contract.js';

/** A queue, and the house's side of it. Whatever it is to wait for between two attempts is short. */
export interface JobQueueSubject {
  readonly queue: JobQueue;
  /** Brings the jobs of these queues to the handler, several at a time, until no job waits any more. */
  workOff(handler: JobHandler): Promise<void>;
  /** Takes the next job of a queue as a process does that is killed then; resolves when the job is due again. */
  killed(queue: string): Promise<void>;
}

const promise = (name: string, holds: (subject: JobQueueSubject) => Promise<void>): Promised<JobQueueSubject> => ({ name, holds });
const line = (subject: string, data: unknown) => ({ queue: 'q', subject, data, inOrder: true });

/** Handles `q` and writes down what it was brought. */
function listening(answer: (job: Job) => unknown = () => undefined): { readonly handler: JobHandler; readonly brought: Job[] } {
  const brought: Job[] = [];
  const handle = async (job: Job) => {
    brought.push(job);
    return (await answer(job)) as undefined;
  };
  return { handler: { queues: ['q'], handle }, brought };
}
const dataOf = (jobs: readonly Job[]): unknown[] => jobs.map(({ data }) => data);

/** What whoever adds to `job-queue/0` relies on. */
export const jobQueueContract: Contract<JobQueueSubject> = {
  port: 'job-queue/0',
  promises: [
    promise('a job is brought as it was added to whoever handles its queue', async ({ queue, workOff }) => {
      const { handler, brought } = listening();
      const data = { list: [1, 'é😀', null] };
      const id = await queue.add({ queue: 'q', subject: 's', data });
      data.list.push('later');
      await workOff(handler);
      assert.deepEqual(brought, [{ id, queue: 'q', subject: 's', data: { list: [1, 'é😀', null] }, attempt: 1 }]);
    }),
    promise('several are added all, or none', async ({ queue, workOff }) => {
      const { handler, brought } = listening();
      await assert.rejects(queue.addAll([line('a', 1), line('b', 2n)]));
      assert.equal((await queue.addAll([line('a', 3), line('b', 4)])).length, 2);
      await workOff(handler);
      assert.deepEqual(dataOf(brought).sort(), [3, 4]);
    }),
    promise('a key makes a job of its queue once, also after it is done', async ({ queue, workOff }) => {
      const { handler, brought } = listening();
      const job = { queue: 'q', subject: 's', data: 1, key: 'k' };
      const [id, same] = await queue.addAll([job, job]);
      assert.equal(same, id);
      await workOff(handler);
      assert.equal(await queue.add(job), id);
      assert.notEqual(await queue.add({ ...job, key: 'other' }), id);
      await workOff(handler);
      assert.equal(brought.length, 2);
    }),
    promise('jobs in order of one subject run one after the other, also while one is tried again', async ({ queue, workOff }) => {
      const ended: unknown[] = [];
      let hasFailed = false;
      const { handler } = listening(async ({ data }) => {
        await new Promise((later) => setTimeout(later, data === 1 ? 10 : 0));
        if (data === 1 && !hasFailed) {
          hasFailed = true;
          throw new Error('not yet');
        }
        ended.push(data);
      });
      await queue.addAll([line('a', 1), line('a', 2), line('a', 3)]);
      await workOff(handler);
      assert.deepEqual(ended, [1, 2, 3]);
    }),
    promise('what fails is brought again, as the attempt that it is', async ({ queue, workOff }) => {
      const { handler, brought } = listening(({ attempt }) => (attempt === 1 ? Promise.reject(new Error('not yet')) : undefined));
      await queue.add(line('a', 1));
      await workOff(handler);
      assert.deepEqual(
        brought.map(({ attempt }) => attempt),
        [1, 2],
      );
    }),
    promise('who asks to be called again has not failed, however often', async ({ queue, workOff }) => {
      const { handler, brought } = listening(() => (brought.length <= 20 ? { againInSeconds: 0.001 } : undefined));
      await queue.add({ queue: 'q', subject: 's', data: 1 });
      await workOff(handler);
      assert.deepEqual([brought.length, brought.at(-1)?.attempt], [21, 1]);
    }),
    promise('what is refused is brought once and holds up nobody', async ({ queue, workOff }) => {
      const { handler, brought } = listening(({ data }) => (data === 1 ? Promise.reject(new Refusal(422, 'NEVER', 'No.')) : undefined));
      await queue.addAll([line('a', 1), line('a', 2)]);
      await workOff(handler);
      assert.deepEqual(dataOf(brought), [1, 2]);
    }),
    promise('what fails each time is given up in the end and holds up nobody', async ({ queue, workOff }) => {
      const { handler, brought } = listening(({ data }) => (data === 1 ? Promise.reject(new Error('no')) : undefined));
      await queue.addAll([line('a', 1), line('a', 2)]);
      await workOff(handler);
      assert.deepEqual([dataOf(brought).filter((data) => data === 1).length > 1, dataOf(brought).includes(2)], [true, true]);
    }),
    promise('a job whose process was killed is brought again, before those behind it', async ({ queue, workOff, killed }) => {
      const { handler, brought } = listening();
      await queue.addAll([line('a', 1), line('a', 2)]);
      await killed('q');
      await workOff(handler);
      assert.deepEqual(dataOf(brought), [1, 2]);
    }),
  ],
};
