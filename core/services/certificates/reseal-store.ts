import type { Knex } from 'knex';
import type { SealIntent } from '../../api/index.js';
import type { FormKey } from './form-keys.js';

/** What is sealed anew: one form of a certificate, with another key, at another instant. */
export interface ResealIntent {
  readonly id: string;
  readonly version: number;
  /** Empty in what was stored before forms had names. */
  readonly form: string;
  readonly keyId: string;
  /** In the place of what the first intent says. */
  readonly intent: FormKey & Pick<SealIntent, 'created'>;
}

export interface Reseal extends ResealIntent {
  readonly isStored: boolean;
}

/** A form as it was sealed last. */
export interface NewestSeal {
  readonly version: number;
  readonly credential: Readonly<Record<string, unknown>> | string;
}

type IntentColumns = Record<'id' | 'form' | 'key_id' | 'intent', string> & { readonly version: number; readonly stored_at: string | null };

/** Rows of one statement; SQLite takes 32,766 values. */
const CHUNK = 500;

/** The tables of what was sealed anew, of one tenant: rows are added and never changed. */
export class ResealStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** All of these certificates, the oldest first. */
  async of(db: Knex, ids: readonly string[]): Promise<readonly Reseal[]> {
    const rows: IntentColumns[] = await db('certificate_reseal_intent as i')
      .leftJoin('certificate_reseal as r', (on) =>
        on.on('r.tenant', 'i.tenant').andOn('r.id', 'i.id').andOn('r.version', 'i.version').andOn('r.form', 'i.form'),
      )
      .where('i.tenant', this.#tenant)
      .whereIn('i.id', ids)
      .orderBy(['i.id', 'i.version', 'i.form'])
      .select('i.id', 'i.version', 'i.form', 'i.key_id', 'i.intent', 'r.stored_at');
    return rows.map(({ id, version, form, key_id, intent, stored_at }) => {
      return { id, version, form, keyId: key_id, intent: JSON.parse(intent), isStored: stored_at !== null };
    });
  }

  async addIntents(trx: Knex.Transaction, intents: readonly ResealIntent[]): Promise<void> {
    const rows = intents.map(({ id, version, form, keyId, intent }) => {
      return { tenant: this.#tenant, id, version, form, key_id: keyId, intent: JSON.stringify(intent) };
    });
    await trx.batchInsert('certificate_reseal_intent', rows, CHUNK);
  }

  /** Of what was not stored before; the table refuses a second seal of one intent. */
  async add(trx: Knex.Transaction, seals: readonly (ResealIntent & { readonly credential: unknown })[], at: string): Promise<void> {
    const rows = seals.map(({ id, version, form, credential }) => {
      return { tenant: this.#tenant, id, version, form, credential: JSON.stringify(credential), stored_at: at };
    });
    await trx.batchInsert('certificate_reseal', rows, CHUNK);
  }

  /** By form, up to a version. */
  async newest(db: Knex, id: string, upTo?: number): Promise<ReadonlyMap<string, NewestSeal>> {
    const all = db('certificate_reseal').where({ tenant: this.#tenant, id }).orderBy('version').select('version', 'form', 'credential');
    const rows: { version: number; form: string; credential: string }[] = await (upTo === undefined
      ? all
      : all.where('version', '<=', upTo));
    return new Map(rows.map(({ form, version, credential }) => [form, { version, credential: JSON.parse(credential) }]));
  }
}
