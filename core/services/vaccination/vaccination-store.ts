import type { Knex } from 'knex';
import type { Purpose, RevocationReason } from '../../api/index.js';

/** What was decided at the time of recording, so that a later manifest does not change what was promised. */
export interface Terms {
  /** Content hash of the credential type that the record was checked against. */
  readonly type: string;
  /** Chosen by the rules that held then; what is issued again after a crash is the same. */
  readonly template: string;
  /** Absent in rows from before programmes had formats, and where the settings of certificates decide. */
  readonly formats?: readonly string[];
  /** Instance names of channels. */
  readonly deliver: readonly string[];
  readonly payer: string;
  /** The payment to open for it; none when nothing is due. */
  readonly charge?: { readonly scheme: string; readonly purpose: Purpose; readonly jobId: string };
  /** The payment that was used for it beforehand. */
  readonly paid?: string;
  readonly validUntil?: string;
}

/** Why a version took the place of the one before, and which certificate its own replaces. */
export interface Correction {
  readonly reason: RevocationReason;
  /** Actor id. */
  readonly actor: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly replaces: string;
}

export interface VaccinationRow {
  readonly id: string;
  /** 1, and one more with every correction. */
  readonly version: number;
  /** What brought the version; none in the first. */
  readonly correction?: Correction;
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
      identity: JSON.stringify(row.identity),
      recorded_by: row.recordedBy,
      recorded_at: row.recordedAt,
      ...changing(row),
    });
  }

  /** Puts a new version in the place of the one before, which the history keeps. */
  async replace(trx: Knex.Transaction, row: VaccinationRow): Promise<void> {
    const key = { tenant: this.#tenant, id: row.id };
    const columns = ['tenant', 'id', 'version', 'record', 'terms', 'certificate_id', 'correction'];
    const earlier = await trx('vaccination').where(key).first(columns);
    await trx('vaccination_history').insert({ ...earlier, ended_at: row.correction?.at });
    await trx('vaccination').where(key).update(changing(row));
  }

  /** The versions that were corrected since, the first one first. */
  async history(db: Knex, id: string): Promise<readonly EarlierVersion[]> {
    const rows = await db('vaccination_history').where({ tenant: this.#tenant, id }).orderBy('version');
    return rows.map((row: Record<string, unknown>) => ({
      version: Number(row.version),
      record: JSON.parse(String(row.record)),
      certificateId: String(row.certificate_id),
      ...(row.correction !== null && { correction: JSON.parse(String(row.correction)) }),
    }));
  }

  /** What is recorded of a person in a programme, by dose. */
  async ofPerson(db: Knex, { programme, personKey }: Omit<Dose, 'doseNumber'>): Promise<readonly VaccinationRow[]> {
    const where = { tenant: this.#tenant, programme, person_key: personKey };
    return (await db('vaccination').where(where).orderBy('dose_number')).map(rowOf);
  }

  /** False when the links of this version had been kept before. */
  async keepLinks(trx: Knex.Transaction, { id, version }: VaccinationRow, links: Readonly<Record<string, string>>): Promise<boolean> {
    const changed = await trx('vaccination')
      .where({ tenant: this.#tenant, id, version })
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

/** A version that has been corrected. */
export type EarlierVersion = Pick<VaccinationRow, 'version' | 'record' | 'certificateId' | 'correction'>;

/** The columns of what a correction changes. */
function changing(row: VaccinationRow) {
  return {
    version: row.version,
    record: JSON.stringify(row.record),
    terms: JSON.stringify(row.terms),
    correction: row.correction ? JSON.stringify(row.correction) : null,
    certificate_id: row.certificateId,
    job_id: row.jobId,
    links: null,
  };
}

function rowOf(row: Readonly<Record<string, unknown>>): VaccinationRow {
  const text = (name: string) => String(row[name]);
  return {
    id: text('id'),
    version: Number(row.version),
    ...(row.correction !== null && { correction: JSON.parse(text('correction')) }),
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
