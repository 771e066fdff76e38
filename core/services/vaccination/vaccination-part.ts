import {
  certificates,
  channel,
  declareRoutes,
  definePlugin,
  identity,
  type JsonSchema,
  jobs,
  many,
  one,
  paymentScheme,
  Refusal,
  type VaccinationOutcome,
  type Vaccinations,
  vaccinations,
} from '../../api/index.js';
import { audit, declareMigrations, keyedHash, outbox, storage } from '../../internal/index.js';
import { issueJob } from './issue-job.js';
import { vaccinationMigrations } from './migrations.js';
import { assertTemplates, checkTemplates, type ProgrammeConfig } from './programmes.js';
import { type Recorded, recordVaccination } from './record.js';
import { vaccinationHandlers, vaccinationRoutes } from './routes.js';
import { type VaccinationRow, VaccinationStore } from './vaccination-store.js';

interface Config {
  readonly programmes: Readonly<Record<string, ProgrammeConfig>>;
  readonly waitMilliseconds: number;
}

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['programmes'],
  properties: {
    programmes: {
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['identity', 'payment', 'deliver'],
        properties: {
          identity: { type: 'array', minItems: 1, items: { type: 'string', 'x-instance': 'identity/0' } },
          payment: { type: 'string', 'x-instance': 'payment-scheme/0' },
          deliver: { type: 'array', items: { type: 'string', 'x-instance': 'channel/0' } },
          template: { type: 'string', default: 'certificate-a4', description: 'Folder name of the certificate template.' },
          validForDays: { type: 'integer', minimum: 1, maximum: 36500, description: 'How long a certificate verifies; default: for ever.' },
        },
      },
    },
    waitMilliseconds: {
      type: 'integer',
      minimum: 0,
      maximum: 10000,
      default: 2000,
      description: 'How long a request waits for its own certificate before it answers 202.',
    },
  },
};

/** The vaccination service: one record per dose, and a certificate for each. */
export const vaccinationPart = definePlugin<Config>()({
  id: 'vaccination',
  summary: 'Records doses by programme and has a certificate issued and delivered for each.',
  config,
  uses: {
    storage: one(storage),
    outbox: one(outbox),
    audit: one(audit),
    keyedHash: one(keyedHash),
    certificates: one(certificates),
    identities: many(identity),
    payments: many(paymentScheme),
    channels: many(channel),
  },
  provides: {
    vaccinations,
    jobs,
    // Before setup the record's own fields are not known; the paths and scopes are.
    routes: declareRoutes(vaccinationRoutes({})),
    migrations: declareMigrations(vaccinationMigrations),
  },
  check: ({ config: { programmes }, adopter }) => checkTemplates(programmes, adopter),
  async setup({ config: { programmes, waitMilliseconds }, tenant, clock, log }, { identities, payments, channels, ...ports }) {
    assertTemplates(programmes, ports.certificates.templates);
    const store = new VaccinationStore(tenant);
    const recording = { ...ports, tenant, programmes, providers: { identities, payments, channels }, store, clock, log };

    /** Waits for the job, then says what is known. */
    const outcomeOf = async ({ row, isNew, warnings }: Recorded, wait: number): Promise<VaccinationOutcome> => {
      const isDone = row.links !== undefined || (await ports.outbox.settled(row.jobId, wait));
      const links = row.links ?? (isDone ? (await store.byId(ports.storage.knex, row.id))?.links : undefined);
      const outcome = !links ? 'pending' : isNew ? 'issued' : 'existing';
      return { outcome, vaccinationId: row.id, certificateId: row.certificateId, links: links ?? {}, deliveries: [], warnings };
    };
    const service: Vaccinations = {
      record: async (input, actor) => outcomeOf(await recordVaccination(recording, input, actor), waitMilliseconds),
      async find(id, actor) {
        const row: VaccinationRow | undefined = await store.byId(ports.storage.knex, id);
        if (!row || row.recordedBy !== actor.id) {
          throw new Refusal(404, 'VACCINATION_UNKNOWN', 'There is no such vaccination, or it is not yours.');
        }
        return outcomeOf({ row, isNew: false, warnings: [] }, 0);
      },
    };
    return {
      ports: {
        vaccinations: service,
        jobs: issueJob({ ...ports, store, channels, log }),
        routes: { table: vaccinationRoutes(ports.certificates.subjectSchema), handlers: vaccinationHandlers(service) },
        migrations: true,
      },
    };
  },
});
