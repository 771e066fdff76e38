import type { Knex } from 'knex';
import type { CertificateStatus, Ending, RevocationReason } from '../../api/index.js';

interface Columns {
  readonly seq: number;
  readonly state: 'revoked' | 'superseded';
  readonly reason: RevocationReason;
  readonly at: string;
  readonly replaced_by: string | null;
}

export interface StatusEvent extends Ending {
  readonly state: Columns['state'];
  readonly at: string;
  readonly replacedBy?: string;
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
    return { state, reason, since: at, ...(replaced_by !== null && { replacedBy: replaced_by }) };
  }

  async add(trx: Knex.Transaction, id: string, { state, reason, actor, at, replacedBy }: StatusEvent): Promise<void> {
    const seq = ((await this.#last(trx, id))?.seq ?? 0) + 1;
    await trx('certificate_status').insert({ tenant: this.#tenant, id, seq, state, reason, actor, at, replaced_by: replacedBy ?? null });
  }

  /** The ids of all that have ended, and when the last one did. */
  async ended(db: Knex): Promise<{ readonly ids: readonly string[]; readonly updated?: string }> {
    const rows: { id: string; at: string }[] = await db('certificate_status').where({ tenant: this.#tenant }).select('id', 'at');
    const updated = rows
      .map(({ at }) => at)
      .sort()
      .at(-1);
    return { ids: [...new Set(rows.map(({ id }) => id))], ...(updated !== undefined && { updated }) };
  }

  async #last(db: Knex, id: string): Promise<Columns | undefined> {
    return db('certificate_status').where({ tenant: this.#tenant, id }).orderBy('seq', 'desc').first<Columns | undefined>();
  }
}
