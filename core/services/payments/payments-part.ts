import { declareRoutes, definePlugin, jobs, many, one, type Payments, paymentScheme, payments } from '../../api/index.js';
import { audit, declareMigrations, fieldCipher, outbox, storage } from '../../internal/index.js';
import { finishJob } from './finish-job.js';
import { paymentsHandlers } from './handlers.js';
import { healthOf } from './health.js';
import { paymentsMigrations } from './migrations.js';
import { openPayment, quoteOf, usePayment } from './opening.js';
import { PaymentStore } from './payment-store.js';
import type { Performing } from './perform.js';
import { paymentsRoutes } from './routes.js';
import { machineFaults, PAYMENT_MACHINE, schemeFaults } from './state-machine.js';
import { paymentOf } from './views.js';

interface Config {
  readonly actSeconds: number;
  readonly waitMilliseconds: number;
}

/** First segments of the house's own accounts: an instance of such a name would book into them. */
const RESERVED = ['receivable', 'income', 'safe', 'cash-difference'];

/** The payments service: states, ledger, receipts and cash-ups, whoever the money comes from. */
export const paymentsPart = definePlugin<Config>()({
  id: 'payments',
  summary: 'Keeps what is owed and paid: states, a double-entry ledger, receipts and cash-ups.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      actSeconds: {
        type: 'integer',
        minimum: 1,
        maximum: 600,
        default: 25,
        description: 'How long a scheme may take over one act; after that the queue goes on with it.',
      },
      waitMilliseconds: {
        type: 'integer',
        minimum: 0,
        maximum: 10000,
        default: 5000,
        description: 'How long a request waits for another act on the same payment before it answers 503.',
      },
    },
  },
  uses: { storage: one(storage), outbox: one(outbox), audit: one(audit), cipher: one(fieldCipher), schemes: many(paymentScheme) },
  provides: { payments, jobs, routes: declareRoutes(paymentsRoutes), migrations: declareMigrations(paymentsMigrations) },
  async setup({ config, tenant, clock, log }, { schemes, ...ports }) {
    const faults = [
      ...machineFaults(PAYMENT_MACHINE),
      ...Object.entries(schemes).flatMap(([name, scheme]) => schemeFaults(name, scheme)),
      ...Object.keys(schemes).flatMap((name) =>
        RESERVED.includes(name) ? [`'${name}' is an account of the house; call the scheme otherwise`] : [],
      ),
    ];
    if (faults.length > 0) throw Object.assign(new Error(faults.join('; ')), { code: 'PAYMENTS_UNSOUND' });
    const store = new PaymentStore(tenant);
    const performing: Performing = { ...ports, ...config, schemes, store, tenant, clock, log };
    const service: Payments = {
      quote: (scheme, purpose) => quoteOf(schemes, scheme, purpose),
      async open(request) {
        const row = await openPayment(performing, request);
        return row && paymentOf(row);
      },
      use: async (id, use) => paymentOf(await usePayment(performing, id, use)),
      async ofAct(act) {
        const row = await store.byAct(ports.storage.knex, act);
        return row && paymentOf(row);
      },
    };
    return {
      ports: {
        payments: service,
        jobs: finishJob(performing),
        routes: { table: paymentsRoutes, handlers: paymentsHandlers(performing) },
        migrations: true,
      },
      health: healthOf({ tenant, storage: ports.storage, store, clock }),
    };
  },
});
