import type { Knex } from 'knex';
import { definePlugin } from '../api/plugin.js';
import { one } from '../api/port.js';
import { type JobQueue, jobQueue } from '../api/ports/job-queue.js';
import { type State, state } from '../api/ports/state.js';
import { idempotency } from '../internal/idempotency.js';
import { audit, type Outbox, outbox, queue } from '../internal/outbox.js';
import { declareMigrations, type Storage, storage } from '../internal/storage.js';
import { alongside } from './alongside.js';
import { auditOf } from './audit-log.js';
import { idempotencyKeysOf, RENEW_SECONDS } from './idempotency-keys.js';
import { jobQueueOf } from './job-queue.js';
import { JobSignals } from './job-signals.js';
import { outboxOf } from './outbox.js';
import { pluginStateOf } from './plugin-state.js';
import { every } from './recurring.js';
import { sweep } from './sweep.js';
import { storeTables } from './tables.js';

interface Config {
  readonly keepDoneJobsDays: number;
}

const SWEEP_SECONDS = 300;

/** The house's memory beside the records themselves: jobs, audit log, idempotency keys, what plugins remember. */
export const storePart = definePlugin<Config>()({
  id: 'store',
  summary: 'Outbox, audit log, idempotency keys and the state of plugins, in the database.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      keepDoneJobsDays: { type: 'integer', minimum: 1, default: 7, description: 'How long jobs that are done stay in the table.' },
    },
  },
  uses: { storage: one(storage) },
  provides: { outbox, queue, jobQueue, audit, idempotency, state, migrations: declareMigrations(storeTables) },
  async setup({ config, tenant, clock, log }, { storage }) {
    const context = { storage, tenant, clock, log };
    const signals = new JobSignals();
    const keys = idempotencyKeysOf(context);
    const box = outboxOf(context, signals);
    let recurring: ReturnType<typeof every>[] = [];
    return {
      ports: {
        outbox: box,
        jobQueue: jobQueuePortOf(storage, box),
        queue: jobQueueOf(context, signals),
        audit: auditOf(context),
        idempotency: keys,
        // The port is scoped: the kernel calls this with the name of each part that uses it.
        state: ((instance: string) => pluginStateOf(context, instance)) as unknown as State,
        migrations: true,
      },
      async start() {
        recurring = [
          every(RENEW_SECONDS, 'holding the idempotency keys of running requests', log, () => keys.renew()),
          every(SWEEP_SECONDS, 'the sweep of old jobs and keys', log, () => sweep(context, config.keepDoneJobsDays)),
        ];
      },
      async stop() {
        await Promise.all(recurring.map((each) => each.stop()));
      },
    };
  },
});

/** What plugins have of the outbox. */
function jobQueuePortOf(storage: Storage, box: Outbox): JobQueue {
  const addAll: JobQueue['addAll'] = (jobs) => {
    const work = async (trx: Knex.Transaction): Promise<string[]> => {
      const ids: string[] = [];
      for (const job of jobs) ids.push(await box.add(trx, job));
      return ids;
    };
    // A place in line is read before it is taken.
    return jobs.some(({ inOrder }) => inOrder) ? storage.transaction(work) : alongside(storage, work);
  };
  return { addAll, add: async (job) => (await addAll([job]))[0] as string };
}
