import { v7 as uuidv7 } from 'uuid';
import type { Outbox } from '../internal/outbox.js';
import type { JobSignals } from './job-signals.js';
import type { StoreContext } from './store-context.js';

/** How often a waiter looks whether another process has ended its job, in milliseconds. */
const LOOK_AGAIN = 500;

/** Adds jobs within the caller's transaction, and waits for them after it. */
export function outboxOf({ storage, tenant, clock, log }: StoreContext, signals: JobSignals): Outbox {
  return {
    async add(trx, { queue, subject, data }) {
      const now = clock.now();
      const id = uuidv7({ msecs: now.getTime() });
      const at = now.toISOString();
      const text = JSON.stringify(data ?? null);
      await trx('outbox_job').insert({ tenant, id, queue, subject, data: text, state: 'waiting', attempt: 0, due_at: at, added_at: at });
      log.debug({ stage: 'job.adding', job: id, queue }, 'adding a job');
      // The job exists once the caller has committed; a rollback wakes nobody.
      trx.executionPromise.then(
        () => signals.wakeUp(),
        () => undefined,
      );
      return id;
    },

    async settled(jobId, milliseconds) {
      signals.wakeUp();
      const until = performance.now() + milliseconds;
      for (;;) {
        const left = until - performance.now();
        const deaf = new AbortController();
        // Listening begins before the look, so that no end falls between the two.
        const end = signals.end(jobId, Math.max(0, Math.min(left, LOOK_AGAIN)), deaf.signal);
        try {
          const row = await storage.knex('outbox_job').where({ tenant, id: jobId }).first('state');
          // Dead, or never committed: there is nothing to wait for.
          if (row?.state !== 'waiting') return row?.state === 'done';
          if (left <= 0) return false;
          await end;
        } finally {
          deaf.abort();
        }
      }
    },
  };
}
