import type { Knex } from 'knex';
import type { Payment, PaymentState, Purpose } from '../../api/index.js';
import type { ActName } from './state-machine.js';

/** An act that the scheme has been, or is being, asked for and that is not booked yet. */
export interface Intent {
  readonly id: string;
  readonly act: ActName;
  readonly actor: string;
  /** What the caller sent, encrypted: it may be worth money (a voucher's code). */
  readonly input: string;
  /** Who carries it out, until when; after that somebody else may. */
  readonly holder: string;
  readonly until: string;
}

export interface PaymentRow extends Payment {
  readonly payer: string;
  /** Actor id. */
  readonly owner: string;
  readonly openedAt: string;
  readonly intent?: Intent;
}

export interface PaymentActRow {
  readonly payment: string;
  readonly act: ActName | 'open' | 'use';
  readonly actor: string;
  readonly at: string;
  readonly account?: string;
  readonly reference?: string;
  /** Number of its ledger entry, where money moved. */
  readonly entry?: number;
}

/** The service's rows of payments, of one tenant. */
export class PaymentStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async byId(db: Knex, id: string): Promise<PaymentRow | undefined> {
    return this.#first(db, { id });
  }

  async byAct(db: Knex, act: string): Promise<PaymentRow | undefined> {
    return this.#first(db, { act });
  }

  async add(trx: Knex.Transaction, row: PaymentRow): Promise<void> {
    await trx('payment').insert({
      tenant: this.#tenant,
      id: row.id,
      scheme: row.scheme,
      programme: row.purpose.programme,
      dose_number: row.purpose.doseNumber,
      facility: row.purpose.facility ?? null,
      amount: row.due.amount,
      currency: row.due.currency,
      payer: row.payer,
      state: row.state,
      act: row.act ?? null,
      owner: row.owner,
      opened_at: row.openedAt,
    });
  }

  async bindAct(trx: Knex.Transaction, id: string, act: string): Promise<void> {
    await trx('payment').where({ tenant: this.#tenant, id }).whereNull('act').update({ act });
  }

  /** Moves a payment on and ends its intent. Throws an Error when it is not in `from` any more. */
  async moveOn(trx: Knex.Transaction, id: string, from: PaymentState, to: PaymentState): Promise<void> {
    const moved = await trx('payment')
      .where({ tenant: this.#tenant, id, state: from })
      .update({ state: to, ...intentColumns(undefined) });
    if (moved !== 1) throw new Error(`payment ${id} is not ${from} any more`);
  }

  async setIntent(trx: Knex.Transaction, id: string, intent: Intent): Promise<void> {
    await trx('payment').where({ tenant: this.#tenant, id }).update(intentColumns(intent));
  }

  /** Ends an intent (undefined), or holds it until another time, unless somebody else holds it by now. */
  async leaveIntent(trx: Knex.Transaction, id: string, intent: Intent, until: string | undefined): Promise<void> {
    await trx('payment')
      .where({ tenant: this.#tenant, id, intent_id: intent.id, intent_holder: intent.holder })
      .update(until === undefined ? intentColumns(undefined) : { intent_until: until });
  }

  async addAct(trx: Knex.Transaction, { account, reference, entry, ...row }: PaymentActRow): Promise<void> {
    await trx('payment_act').insert({
      tenant: this.#tenant,
      ...row,
      account: account ?? null,
      reference: reference ?? null,
      entry: entry ?? null,
    });
  }

  /** In the order in which they were done. */
  async acts(db: Knex, payment: string): Promise<PaymentActRow[]> {
    const rows = await db('payment_act').where({ tenant: this.#tenant, payment });
    const found = rows.map((row): PaymentActRow => {
      const { act, actor, at } = row;
      const settled = {
        ...(row.account !== null && { account: row.account }),
        ...(row.reference !== null && { reference: row.reference }),
      };
      return { payment, act, actor, at, ...settled, ...(row.entry !== null && { entry: Number(row.entry) }) };
    });
    return found.sort((a, b) => a.at.localeCompare(b.at) || ORDER.indexOf(a.act) - ORDER.indexOf(b.act));
  }

  /** How many acts have waited to be finished since before `instant`. */
  async waitingSince(db: Knex, instant: string): Promise<number> {
    const row = await db('payment').where({ tenant: this.#tenant }).where('intent_until', '<', instant).count({ count: '*' }).first();
    return Number(row?.count ?? 0);
  }

  async #first(db: Knex, where: Readonly<Record<string, unknown>>): Promise<PaymentRow | undefined> {
    const row = await db('payment')
      .where({ tenant: this.#tenant, ...where })
      .first('*', db.raw('cast(amount as text) as amount_text'));
    return row && rowOf(row);
  }
}

const ORDER: readonly PaymentActRow['act'][] = ['open', 'authorize', 'capture', 'use', 'cancel', 'refund'];

function intentColumns(intent: Intent | undefined) {
  return {
    intent_id: intent?.id ?? null,
    intent_act: intent?.act ?? null,
    intent_actor: intent?.actor ?? null,
    intent_input: intent?.input ?? null,
    intent_holder: intent?.holder ?? null,
    intent_until: intent?.until ?? null,
  };
}

function rowOf(row: Readonly<Record<string, unknown>>): PaymentRow {
  const text = (name: string) => String(row[name]);
  const purpose: Purpose = {
    programme: text('programme'),
    doseNumber: Number(row.dose_number),
    ...(row.facility !== null && { facility: text('facility') }),
  };
  const intent = row.intent_id !== null && {
    id: text('intent_id'),
    act: text('intent_act') as ActName,
    actor: text('intent_actor'),
    input: text('intent_input'),
    holder: text('intent_holder'),
    until: text('intent_until'),
  };
  return {
    id: text('id'),
    scheme: text('scheme'),
    purpose,
    due: { amount: text('amount_text'), currency: text('currency') },
    payer: text('payer'),
    state: text('state') as PaymentState,
    ...(row.act !== null && { act: text('act') }),
    owner: text('owner'),
    openedAt: text('opened_at'),
    ...(intent && { intent }),
  };
}
