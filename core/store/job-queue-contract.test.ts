import { describe, expect, it } from 'vitest';
import type { JobQueue } from '../api/ports/job-queue.js';
import { holdTo } from '../testkit/contract.js';
import { jobQueueContract } from '../testkit/job-queue-contract.js';
import { dispatcherOf } from './dispatcher.js';
import { listeningLog, openStore } from './store.fixture.js';

const OPTIONS = { concurrency: 8, leaseSeconds: 30, maxAttempts: 3, maxCrashes: 1000, firstRetrySeconds: 0.01 };

describe('the outbox and its dispatcher', () =>
  holdTo(it, jobQueueContract, async () => {
    let ahead = 0;
    const store = await openStore({ clock: { now: () => new Date(performance.timeOrigin + performance.now() + ahead) } });
    const waiting = () => store.storage.knex('outbox_job').where({ state: 'waiting' }).select('id');
    return {
      queue: (store.part.ports as { jobQueue: JobQueue }).jobQueue,
      async workOff(handler) {
        const dispatcher = dispatcherOf(store.queue, { worker: handler }, OPTIONS, listeningLog().log);
        await dispatcher.start();
        await expect.poll(waiting, { timeout: 10_000, interval: 10 }).toEqual([]);
        await dispatcher.stop();
      },
      async killed(queue) {
        await store.queue.claim([queue], 1, OPTIONS.leaseSeconds);
        ahead += OPTIONS.leaseSeconds * 1000;
      },
    };
  }));
