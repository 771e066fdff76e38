import type { Storage } from '../internal/storage.js';

export interface DeadJob {
  readonly id: string;
  readonly queue: string;
  /** An id. */
  readonly subject: string;
  readonly code: string;
  /** RFC 3339. */
  readonly diedAt: string;
}

const MOST = 1000;

/** Jobs that nobody tries again unasked, the oldest first, 1000 at most; those of one queue, or of all. */
export async function deadJobs({ knex }: Storage, tenant: string, queue?: string): Promise<readonly DeadJob[]> {
  const rows = await knex('outbox_job')
    .where({ tenant, state: 'dead', ...(queue !== undefined && { queue }) })
    .orderBy(['ended_at', 'id'])
    .limit(MOST)
    .select('id', 'queue', 'subject', 'last_error', 'ended_at');
  return rows.map(({ id, queue, subject, last_error, ended_at }) => ({ id, queue, subject, code: last_error, diedAt: ended_at }));
}

/** Makes dead jobs due, as if they had never been tried; others with these ids stay as they are. Returns how many it was. */
export function reviveJobs(storage: Storage, tenant: string, ids: readonly string[]): Promise<number> {
  const fresh = { state: 'waiting', attempt: 0, failures: 0, lease_by: null, ended_at: null };
  return storage.transaction((trx) =>
    trx('outbox_job')
      .where({ tenant, state: 'dead' })
      .whereIn('id', ids)
      .update({ ...fresh, due_at: trx.ref('ended_at') }),
  );
}
