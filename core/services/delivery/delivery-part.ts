import {
  certificates,
  channel,
  type Deliveries,
  declareRoutes,
  definePlugin,
  deliveries,
  type JsonSchema,
  jobs,
  many,
  one,
} from '../../api/index.js';
import { audit, declareMigrations, fieldCipher, outbox, storage } from '../../internal/index.js';
import { every } from '../../store/recurring.js';
import { deliverJob } from './deliver-job.js';
import type { DeliverySettings } from './delivering.js';
import { DeliveryStore, statusOf } from './delivery-store.js';
import { deliveryMigrations } from './migrations.js';
import { keepReceipt } from './receipts.js';
import { requestDeliveries } from './request.js';
import { deliveryHandlers, deliveryRoutes } from './routes.js';
import { healthOf, sweep } from './upkeep.js';

const SWEEP_SECONDS = 300;

const seconds = (standard: number, description: string): JsonSchema => ({
  type: 'number',
  exclusiveMinimum: 0,
  maximum: 86_400,
  default: standard,
  description,
});
const count = (standard: number, maximum: number, description: string): JsonSchema => ({
  type: 'integer',
  minimum: 1,
  maximum,
  default: standard,
  description,
});

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    attempts: count(30, 1000, 'Tries before a delivery is dead; with the other defaults that is about a day.'),
    soonSeconds: seconds(5, 'The first pause after a passing trouble; each next one is three times longer.'),
    laterSeconds: seconds(300, 'The first pause when the carrier asked for patience; each next one is three times longer.'),
    longestSeconds: seconds(3600, 'No pause is longer.'),
    deadlineSeconds: seconds(20, "How long one try may take. Keep it well below nine tenths of the dispatcher's leaseSeconds."),
    instantMilliseconds: count(1000, 10_000, 'How long a request waits for a channel that says it is instant.'),
    keepDeadDays: count(
      30,
      3650,
      'How long the recipient of a dead delivery is kept, encrypted, so that a person can have it tried again.',
    ),
    warnAfterMinutes: count(60, 100_000, 'Health warns when a delivery has been waiting for so long.'),
  },
};

/** The delivery service: brings certificates to people through channels, each with a queue of its own. */
export const deliveryPart = definePlugin<DeliverySettings>()({
  id: 'delivery',
  summary: 'Delivers certificates through channels, tries again what failed, and forgets recipients as soon as it can.',
  config,
  uses: {
    storage: one(storage),
    outbox: one(outbox),
    audit: one(audit),
    fieldCipher: one(fieldCipher),
    certificates: one(certificates),
    channels: many(channel),
  },
  provides: { deliveries, jobs, routes: declareRoutes(deliveryRoutes), migrations: declareMigrations(deliveryMigrations) },
  async setup({ config: settings, tenant, clock, log }, { certificates, ...ports }) {
    const delivering = { ...ports, tenant, settings, store: new DeliveryStore(tenant), clock, log };
    for (const [name, channel] of Object.entries(ports.channels)) channel.reportTo?.((receipt) => keepReceipt(delivering, name, receipt));
    const service: Deliveries = {
      request: async (request) => (await requestDeliveries(delivering, request)).map(statusOf),
      of: async (key) => (await delivering.store.byKey(ports.storage.knex, key)).map(statusOf),
    };
    let sweeping: ReturnType<typeof every> | undefined;
    return {
      ports: {
        deliveries: service,
        jobs: deliverJob(delivering),
        routes: { table: deliveryRoutes, handlers: deliveryHandlers(delivering, certificates) },
        migrations: true,
      },
      async start() {
        sweeping = every(SWEEP_SECONDS, 'the sweep of old deliveries', log, () => sweep(delivering));
      },
      async stop() {
        await sweeping?.stop();
      },
      health: () => healthOf(delivering),
    };
  },
});
