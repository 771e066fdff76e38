import { alongside, takingFreeRows } from './alongside.js';
import { instantIn, type StoreContext } from './store-context.js';

const BATCH = 500;
const MOST_BATCHES = 20;

/**
 * Deletes jobs done more than `keepDoneJobsDays` ago and idempotency keys past their day; returns how many.
 *
 * In small transactions, so that nobody waits long for SQLite's write lock, and not without end: the next sweep goes on.
 */
export async function sweep({ storage, tenant, clock }: StoreContext, keepDoneJobsDays: number): Promise<{ jobs: number; keys: number }> {
  const jobs = await inBatches(() =>
    alongside(storage, async (trx) => {
      // Said twice: a job that is waiting or dead must not go, whatever the inner question finds.
      const old = trx('outbox_job')
        .where({ tenant, state: 'done' })
        .where('ended_at', '<', instantIn(clock, -keepDoneJobsDays * 86_400));
      return trx('outbox_job')
        .where({ tenant, state: 'done' })
        .whereIn('id', takingFreeRows(storage, old.orderBy('ended_at').limit(BATCH)).select('id'))
        .delete();
    }),
  );
  const keys = await inBatches(() =>
    alongside(storage, async (trx) => {
      const now = clock.now().toISOString();
      const old = trx('idempotency_key').where({ tenant }).where('expires_at', '<=', now).limit(BATCH);
      const rows = await takingFreeRows(storage, old).select('actor', 'route', 'key');
      for (const row of rows)
        await trx('idempotency_key')
          .where({ tenant, ...row })
          .where('expires_at', '<=', now)
          .delete();
      return rows.length;
    }),
  );
  return { jobs, keys };
}

async function inBatches(remove: () => Promise<number>): Promise<number> {
  let removed = 0;
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    const count = await remove();
    removed += count;
    if (count < BATCH) break;
  }
  return removed;
}
