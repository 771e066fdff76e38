import type { Knex } from 'knex';
import type { CertificateStatus, SuspensionReason } from '../../api/index.js';

interface Columns {
  readonly seq: number;
  readonly state: CertificateStatus['state'];
  /** Null where the state is `active`. */
  readonly reason: SuspensionReason | null;
  readonly at: string;
  readonly replaced_by: string | null;
}

interface PlacedEvent extends Pick<Columns, 'state' | 'at'>, Record<'list' | 'place' | 'in_every_form', number | null> {
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

/** A bit that is set in a status list. */
export interface Placed {
  readonly list: number;
  readonly place: number;
  readonly purpose: 'revocation' | 'suspension';
}

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
    const row = { tenant: this.#tenant, id, seq, state, reason: reason ?? null, actor, at, replaced_by: replacedBy ?? null };
    await trx('certificate_status').insert(row);
  }

  /** Which certificates do not hold now: for the list of hashes those of which status lists do not tell in all forms, and for these their bits. */
  async notHolding(db: Knex): Promise<{ readonly hashed: NotHolding; readonly placed: readonly Placed[] }> {
    const rows = await this.#withPlaces(db);
    return { hashed: hashedOf(rows.filter(({ in_every_form }) => in_every_form !== 1)), placed: placedOf(rows) };
  }

  /** All that became of certificates, each in its order. */
  async #withPlaces(db: Knex): Promise<readonly PlacedEvent[]> {
    return db('certificate_status')
      .leftJoin('status_place', (on) =>
        on.on('certificate_status.tenant', 'status_place.tenant').andOn('certificate_status.id', 'status_place.id'),
      )
      .where({ 'certificate_status.tenant': this.#tenant })
      .orderBy(['certificate_status.id', 'certificate_status.seq'])
      .select('certificate_status.id', 'state', 'at', 'list', 'place', 'in_every_form');
  }

  async #last(db: Knex, id: string): Promise<Columns | undefined> {
    return db('certificate_status').where({ tenant: this.#tenant, id }).orderBy('seq', 'desc').first<Columns | undefined>();
  }
}

function hashedOf(rows: readonly PlacedEvent[]): NotHolding {
  const last = new Map(rows.map(({ id, state }) => [id, state]));
  const idsOf = (...states: Columns['state'][]) => [...last].filter(([, state]) => states.includes(state)).map(([id]) => id);
  const updated = rows
    .map(({ at }) => at)
    .sort()
    .at(-1);
  return { ended: idsOf('revoked', 'superseded'), suspended: idsOf('suspended'), ...(updated !== undefined && { updated }) };
}

function placedOf(rows: readonly PlacedEvent[]): readonly Placed[] {
  const last = new Map(rows.map((row) => [row.id, row]));
  return [...last.values()].flatMap(({ state, list, place }) => {
    if (list === null || place === null || state === 'active') return [];
    return [{ list, place, purpose: state === 'suspended' ? 'suspension' : 'revocation' }] as const;
  });
}
