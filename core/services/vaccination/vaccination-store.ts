import type { Knex } from 'knex';
import type { Purpose } from '../../api/index.js';

/** What was decided at the time of recording, so that a later manifest does not change what was promised. */
export interface Terms {
  /** Content hash of the credential type that the record was checked against. */
  readonly type: string;
  /** Chosen by the rules that held then; what is issued again after a crash is the same. */
  readonly template: string;
  /** Instance names of channels. */
  readonly deliver: readonly string[];
  readonly payer: string;
  /** The payment to open for it; none when nothing is due. */
  readonly charge?: { readonly scheme: string; readonly purpose: Purpose; readonly jobId: string };
  /** The payment that was used for it beforehand. */
  readonly paid?: string;
  readonly validUntil?: string;
}

export interface VaccinationRow {
  readonly id: string;
  readonly programme: string;
  readonly personKey: string;
  readonly doseNumber: number;
  readonly record: Readonly<Record<string, unknown>>;
  /** Scheme and assurance; never the identifier. */
  readonly identity: Readonly<Record<string, unknown>>;
  readonly terms: Terms;
  readonly recordedBy: string;
  /** RFC 3339, UTC. */
  readonly recordedAt: string;
  readonly certificateId: string;
  readonly jobId: string;
  readonly links?: Readonly<Record<string, string>>;
}

export type Dose = Pick<VaccinationRow, 'programme' | 'personKey' | 'doseNumber'>;

/** The service's table, of one tenant. */
export class VaccinationStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async byId(db: Knex, id: string): Promise<VaccinationRow | undefined> {
    return this.#first(db, { id });
  }

  async byDose(db: Knex, { programme, personKey, doseNumber }: Dose): Promise<VaccinationRow | undefined> {
    return this.#first(db, { programme, person_key: personKey, dose_number: doseNumber });
  }

  async add(trx: Knex.Transaction, row: VaccinationRow): Promise<void> {
    await trx('vaccination').insert({
      tenant: this.#tenant,
      id: row.id,
      programme: row.programme,
      person_key: row.personKey,
      dose_number: row.doseNumber,
      record: JSON.stringify(row.record),
      identity: JSON.stringify(row.identity),
      terms: JSON.stringify(row.terms),
      recorded_by: row.recordedBy,
      recorded_at: row.recordedAt,
      certificate_id: row.certificateId,
      job_id: row.jobId,
      links: null,
    });
  }

  /** False when the links had been kept before. */
  async keepLinks(trx: Knex.Transaction, id: string, links: Readonly<Record<string, string>>): Promise<boolean> {
    const changed = await trx('vaccination')
      .where({ tenant: this.#tenant, id })
      .whereNull('links')
      .update({ links: JSON.stringify(links) });
    return changed === 1;
  }

  async #first(db: Knex, where: Readonly<Record<string, unknown>>): Promise<VaccinationRow | undefined> {
    const row = await db('vaccination')
      .where({ tenant: this.#tenant, ...where })
      .first<Record<string, string> | undefined>();
    return row && rowOf(row);
  }
}

function rowOf(row: Readonly<Record<string, unknown>>): VaccinationRow {
  const text = (name: string) => String(row[name]);
  return {
    id: text('id'),
    programme: text('programme'),
    personKey: text('person_key'),
    doseNumber: Number(row.dose_number),
    record: JSON.parse(text('record')),
    identity: JSON.parse(text('identity')),
    terms: JSON.parse(text('terms')),
    recordedBy: text('recorded_by'),
    recordedAt: text('recorded_at'),
    certificateId: text('certificate_id'),
    jobId: text('job_id'),
    ...(row.links !== null && { links: JSON.parse(text('links')) }),
  };
}
