import type { Knex } from 'knex';
import type { CertificateStatus, StatusListEntry, SuspensionReason } from '../../api/index.js';

interface Columns {
  readonly seq: number;
  readonly state: CertificateStatus['state'];
  /** Null where the state is `active`. */
  readonly reason: SuspensionReason | null;
  readonly at: string;
  readonly replaced_by: string | null;
}

export type StatusPurpose = StatusListEntry['statusPurpose'];

/** An event as verifiers are to be told of it. */
export interface ToldEvent extends Pick<Columns, 'state' | 'at'>, Record<'list' | 'place' | 'in_every_form' | 'position', number | null> {
  readonly id: string;
}

export interface StatusEvent {
  readonly state: Columns['state'];
  readonly reason?: SuspensionReason;
  /** Actor id. */
  readonly actor: string;
  readonly at: string;
  readonly replacedBy?: string;
}

/** The ids of certificates that do not hold now and for which the list of hashes is needed, and when it last changed. */
export interface NotHolding {
  readonly ended: readonly string[];
  readonly suspended: readonly string[];
  readonly updated?: string;
}

/** Rows that are read in one go. */
const PAGE = 1000;

/** What became of certificates, of one tenant: rows are added and never changed. */
export class StatusStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Of a certificate that exists: one without any event is active. */
  async current(db: Knex, id: string): Promise<CertificateStatus> {
    const row = await this.#last(db, id);
    if (!row) return { state: 'active' };
    const { state, reason, at, replaced_by } = row;
    return { state, ...(reason !== null && { reason }), since: at, ...(replaced_by !== null && { replacedBy: replaced_by }) };
  }

  /** Those of these certificates that were revoked or superseded, which is for ever. */
  async ended(db: Knex, ids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows: { id: string }[] = await db('certificate_status')
      .where({ tenant: this.#tenant })
      .whereIn('id', ids)
      .whereIn('state', ['revoked', 'superseded'])
      .select('id');
    return new Set(rows.map(({ id }) => id));
  }

  /** The table refuses what follows an ending. */
  async add(trx: Knex.Transaction, id: string, { state, reason, actor, at, replacedBy }: StatusEvent): Promise<void> {
    const seq = ((await this.#last(trx, id))?.seq ?? 0) + 1;
    const position = (await this.newest(trx)) + 1;
    const row = { tenant: this.#tenant, id, seq, state, reason: reason ?? null, actor, at, replaced_by: replacedBy ?? null, position };
    await trx('certificate_status').insert(row);
  }

  /** The position of the last event; 0 where none has one. */
  async newest(db: Knex): Promise<number> {
    const row = await db('certificate_status')
      .where({ tenant: this.#tenant })
      .max<{ newest: number | null }>({ newest: 'position' })
      .first();
    return row?.newest ?? 0;
  }

  /** The events after a position, in their order. */
  async events(db: Knex, after: number): Promise<readonly ToldEvent[]> {
    return this.#told(db).where('position', '>', after).orderBy('position');
  }

  /** All events, those of one certificate in their order: page by page, since all of them at once would hold up everybody else. */
  async *all(db: Knex): AsyncGenerator<readonly ToldEvent[]> {
    let page: readonly (ToldEvent & Pick<Columns, 'seq'>)[] = [];
    do {
      const { id, seq } = page.at(-1) ?? { id: '', seq: 0 };
      page = await this.#told(db)
        .whereRaw('(certificate_status.id, certificate_status.seq) > (?, ?)', [id, seq])
        .orderBy(['certificate_status.id', 'certificate_status.seq'])
        .limit(PAGE);
      yield page;
    } while (page.length === PAGE);
  }

  #told(db: Knex) {
    return db('certificate_status')
      .leftJoin('status_place', (on) =>
        on.on('certificate_status.tenant', 'status_place.tenant').andOn('certificate_status.id', 'status_place.id'),
      )
      .where({ 'certificate_status.tenant': this.#tenant })
      .select('certificate_status.id', 'certificate_status.seq', 'state', 'at', 'list', 'place', 'in_every_form', 'position');
  }

  async #last(db: Knex, id: string): Promise<Columns | undefined> {
    return db('certificate_status').where({ tenant: this.#tenant, id }).orderBy('seq', 'desc').first<Columns | undefined>();
  }
}
