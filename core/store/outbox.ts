import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { Outbox } from '../internal/outbox.js';
import type { JobSignals } from './job-signals.js';
import { nameBasedId } from './name-based-id.js';
import type { StoreContext } from './store-context.js';

/** How often a waiter looks whether another process has ended its job, in milliseconds. */
const LOOK_AGAIN = 500;

/** Adds jobs within the caller's transaction, and waits for them after it. */
export function outboxOf({ storage, tenant, clock, log }: StoreContext, signals: JobSignals): Outbox {
  return {
    async add(trx, { queue, subject, data, key, inOrder = false }) {
      const now = clock.now();
      const id = key === undefined ? uuidv7({ msecs: now.getTime() }) : nameBasedId('job', tenant, queue, key);
      const at = now.toISOString();
      const text = JSON.stringify(data ?? null);
      const seq = inOrder ? await nextOf(trx, { tenant, queue, subject }) : null;
      const row = { tenant, id, queue, subject, seq, data: text, state: 'waiting', attempt: 0, due_at: at, added_at: at };
      await trx('outbox_job').insert(row).onConflict(['tenant', 'id']).ignore();
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

/** The place of a job in the line of its subject. Whoever asks holds the write lock, so that no two get the same one. */
async function nextOf(trx: Knex.Transaction, line: { tenant: string; queue: string; subject: string }): Promise<number> {
  const last = await trx('outbox_job').where(line).max({ seq: 'seq' }).first();
  return Number(last?.seq ?? 0) + 1;
}
