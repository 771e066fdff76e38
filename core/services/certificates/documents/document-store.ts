import type { Knex } from 'knex';
import type { DocumentIntent } from '../../../api/index.js';

/** A recorded intent: everything that the signed credential depends on besides the key. */
export interface DocumentRow {
  readonly id: string;
  readonly owner: string;
  readonly intent: DocumentIntent;
  /** The credential's own id, where its status can be changed. */
  readonly credentialId?: string;
}

/** What the house has signed of what others wrote. All reads and writes are of one tenant. */
export class DocumentStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async addIntent(trx: Knex.Transaction, { id, owner, intent, credentialId }: DocumentRow): Promise<void> {
    const row = { id, owner, intent: JSON.stringify(intent), created_at: intent.created, credential_id: credentialId ?? null };
    await trx('document').insert({ tenant: this.#tenant, ...row });
  }

  async addCredential(trx: Knex.Transaction, id: string, credential: object, at: string): Promise<void> {
    await trx('document')
      .where({ tenant: this.#tenant, id })
      .update({ credential: JSON.stringify(credential), stored_at: at });
  }

  /** Those with a status that somebody was given under this id. */
  async issuedWithStatus(trx: Knex.Transaction, credentialId: string): Promise<readonly DocumentRow[]> {
    const rows: { id: string; owner: string; intent: string }[] = await trx('document')
      .where({ tenant: this.#tenant, credential_id: credentialId })
      .whereNotNull('credential')
      .orderBy('id')
      .select('id', 'owner', 'intent');
    return rows.map(({ id, owner, intent }) => ({ id, owner, intent: JSON.parse(intent), credentialId }));
  }
}
