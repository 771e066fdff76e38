import { definePlugin } from '../api/plugin.js';
import { one } from '../api/port.js';
import { jobQueue } from '../api/ports/job-queue.js';
import { type State, state } from '../api/ports/state.js';
import { idempotency } from '../internal/idempotency.js';
import { audit, outbox, queue } from '../internal/outbox.js';
import { declareMigrations, storage } from '../internal/storage.js';
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
        jobQueue: { add: (job) => alongside(storage, (trx) => box.add(trx, job)) },
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
