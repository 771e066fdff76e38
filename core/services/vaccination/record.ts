import { v7 as uuidv7 } from 'uuid';
import {
  type Actor,
  type Certificates,
  type Clock,
  canonicalJson,
  contentHash,
  type Fault,
  type IdentityUse,
  isRefusal,
  type Logger,
  Refusal,
  type VaccinationInput,
} from '../../api/index.js';
import type { Audit, KeyedHash, Outbox, Storage } from '../../internal/index.js';
import { implausibilities } from './plausibility.js';
import { chooseIdentity, chooseProgramme, type Programme, type ProgrammeConfig, type Providers } from './programmes.js';
import type { Terms, VaccinationRow, VaccinationStore } from './vaccination-store.js';

export const ISSUE_QUEUE = 'vaccination.issue';
const DAY = 86_400_000;

export interface Recording {
  readonly tenant: string;
  readonly programmes: Readonly<Record<string, ProgrammeConfig>>;
  readonly providers: Providers;
  readonly certificates: Certificates;
  readonly keyedHash: KeyedHash;
  readonly storage: Storage;
  readonly store: VaccinationStore;
  readonly outbox: Outbox;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Recorded {
  readonly row: VaccinationRow;
  readonly isNew: boolean;
  readonly warnings: readonly Fault[];
}

/**
 * Records one dose: programme → schema → plausibility → person → price → record and job in one transaction.
 *
 * The same content again gives the record that exists. Throws a Refusal as `Vaccinations.record` says.
 */
export async function recordVaccination(recording: Recording, input: VaccinationInput, actor: Actor): Promise<Recorded> {
  const { clock, certificates, providers, log } = recording;
  const programme = chooseProgramme(recording.programmes, input.programme);
  const { type } = await pointing('/record', () => certificates.check(input.record));
  const warnings = checkPlausibility(input, clock.now());
  const doseNumber = input.record.doseNumber as number;
  const person = await identifyPerson(recording, programme, input, {
    programme: programme.name,
    claims: [],
    actor: actor.id,
    act: contentHash([programme.name, input.record]),
  });
  const price = await providers.payments[programme.payment]?.quote({ programme: programme.name, doseNumber });
  const now = clock.now();
  const terms: Terms = {
    type,
    template: programme.template,
    deliver: programme.deliver,
    payer: price?.payer ?? 'unknown',
    ...(programme.validForDays !== undefined && { validUntil: new Date(now.getTime() + programme.validForDays * DAY).toISOString() }),
  };
  const draft = {
    id: uuidv7(),
    programme: programme.name,
    ...person,
    doseNumber,
    record: input.record,
    terms,
    recordedBy: actor.id,
    recordedAt: now.toISOString(),
    certificateId: uuidv7(),
  };
  log.debug({ stage: 'vaccination.checked', vaccination: draft.id }, 'checked');
  const row = await keep(recording, draft);
  const isNew = row.id === draft.id;
  if (!isNew) refuseConflict(row, draft.record);
  log.debug({ stage: 'vaccination.recorded', vaccination: row.id }, 'recorded');
  return { row, isNew, warnings };
}

/** What a part says of its own piece of the input, as pointers into the whole. */
async function pointing<T>(prefix: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const errors = error.errors.map((fault) => ({ ...fault, pointer: prefix + fault.pointer }));
    throw new Refusal(error.status, error.code, error.message, { errors, headers: error.headers });
  }
}

function checkPlausibility({ record, implausible = 'refuse' }: VaccinationInput, now: Date): readonly Fault[] {
  const faults = implausibilities(record, now).map((fault) => ({ ...fault, pointer: `/record${fault.pointer}` }));
  if (faults.length > 0 && implausible === 'refuse') {
    throw new Refusal(422, 'RECORD_IMPLAUSIBLE', 'The record fits its schema but makes no sense.', { errors: faults });
  }
  return faults;
}

/** The identifier itself goes no further than this function. */
async function identifyPerson(
  { tenant, providers, keyedHash }: Recording,
  programme: Programme,
  { identity }: VaccinationInput,
  use: IdentityUse,
): Promise<Pick<VaccinationRow, 'personKey' | 'identity'>> {
  const { name, provider } = chooseIdentity(programme, providers.identities, identity.provider);
  const { scheme, subject, assurance } = await pointing('/identity/input', () => provider.identify(identity.input, use));
  return { personKey: await keyedHash.hash('person', tenant, scheme, subject), identity: { provider: name, scheme, ...assurance } };
}

/** Writes record, job and audit entry together, or gives the record that this dose already has. */
async function keep({ storage, store, outbox, audit, log }: Recording, draft: Omit<VaccinationRow, 'jobId'>): Promise<VaccinationRow> {
  return storage.transaction(async (trx) => {
    const earlier = await store.byDose(trx, draft);
    if (earlier) return earlier;
    const jobId = await outbox.add(trx, { queue: ISSUE_QUEUE, subject: draft.id, data: { vaccinationId: draft.id } });
    const row = { ...draft, jobId };
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

/** Other content for a dose that is recorded is a conflict; it names fields and never what stands in them. */
function refuseConflict(row: VaccinationRow, record: Readonly<Record<string, unknown>>): void {
  const pointers = differences(row.record, record);
  if (pointers.length === 0) return;
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
