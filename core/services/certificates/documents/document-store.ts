import type { Knex } from 'knex';
import type { DocumentIntent } from '../../../api/index.js';

/** A recorded intent: everything that the signed credential depends on besides the key. */
export interface DocumentRow {
  readonly id: string;
  readonly owner: string;
  readonly intent: DocumentIntent;
}

/** What the house has signed of what others wrote. All reads and writes are of one tenant. */
export class DocumentStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async addIntent(trx: Knex.Transaction, { id, owner, intent }: DocumentRow): Promise<void> {
    await trx('document').insert({ tenant: this.#tenant, id, owner, intent: JSON.stringify(intent), created_at: intent.created });
  }

  async addCredential(trx: Knex.Transaction, id: string, credential: object, at: string): Promise<void> {
    await trx('document')
      .where({ tenant: this.#tenant, id })
      .update({ credential: JSON.stringify(credential), stored_at: at });
  }
}
