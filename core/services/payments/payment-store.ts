import type { Knex } from 'knex';
import type { Payment, Settlement } from '../../api/index.js';
import type { Act } from './states.js';

export interface PaymentRow extends Payment {
  readonly owner: string;
  /** An act that was begun and whose end is not known. */
  readonly pending?: Act;
  readonly settlement?: Settlement;
  /** Without gaps within a scheme, from 1. */
  readonly receipt?: number;
}

/** The service's payments, of one tenant. */
export class PaymentStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  byId = (db: Knex, id: string): Promise<PaymentRow | undefined> => this.#first(db, { id });
  byAct = (db: Knex, act: string): Promise<PaymentRow | undefined> => this.#first(db, { act });

  async add(trx: Knex.Transaction, row: PaymentRow, at: string): Promise<void> {
    await trx('payment').insert({
      tenant: this.#tenant,
      id: row.id,
      scheme: row.scheme,
      purpose: JSON.stringify(row.purpose),
      amount: row.due.amount,
      currency: row.due.currency,
      state: row.state,
      act: row.act ?? null,
      owner: row.owner,
      opened_at: at,
    });
  }

  /** False when another request was first. */
  async bind(trx: Knex.Transaction, id: string, act: string): Promise<boolean> {
    return (await trx('payment').where({ tenant: this.#tenant, id }).whereNull('act').update({ act })) === 1;
  }

  /** Notes that `act` has begun, in a payment that is still as `row` says. */
  async begin(trx: Knex.Transaction, { id, state }: PaymentRow, act: Act, at: string): Promise<boolean> {
    const untouched = trx('payment').where({ tenant: this.#tenant, id, state }).whereNull('pending');
    return (await untouched.update({ pending: act, pending_since: at })) === 1;
  }

  async forget(trx: Knex.Transaction, id: string, act: Act): Promise<void> {
    await trx('payment').where({ tenant: this.#tenant, id, pending: act }).update({ pending: null, pending_since: null });
  }

  /** Ends the act that is pending. False when another request has ended it. */
  async end(trx: Knex.Transaction, id: string, act: Act, to: Payment['state'], more: object): Promise<boolean> {
    const mine = trx('payment').where({ tenant: this.#tenant, id, pending: act });
    return (await mine.update({ state: to, pending: null, pending_since: null, ...more })) === 1;
  }

  async nextReceipt(trx: Knex.Transaction, scheme: string): Promise<number> {
    const row = await trx('payment').where({ tenant: this.#tenant, scheme }).max({ last: 'receipt' }).first();
    return Number(row?.last ?? 0) + 1;
  }

  /** How many acts were begun before `instant` and have not ended. */
  async stuck(db: Knex, instant: string): Promise<number> {
    const row = await db('payment').where({ tenant: this.#tenant }).where('pending_since', '<', instant).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  async #first(db: Knex, where: Readonly<Record<string, unknown>>): Promise<PaymentRow | undefined> {
    const row = await db('payment')
      .where({ tenant: this.#tenant, ...where })
      .first<Record<string, string | number | null> | undefined>();
    return row && rowOf(row);
  }
}

function rowOf(row: Readonly<Record<string, string | number | null>>): PaymentRow {
  const text = (name: string) => String(row[name]);
  const { act, pending, account, reference, receipt } = row;
  return {
    id: text('id'),
    scheme: text('scheme'),
    purpose: JSON.parse(text('purpose')),
    due: { amount: text('amount'), currency: text('currency') },
    state: text('state') as Payment['state'],
    owner: text('owner'),
    ...(act !== null && { act: String(act) }),
    ...(pending !== null && { pending: pending as Act }),
    ...(account !== null && { settlement: { account: String(account), ...(reference !== null && { reference: String(reference) }) } }),
    ...(receipt !== null && { receipt: Number(receipt) }),
  };
}
