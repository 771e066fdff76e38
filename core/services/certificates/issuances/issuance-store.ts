import type { Knex } from 'knex';
import type { Fault } from '../../../api/index.js';
import { VACCINATION } from '../type-settings.js';

export interface Issuance {
  readonly id: string;
  readonly content: string;
  readonly owner: string;
  /** The name of the type of credential. */
  readonly type: string;
  readonly template: string;
  readonly validUntil?: string;
  readonly acceptedAt: string;
  /** How many were posted, and what became of those that have an outcome. */
  readonly records: number;
  readonly issued: number;
  readonly refused: number;
  readonly doneAt?: string;
}

/** Records that one job issues. */
export interface Slice {
  /** The place of its first record in what was posted, from 0. */
  readonly first: number;
  /** A JSON array, encrypted. */
  readonly records: string;
}

/** What became of one record: it has a certificate, or faults. */
export interface Item {
  readonly index: number;
  readonly certificateId?: string;
  readonly faults?: readonly Fault[];
}

export interface ItemQuery {
  readonly outcome?: 'issued' | 'refused';
  /** Items behind this one; -1 for the first page. */
  readonly after: number;
  readonly limit: number;
}

interface Row {
  readonly id: string;
  readonly content: string;
  readonly owner: string;
  readonly type: string | null;
  readonly template: string;
  readonly valid_until: string | null;
  readonly accepted_at: string;
  readonly records: unknown;
  readonly issued: unknown;
  readonly refused: unknown;
  readonly done_at: string | null;
}

/** Issuances of one tenant. */
export class IssuanceStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  find(db: Knex, id: string): Promise<Issuance | undefined> {
    return this.#one(db, { id });
  }

  byRequestKey(db: Knex, requestKey: string): Promise<Issuance | undefined> {
    return this.#one(db, { request_key: requestKey });
  }

  async #one(db: Knex, where: object): Promise<Issuance | undefined> {
    const row = await db('issuance')
      .where({ tenant: this.#tenant, ...where })
      .first<Row | undefined>();
    return row && issuanceOf(row);
  }

  async add(trx: Knex.Transaction, requestKey: string, issuance: Issuance, slices: readonly Slice[]): Promise<void> {
    const { id, content, owner, type, template, validUntil, acceptedAt, records, issued, refused } = issuance;
    const tenant = this.#tenant;
    const row = { tenant, id, request_key: requestKey, content, owner, type, template, records, issued, refused };
    await trx('issuance').insert({ ...row, valid_until: validUntil ?? null, accepted_at: acceptedAt, done_at: null });
    await trx('issuance_slice').insert(slices.map((slice) => ({ tenant, issuance: id, ...slice })));
  }

  /** The records from `first` on, encrypted; undefined when they have their outcomes. */
  async slice(db: Knex, issuance: string, first: number): Promise<string | undefined> {
    const row = await db('issuance_slice')
      .where({ tenant: this.#tenant, issuance, first })
      .first<{ records: string } | undefined>('records');
    return row?.records;
  }

  /** Forgets what was posted and keeps what became of it. False when another process has done so: then nothing is changed. */
  async settle(trx: Knex.Transaction, issuance: string, first: number, items: readonly Item[]): Promise<boolean> {
    const tenant = this.#tenant;
    if ((await trx('issuance_slice').where({ tenant, issuance, first }).delete()) === 0) return false;
    await trx('issuance_item').insert(
      items.map(({ index, certificateId, faults }) => ({
        tenant,
        issuance,
        item: index,
        certificate_id: certificateId ?? null,
        faults: faults ? JSON.stringify(faults) : null,
      })),
    );
    const refused = items.filter(({ faults }) => faults).length;
    const counts = { issued: trx.raw('issued + ?', [items.length - refused]), refused: trx.raw('refused + ?', [refused]) };
    await trx('issuance').where({ tenant, id: issuance }).update(counts);
    return true;
  }

  async end(trx: Knex.Transaction, id: string, at: string): Promise<void> {
    await trx('issuance').where({ tenant: this.#tenant, id }).update({ done_at: at });
  }

  /** Items with an outcome, in the order in which they were posted, with the numbers of their certificates. */
  async items(db: Knex, issuance: string, { outcome, after, limit }: ItemQuery): Promise<readonly (Item & { readonly number?: string })[]> {
    const rows: { item: unknown; certificate_id: string | null; faults: string | null; number: string | null }[] = await db('issuance_item')
      .leftJoin('certificate_intent', (on) =>
        on.on('issuance_item.tenant', 'certificate_intent.tenant').andOn('issuance_item.certificate_id', 'certificate_intent.id'),
      )
      .where({ 'issuance_item.tenant': this.#tenant, issuance })
      .where('item', '>', after)
      .modify((query) => {
        if (outcome === 'issued') query.whereNotNull('certificate_id');
        if (outcome === 'refused') query.whereNotNull('faults');
      })
      .orderBy('item')
      .limit(limit)
      .select('item', 'certificate_id', 'faults', 'number');
    return rows.map(({ item, certificate_id, faults, number }) => ({
      index: Number(item),
      ...(certificate_id !== null && { certificateId: certificate_id }),
      ...(number !== null && { number }),
      ...(faults !== null && { faults: JSON.parse(faults) }),
    }));
  }
}

function issuanceOf({ id, content, owner, type, template, valid_until, accepted_at, records, issued, refused, done_at }: Row): Issuance {
  return {
    id,
    content,
    owner,
    type: type ?? VACCINATION,
    template,
    ...(valid_until !== null && { validUntil: valid_until }),
    acceptedAt: accepted_at,
    records: Number(records),
    issued: Number(issued),
    refused: Number(refused),
    ...(done_at !== null && { doneAt: done_at }),
  };
}
