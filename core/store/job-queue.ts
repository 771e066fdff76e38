import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import type { ClaimedJob, Queue } from '../internal/outbox.js';
import { alongside, takingFreeRows } from './alongside.js';
import type { JobSignals } from './job-signals.js';
import { instantIn, type StoreContext } from './store-context.js';

interface JobRow {
  readonly id: string;
  readonly queue: string;
  readonly subject: string;
  readonly data: string;
  readonly attempt: number;
  readonly failures: number;
}

/** Hands out jobs, each to one holder at a time, and takes their ends. */
export function jobQueueOf({ storage, tenant, clock, log }: StoreContext, signals: JobSignals): Queue {
  const due = (knex: Knex, queues: readonly string[]) =>
    knex('outbox_job')
      .where({ tenant, state: 'waiting' })
      .whereIn('queue', queues)
      .where('due_at', '<=', clock.now().toISOString())
      .where((either) => either.whereNull('seq').orWhereNotExists(earlierInLine(knex)));

  /** Also one that is held, or waits for its next attempt. */
  const earlierInLine = (knex: Knex) =>
    knex('outbox_job as earlier')
      .where({ 'earlier.tenant': tenant, 'earlier.state': 'waiting' })
      .where('earlier.queue', knex.ref('outbox_job.queue'))
      .where('earlier.subject', knex.ref('outbox_job.subject'))
      .where('earlier.seq', '<', knex.ref('outbox_job.seq'))
      .select(knex.raw('1'));

  /** Ends or postpones a job, unless its lease has gone to somebody else. */
  const release = (job: ClaimedJob, changes: object, stage: string): Promise<boolean> =>
    alongside(storage, async (trx) => {
      const changed = await trx('outbox_job')
        .where({ tenant, id: job.id, state: 'waiting', lease_by: job.lease })
        .update({ lease_by: null, ...changes });
      log.debug({ stage, job: job.id, queue: job.queue }, 'recording how a job went');
      return changed === 1;
    });

  /** A little after the time, since a timer may be a millisecond early. */
  const wakeUpIn = (seconds: number): unknown => setTimeout(() => signals.wakeUp(), seconds * 1000 + 5).unref();

  return {
    async claim(queues, limit, leaseSeconds) {
      // Looking costs nothing; taking SQLite's write lock each second for nothing would.
      if (limit < 1 || !(await due(storage.knex, queues).first('id'))) return [];
      const lease = uuidv7();
      return alongside(storage, async (trx) => {
        const rows: JobRow[] = await takingFreeRows(storage, due(trx, queues).orderBy(['due_at', 'id']).limit(limit)).select(
          'id',
          'queue',
          'subject',
          'data',
          'attempt',
          'failures',
        );
        const ids = rows.map(({ id }) => id);
        await trx('outbox_job')
          .where({ tenant })
          .whereIn('id', ids)
          .update({ attempt: trx.raw('attempt + 1'), lease_by: lease, due_at: instantIn(clock, leaseSeconds) });
        return rows.map((row) => ({ ...row, data: JSON.parse(row.data), attempt: row.attempt + 1, lease }));
      });
    },

    async done(job) {
      const mine = await release(job, { state: 'done', ended_at: clock.now().toISOString(), last_error: null }, 'job.finishing');
      if (mine) signals.ended(job.id);
      return mine;
    },

    async failed(job, { code }, retryInSeconds) {
      const changes =
        retryInSeconds === undefined
          ? { state: 'dead', ended_at: clock.now().toISOString(), last_error: code }
          : { due_at: instantIn(clock, retryInSeconds), last_error: code };
      const mine = await release(job, { ...changes, failures: job.failures + 1 }, 'job.failing');
      if (!mine) return;
      if (retryInSeconds === undefined) signals.ended(job.id);
      else wakeUpIn(retryInSeconds);
    },

    async postponed(job, seconds) {
      // An attempt that is neither a failure nor the end would count as a crash.
      const changes = { due_at: instantIn(clock, seconds), attempt: job.attempt - 1 };
      if (await release(job, changes, 'job.postponing')) wakeUpIn(seconds);
    },

    wake: (milliseconds, signal) => signals.wake(milliseconds, signal),

    async dead() {
      const row = await storage.knex('outbox_job').where({ tenant, state: 'dead' }).count({ count: '*' }).first();
      return Number(row?.count ?? 0);
    },
  };
}
