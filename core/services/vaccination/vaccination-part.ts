import {
  certificates,
  declareRoutes,
  definePlugin,
  deliveries,
  identity,
  type JobHandler,
  type JsonSchema,
  jobs,
  many,
  one,
  payments,
  Refusal,
  templateEngine,
  type VaccinationOutcome,
  type Vaccinations,
  type VaccinationVersion,
  vaccinations,
} from '../../api/index.js';
import { audit, declareMigrations, eventTypes, fieldCipher, keyedHash, outbox, storage } from '../../internal/index.js';
import { CHARGE_QUEUE, chargeJob } from './charge-job.js';
import { correctVaccination } from './correct.js';
import { vaccinationEvents } from './events.js';
import { challengesOf } from './identity-challenges.js';
import { ISSUE_QUEUE, issueJob, keyOf } from './issue-job.js';
import { vaccinationMigrations } from './migrations.js';
import { identifyPerson } from './person.js';
import { actOf } from './price.js';
import { chooseProgramme, type ProgrammeConfig, programmeSchema } from './programmes.js';
import { type Recorded, recordVaccination } from './record.js';
import { vaccinationHandlers, vaccinationRoutes } from './routes.js';
import { assertTemplates, checkTemplateChoices } from './template-choice-check.js';
import { type EarlierVersion, type VaccinationRow, VaccinationStore } from './vaccination-store.js';

interface Config {
  readonly programmes: Readonly<Record<string, ProgrammeConfig>>;
  readonly waitMilliseconds: number;
}

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['programmes'],
  properties: {
    programmes: { type: 'object', minProperties: 1, additionalProperties: programmeSchema },
    waitMilliseconds: {
      type: 'integer',
      minimum: 0,
      maximum: 10000,
      default: 5000,
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
    fieldCipher: one(fieldCipher),
    certificates: one(certificates),
    payments: one(payments),
    deliveries: one(deliveries),
    identities: many(identity),
  },
  provides: {
    vaccinations,
    jobs,
    // Before setup the record's own fields are not known; the paths and scopes are.
    routes: declareRoutes(vaccinationRoutes({})),
    migrations: declareMigrations(vaccinationMigrations),
    eventTypes,
  },
  check: ({ config: { programmes }, adopter, declared }) => checkTemplateChoices(programmes, adopter, declared(templateEngine)),
  async setup({ config: { programmes, waitMilliseconds }, tenant, clock, log }, ports) {
    assertTemplates(programmes, ports.certificates.templates);
    const store = new VaccinationStore(tenant);
    const recording = { ...ports, tenant, programmes, store, clock, log };

    /** Waits for the jobs, then says what is known. */
    const outcomeOf = async ({ row, isNew, warnings }: Recorded, wait: number): Promise<VaccinationOutcome> => {
      const { charge } = row.terms;
      const [isDone] = await Promise.all([
        row.links !== undefined || ports.outbox.settled(row.jobId, wait),
        charge && ports.outbox.settled(charge.jobId, wait),
      ]);
      const links = row.links ?? (isDone ? (await store.byId(ports.storage.knex, row.id))?.links : undefined);
      const payment = (charge || row.terms.paid !== undefined) && (await ports.payments.ofAct(actOf(row)));
      return {
        outcome: !links ? 'pending' : isNew ? 'issued' : 'existing',
        vaccinationId: row.id,
        version: row.version,
        certificateId: row.certificateId,
        links: links ?? {},
        deliveries: links ? await ports.deliveries.of(keyOf(row)) : [],
        ...(payment && { payment: { id: payment.id, state: payment.state, due: payment.due } }),
        warnings,
      };
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
      correct: async (input, actor) => outcomeOf(await correctVaccination(recording, input, actor), waitMilliseconds),
      async versions(id) {
        const row = await store.byId(ports.storage.knex, id);
        if (!row) throw new Refusal(404, 'VACCINATION_UNKNOWN', 'There is no such vaccination.');
        return [...(await store.history(ports.storage.knex, id)), row].map(versionOf);
      },
      async dosesOf({ programme: asked, identity }, actor) {
        const programme = chooseProgramme(programmes, asked);
        const { personKey } = await identifyPerson(recording, programme, { identity, record: {} }, actor.id);
        const rows = await store.ofPerson(ports.storage.knex, { programme: programme.name, personKey });
        return rows.map(({ id, version, doseNumber, certificateId }) => ({ vaccinationId: id, version, doseNumber, certificateId }));
      },
    };
    const handlers: Readonly<Record<string, JobHandler['handle']>> = {
      [ISSUE_QUEUE]: issueJob({ ...ports, store, log }),
      [CHARGE_QUEUE]: chargeJob({ ...ports, store }),
    };
    return {
      ports: {
        vaccinations: service,
        jobs: { queues: Object.keys(handlers), handle: async (job) => handlers[job.queue]?.(job) },
        routes: {
          table: vaccinationRoutes(ports.certificates.subjectSchema),
          handlers: vaccinationHandlers(service, challengesOf(programmes, ports.identities)),
        },
        migrations: true,
        eventTypes: { service: 'vaccination', types: vaccinationEvents },
      },
    };
  },
});

function versionOf({ version, certificateId, record, correction }: EarlierVersion): VaccinationVersion {
  if (!correction) return { version, certificateId, record };
  const { reason, actor, at } = correction;
  return { version, certificateId, record, correction: { reason, actor, at } };
}
