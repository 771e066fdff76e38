import { randomBytes } from 'node:crypto';
import type { Knex } from 'knex';
import { LIST_ENTRIES, placeOf } from './status-permutation.js';

/** A certificate's place: the same in the lists of all purposes. */
export interface StatusPlace {
  readonly list: number;
  readonly place: number;
}

/** A certificate that is to have a place. */
export interface Placing {
  readonly id: string;
  readonly inEveryForm: boolean;
}

/** A list as it was last signed. */
export interface SignedList {
  readonly name: string;
  readonly content: string;
  readonly key: string;
  readonly signedAt: string;
  readonly validUntil: string;
  /** The credential as JSON text. */
  readonly credential: string;
}

interface ListRow {
  readonly list: number;
  readonly seed: string;
  readonly used: number;
}

/** A new list is opened while the last one still has this much room, so that it is published before it is needed. */
const ALMOST_FULL = LIST_ENTRIES - 10_000;

/** The tables of status lists, of one tenant. */
export class StatusListStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Gives each certificate a place in the first list that has room: one counter moves, and no place is looked for. */
  async allocate(trx: Knex.Transaction, placing: readonly Placing[]): Promise<readonly (Placing & StatusPlace)[]> {
    const placed: (Placing & StatusPlace)[] = [];
    while (placed.length < placing.length) {
      const open = await trx('status_list')
        .where({ tenant: this.#tenant })
        .where('used', '<', LIST_ENTRIES)
        .orderBy('list')
        .first<ListRow | undefined>();
      const { list, seed, used } = open ?? (await this.#addList(trx));
      const key = Buffer.from(seed, 'base64url');
      const here = placing.slice(placed.length, placed.length + LIST_ENTRIES - used);
      placed.push(...here.map((one, at) => ({ ...one, list, place: placeOf(used + at, key) })));
      await trx('status_list')
        .where({ tenant: this.#tenant, list })
        .update({ used: used + here.length });
    }
    const rows = placed.map(({ id, list, place, inEveryForm }) => ({
      tenant: this.#tenant,
      id,
      list,
      place,
      in_every_form: inEveryForm ? 1 : 0,
    }));
    if (rows.length > 0) await trx('status_place').insert(rows);
    return placed;
  }

  /** The numbers of all lists, with one among them that has room. */
  async lists(trx: Knex.Transaction): Promise<readonly number[]> {
    const rows: ListRow[] = await trx('status_list').where({ tenant: this.#tenant }).orderBy('list');
    const hasRoom = rows.some(({ used }) => used < ALMOST_FULL);
    return [...rows, ...(hasRoom ? [] : [await this.#addList(trx)])].map(({ list }) => list);
  }

  async #addList(trx: Knex.Transaction): Promise<ListRow> {
    const last = await trx('status_list').where({ tenant: this.#tenant }).max<{ list: number | null }>({ list: 'list' }).first();
    const row = { list: (last?.list ?? 0) + 1, seed: randomBytes(16).toString('base64url'), used: 0 };
    await trx('status_list').insert({ tenant: this.#tenant, ...row });
    return row;
  }

  async signed(db: Knex, name: string): Promise<SignedList | undefined> {
    const row = await db('status_list_credential').where({ tenant: this.#tenant, name }).first();
    return row && { ...row, signedAt: row.signed_at, validUntil: row.valid_until };
  }

  async keep(trx: Knex.Transaction, { name, content, key, signedAt, validUntil, credential }: SignedList): Promise<void> {
    const row = { tenant: this.#tenant, name, content, key, signed_at: signedAt, valid_until: validUntil, credential };
    await trx('status_list_credential').insert(row).onConflict(['tenant', 'name']).merge();
  }
}
