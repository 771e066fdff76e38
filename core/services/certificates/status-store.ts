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

export interface StatusEvent {
  readonly state: Columns['state'];
  readonly reason?: SuspensionReason;
  /** Actor id. */
  readonly actor: string;
  readonly at: string;
  readonly replacedBy?: string;
}

/** The ids of certificates that do not hold now, and when anything last changed. */
export interface NotHolding {
  readonly ended: readonly string[];
  readonly suspended: readonly string[];
  readonly updated?: string;
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

  /** The table refuses what follows an ending. */
  async add(trx: Knex.Transaction, id: string, { state, reason, actor, at, replacedBy }: StatusEvent): Promise<void> {
    const seq = ((await this.#last(trx, id))?.seq ?? 0) + 1;
    const row = { tenant: this.#tenant, id, seq, state, reason: reason ?? null, actor, at, replaced_by: replacedBy ?? null };
    await trx('certificate_status').insert(row);
  }

  async notHolding(db: Knex): Promise<NotHolding> {
    const rows: { id: string; state: Columns['state']; at: string }[] = await db('certificate_status')
      .where({ tenant: this.#tenant })
      .orderBy(['id', 'seq'])
      .select('id', 'state', 'at');
    const last = new Map(rows.map(({ id, state }) => [id, state]));
    const idsOf = (...states: Columns['state'][]) => [...last].filter(([, state]) => states.includes(state)).map(([id]) => id);
    const updated = rows
      .map(({ at }) => at)
      .sort()
      .at(-1);
    return { ended: idsOf('revoked', 'superseded'), suspended: idsOf('suspended'), ...(updated !== undefined && { updated }) };
  }

  async #last(db: Knex, id: string): Promise<Columns | undefined> {
    return db('certificate_status').where({ tenant: this.#tenant, id }).orderBy('seq', 'desc').first<Columns | undefined>();
  }
}
