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

interface PlacedEvent extends Pick<Columns, 'state' | 'at' | 'seq'>, Record<'list' | 'place' | 'in_every_form', number | null> {
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
    const row = { tenant: this.#tenant, id, seq, state, reason: reason ?? null, actor, at, replaced_by: replacedBy ?? null };
    await trx('certificate_status').insert(row);
  }

  /** Which certificates do not hold now: for the list of hashes those of which status lists do not tell in all forms, and for these their bits. */
  async notHolding(db: Knex): Promise<{ readonly hashed: NotHolding; readonly placed: readonly Placed[] }> {
    const found = new Gathered();
    for (let page: readonly PlacedEvent[] | undefined; page === undefined || page.length === PAGE; ) {
      page = await this.#withPlaces(db, page?.at(-1));
      for (const event of page) found.add(event);
    }
    return found.end();
  }

  /** What became of certificates, each in its order: a page of it, since all of it would hold up everybody else. */
  async #withPlaces(db: Knex, after: Pick<PlacedEvent, 'id' | 'seq'> = { id: '', seq: 0 }): Promise<readonly PlacedEvent[]> {
    return db('certificate_status')
      .leftJoin('status_place', (on) =>
        on.on('certificate_status.tenant', 'status_place.tenant').andOn('certificate_status.id', 'status_place.id'),
      )
      .where({ 'certificate_status.tenant': this.#tenant })
      .whereRaw('(certificate_status.id, certificate_status.seq) > (?, ?)', [after.id, after.seq])
      .limit(PAGE)
      .orderBy(['certificate_status.id', 'certificate_status.seq'])
      .select('certificate_status.id', 'certificate_status.seq', 'state', 'at', 'list', 'place', 'in_every_form');
  }

  async #last(db: Knex, id: string): Promise<Columns | undefined> {
    return db('certificate_status').where({ tenant: this.#tenant, id }).orderBy('seq', 'desc').first<Columns | undefined>();
  }
}

/** What certificates do not hold, of all that became of them: each in its order, one after the other. */
class Gathered {
  readonly #ended: string[] = [];
  readonly #suspended: string[] = [];
  readonly #placed: Placed[] = [];
  #updated: string | undefined;
  /** The newest of the certificate that is being told of. */
  #last: PlacedEvent | undefined;

  add(event: PlacedEvent): void {
    if (event.id !== this.#last?.id) this.#settle();
    this.#last = event;
    const isOlder = this.#updated !== undefined && event.at <= this.#updated;
    if (event.in_every_form !== 1 && !isOlder) this.#updated = event.at;
  }

  end(): { readonly hashed: NotHolding; readonly placed: readonly Placed[] } {
    this.#settle();
    const updated = this.#updated !== undefined && { updated: this.#updated };
    return { hashed: { ended: this.#ended, suspended: this.#suspended, ...updated }, placed: this.#placed };
  }

  #settle(): void {
    if (!this.#last || this.#last.state === 'active') return;
    const { id, state, list, place, in_every_form: inEveryForm } = this.#last;
    const isSuspended = state === 'suspended';
    if (inEveryForm !== 1) (isSuspended ? this.#suspended : this.#ended).push(id);
    if (list !== null && place !== null) this.#placed.push({ list, place, purpose: isSuspended ? 'suspension' : 'revocation' });
  }
}
