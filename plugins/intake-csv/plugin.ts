import {
  certificates,
  declareRoutes,
  definePlugin,
  type JsonSchema,
  jobQueue,
  jobs,
  one,
  optional,
  registry,
  state,
  vaccinations,
} from '@divoc/core/api';
import { fieldCipher } from '@divoc/core/internal';
import { columnIndex } from './src/columns.js';
import { uploadRoutes } from './src/routes.js';
import { doseTarget, type RowTarget, registryTarget } from './src/row-target.js';
import type { UploadType } from './src/upload.js';
import { UploadStore } from './src/upload-store.js';

interface Config {
  readonly maxRows: number;
  readonly doses: { readonly provider?: string; readonly identityColumns: Readonly<Record<string, readonly string[]>> };
}

/** A body is read whole, so that there is one limit for all. */
const MOST_BYTES = 10 * 1024 * 1024;

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    maxRows: { type: 'integer', minimum: 1, maximum: 200_000, default: 200_000, description: 'Most rows of one file.' },
    doses: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'How rows of type dose say who the person is.',
      properties: {
        provider: { type: 'string', 'x-instance': 'identity/0', description: 'Needed where a programme has several identity providers.' },
        identityColumns: {
          type: 'object',
          minProperties: 1,
          default: { code: ['preEnrollmentCode'] },
          additionalProperties: { type: 'array', minItems: 1, items: { type: 'string', minLength: 1 } },
          description: 'What the identity provider reads, and in which columns it may stand: { number: [recipientIdentity] }.',
        },
      },
    },
  },
};

export default definePlugin<Config>()({
  id: 'intake-csv',
  summary: 'CSV files: facilities, vaccinators, doses; row by row, with a report.',
  config,
  uses: {
    registry: optional(registry),
    vaccinations: optional(vaccinations),
    certificates: optional(certificates),
    state: one(state),
    jobQueue: one(jobQueue),
    fieldCipher: one(fieldCipher),
  },
  provides: { routes: declareRoutes(uploadRoutes(MOST_BYTES)), jobs },
  async setup({ config, instance, clock, log }, { registry, vaccinations, certificates, state, jobQueue, fieldCipher }) {
    const targets: Partial<Record<UploadType, RowTarget>> = {
      ...(registry && {
        facility: registryTarget(registry, 'facility'),
        vaccinator: registryTarget(registry, 'vaccinator'),
        enrolment: registryTarget(registry, 'enrolment'),
      }),
      ...(vaccinations && certificates && { dose: doseTarget(vaccinations, certificates.subjectSchema, config.doses) }),
    };
    // Two fields that share a column are found now, not by the first file.
    for (const { columns } of Object.values(targets)) columnIndex(columns);
    // Imported here: tsyringe wants a polyfill of `Reflect`, and importing a plugin must change nothing.
    const { openIntake } = await import('./src/open-intake.js');
    const store = new UploadStore(state, fieldCipher);
    const { handlers, job } = openIntake(instance, { store, targets, jobQueue, clock, log, maxRows: config.maxRows });
    return {
      ports: { routes: { table: uploadRoutes(MOST_BYTES), handlers }, jobs: job },
    };
  },
});
