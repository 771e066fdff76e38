import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import { type Actor, type CorrectionInput, type Fault, pointing, Refusal } from '../../api/index.js';
import { ISSUE_QUEUE, issueDataOf } from './issue-job.js';
import { identifyPerson } from './person.js';
import { implausibilities } from './plausibility.js';
import { chooseProgramme, formatsOf } from './programmes.js';
import { differences, type Recorded, type Recording, refuseImplausible } from './record.js';
import type { VaccinationRow } from './vaccination-store.js';

/**
 * Gives a recorded dose other content: the old version goes to the history, the new one gets a certificate of its own, and
 * that supersedes the old one's. What was promised otherwise (template, channels, validity, price) stays as it was.
 *
 * The same content again changes nothing. Throws a Refusal as `Vaccinations.correct` says.
 */
export async function correctVaccination(recording: Recording, input: CorrectionInput, actor: Actor): Promise<Recorded> {
  const { clock, certificates, log, storage } = recording;
  const { row, doubts } = await find(recording, input, actor);
  const { version } = input.of as { readonly version?: number };
  const pointers = differences(row.record, input.record);
  // Before the version is looked at: whoever asks again has seen the one before.
  if (pointers.length === 0) return { row, isNew: false, warnings: [] };
  if (version !== undefined && version !== row.version) throw stale();
  if (pointers.includes('/doseNumber')) throw doseFixed();

  const { type } = await pointing('/record', () => certificates.check(input.record, formatsOf(row.terms)));
  const senseless = implausibilities(input.record, clock.now()).map((fault) => ({ ...fault, pointer: `/record${fault.pointer}` }));
  const warnings = [...senseless, ...doubts];
  refuseImplausible(input, warnings);
  await assertCorrectable(recording, row);

  const at = clock.now().toISOString();
  const data = await issueDataOf(recording, row.id, row.version + 1, input.recipient);
  const kept = await storage.transaction(async (trx) => {
    const now = await recording.store.byId(trx, row.id);
    if (now?.version !== row.version) return undefined;
    const jobId = await recording.outbox.add(trx, { queue: ISSUE_QUEUE, subject: row.id, data });
    return keep(recording, trx, {
      ...row,
      version: row.version + 1,
      record: input.record,
      terms: { ...row.terms, type },
      correction: { reason: input.reason, actor: actor.id, at, replaces: row.certificateId },
      certificateId: uuidv7(),
      jobId,
    });
  });
  if (!kept) throw stale();
  log.debug({ stage: 'vaccination.corrected', vaccination: row.id }, 'corrected');
  return { row: kept, isNew: true, warnings };
}

async function keep({ store, audit, log }: Recording, trx: Knex.Transaction, row: VaccinationRow): Promise<VaccinationRow> {
  const { links: _, ...corrected } = row;
  await store.replace(trx, corrected);
  const { reason, actor, replaces } = row.correction!;
  const detail = { version: row.version, reason, certificate: row.certificateId, replaces };
  await audit.append(trx, { actor, action: 'vaccination.corrected', subject: row.id, detail });
  log.debug({ stage: 'vaccination.correcting', vaccination: row.id }, 'correcting');
  return corrected;
}

/** The record by its id, or by the person whom the programme's provider finds and the dose that the new content names. */
async function find(
  recording: Recording,
  { of, record }: CorrectionInput,
  actor: Actor,
): Promise<{ readonly row: VaccinationRow; readonly doubts: readonly Fault[] }> {
  const { store, storage } = recording;
  if ('id' in of) {
    const row = await store.byId(storage.knex, of.id);
    if (!row) throw unknown();
    return { row, doubts: [] };
  }
  const programme = chooseProgramme(recording.programmes, of.programme);
  const { personKey, doubts } = await identifyPerson(recording, programme, { identity: of.identity, record }, actor.id);
  const row = await store.byDose(storage.knex, { programme: programme.name, personKey, doseNumber: Number(record.doseNumber) });
  if (!row) throw unknown();
  return { row, doubts };
}

/** What has no certificate yet is soon corrected; what was revoked is not mended by a new one, nor a suspension lifted. */
async function assertCorrectable({ certificates }: Recording, row: VaccinationRow): Promise<void> {
  const certificate = row.links && (await certificates.find(row.certificateId));
  if (!certificate) {
    throw new Refusal(409, 'CERTIFICATE_PENDING', 'The certificate of this record is being issued. Correct it when that is done.', {
      headers: { 'retry-after': '2' },
    });
  }
  if (certificate.status.state === 'revoked')
    throw new Refusal(409, 'CERTIFICATE_REVOKED', 'The certificate of this record has been revoked, so that no other one takes its place.');
  if (certificate.status.state === 'suspended')
    throw new Refusal(
      409,
      'CERTIFICATE_SUSPENDED',
      'The certificate of this record is suspended. Correct the record once it is reinstated.',
    );
}

const unknown = () => new Refusal(404, 'VACCINATION_UNKNOWN', 'There is no such vaccination.');
const stale = () => new Refusal(412, 'VERSION_STALE', 'The record is at another version by now. Read it again, then decide.');
const doseFixed = () =>
  new Refusal(422, 'DOSE_FIXED', 'A correction keeps the number of the dose.', {
    errors: [
      {
        pointer: '/record/doseNumber',
        code: 'DOSE_FIXED',
        detail: 'the recorded dose has another number',
        fix: 'Revoke the certificate of the wrong dose, and record the right one.',
      },
    ],
  });
