import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import {
  type Actor,
  type Certificates,
  type Clock,
  canonicalJson,
  type Fault,
  type Logger,
  type Payments,
  pointing,
  Refusal,
  type VaccinationInput,
} from '../../api/index.js';
import type { Audit, FieldCipher, Outbox, Storage } from '../../internal/index.js';
import { CHARGE_QUEUE } from './charge-job.js';
import { ISSUE_QUEUE, issueDataOf } from './issue-job.js';
import { foreseenDoubts, type Identifying, identifyPerson } from './person.js';
import { implausibilities } from './plausibility.js';
import { type Price, settlePrice } from './price.js';
import { chooseProgramme, formatsOf, type Programme, type ProgrammeConfig } from './programmes.js';
import { chooseTemplate } from './template-choice.js';
import type { Terms, VaccinationRow, VaccinationStore } from './vaccination-store.js';

const DAY = 86_400_000;

export interface Recording extends Identifying {
  readonly programmes: Readonly<Record<string, ProgrammeConfig>>;
  readonly certificates: Certificates;
  readonly payments: Payments;
  readonly fieldCipher: FieldCipher;
  readonly storage: Storage;
  readonly store: VaccinationStore;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
}

/** A row whose jobs are not queued yet. */
type Draft = Omit<VaccinationRow, 'jobId' | 'terms'> & { readonly terms: DraftTerms };
type DraftTerms = Omit<Terms, 'charge'> & Pick<Price, 'charge'>;

export interface Recorded {
  readonly row: VaccinationRow;
  readonly isNew: boolean;
  readonly warnings: readonly Fault[];
}

/**
 * Records one dose: programme → schema → person → plausibility → price → record and jobs in one transaction.
 *
 * The same content again gives the record that exists. Throws a Refusal as `Vaccinations.record` says.
 */
export async function recordVaccination(recording: Recording, input: VaccinationInput, actor: Actor): Promise<Recorded> {
  const { clock, certificates, log } = recording;
  const programme = chooseProgramme(recording.programmes, input.programme);
  const { type } = await pointing('/record', () => certificates.check(input.record, formatsOf(programme)));
  const senseless = implausibilities(input.record, clock.now()).map((fault) => ({ ...fault, pointer: `/record${fault.pointer}` }));
  refuseImplausible(input, senseless);
  refuseImplausible(input, await foreseenDoubts(recording, programme, input, actor.id));
  const { personKey, identity, doubts } = await identifyPerson(recording, programme, input, actor.id);
  refuseImplausible(input, doubts);
  const dose = { programme: programme.name, personKey, doseNumber: input.record.doseNumber as number };
  const warnings = [...senseless, ...doubts];
  // Before any money is asked for: what was recorded and paid for is not paid for again.
  const earlier = await recording.store.byDose(recording.storage.knex, dose);
  if (earlier) return existing(earlier, input, warnings);

  const now = clock.now();
  const terms = await termsOf(recording, programme, dose, input, { type, now });
  const draft = {
    id: uuidv7(),
    version: 1,
    ...dose,
    identity,
    record: input.record,
    terms,
    recordedBy: actor.id,
    recordedAt: now.toISOString(),
    certificateId: uuidv7(),
  };
  log.debug({ stage: 'vaccination.checked', vaccination: draft.id }, 'checked');
  const row = await keep(recording, draft, input);
  if (row.id !== draft.id) return existing(row, input, warnings);
  log.debug({ stage: 'vaccination.recorded', vaccination: row.id }, 'recorded');
  return { row, isNew: true, warnings };
}

export function refuseImplausible({ implausible = 'refuse' }: Pick<VaccinationInput, 'implausible'>, faults: readonly Fault[]): void {
  if (faults.length > 0 && implausible === 'refuse') {
    throw new Refusal(422, 'RECORD_IMPLAUSIBLE', 'The record fits its schema but makes no sense.', { errors: faults });
  }
}

/** What is decided at the time of recording, so that a later manifest does not change what was promised. */
async function termsOf(
  { payments }: Recording,
  programme: Programme,
  dose: Parameters<typeof settlePrice>[2],
  input: VaccinationInput,
  { type, now }: { readonly type: string; readonly now: Date },
): Promise<DraftTerms> {
  const price = await settlePrice(payments, programme, dose, input);
  const { deliver, validForDays } = programme;
  return {
    type,
    template: chooseTemplate(programme, { record: input.record, language: input.recipient?.language }),
    deliver,
    ...formatsOf(programme),
    ...price,
    ...(validForDays !== undefined && { validUntil: new Date(now.getTime() + validForDays * DAY).toISOString() }),
  };
}

/** Writes record, jobs and audit entry together, or gives the record that this dose already has. */
async function keep(recording: Recording, draft: Draft, { recipient }: VaccinationInput): Promise<VaccinationRow> {
  const { storage, store, outbox, audit, log } = recording;
  const data = await issueDataOf(recording, draft.id, 1, recipient);
  return storage.transaction(async (trx) => {
    const earlier = await store.byDose(trx, draft);
    if (earlier) return earlier;
    const jobId = await outbox.add(trx, { queue: ISSUE_QUEUE, subject: draft.id, data });
    const row = { ...draft, jobId, terms: await withCharge(recording, trx, draft) };
    await store.add(trx, row);
    await audit.append(trx, {
      actor: row.recordedBy,
      action: 'vaccination.recorded',
      subject: row.id,
      detail: { programme: row.programme, certificate: row.certificateId },
    });
    log.debug({ stage: 'vaccination.recording', vaccination: row.id }, 'recording');
    return row;
  });
}

async function withCharge({ outbox }: Recording, trx: Knex.Transaction, { id, terms }: Draft): Promise<Terms> {
  const { charge, ...others } = terms;
  if (!charge) return others;
  const jobId = await outbox.add(trx, { queue: CHARGE_QUEUE, subject: id, data: { vaccinationId: id } });
  return { ...others, charge: { ...charge, jobId } };
}

/** Other content for a dose that is recorded is a conflict; it names fields and never what stands in them. */
function existing(row: VaccinationRow, { record }: VaccinationInput, warnings: readonly Fault[]): Recorded {
  const pointers = differences(row.record, record);
  if (pointers.length === 0) return { row, isNew: false, warnings };
  throw new Refusal(409, 'DOSE_CONFLICT', 'This dose is recorded already, with other content.', {
    errors: pointers.map((pointer) => ({
      pointer: `/record${pointer}`,
      code: 'FIELD_DIFFERS',
      detail: 'the recorded dose says something else here',
      fix: 'Send what was recorded, or have the record corrected.',
    })),
  });
}

/** Pointers of the leaves in which two records differ, either way round. */
export function differences(a: unknown, b: unknown, pointer = ''): string[] {
  const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
  if (!isObject(a) || !isObject(b)) return canonicalJson(a ?? null) === canonicalJson(b ?? null) ? [] : [pointer];
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].flatMap((name) => differences(a[name], b[name], `${pointer}/${name}`));
}
