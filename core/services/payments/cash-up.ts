import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';
import { isMoney, type Money, type PaymentScheme, tillOf } from '../../api/index.js';
import type { Storage } from '../../internal/index.js';
import { cashedUp, schemeAccount } from './accounts.js';
import type { Books } from './bookkeeping.js';
import { appendEntry, balanceOf, lastEntry } from './ledger.js';
import { schemeNamed } from './opening.js';
import { refuse } from './refusals.js';

export interface CashUp {
  readonly id: string;
  readonly scheme: string;
  /** The till that was emptied. */
  readonly account: string;
  readonly currency: string;
  /** Counted from 1 for each till and currency. */
  readonly sequence: number;
  /** Number of the last ledger entry that it takes in. */
  readonly closes: number;
  readonly expected: bigint;
  readonly counted: bigint;
  readonly actor: string;
  readonly at: string;
}

export interface CashUpRequest {
  readonly scheme: string;
  readonly counted: Money;
  /** The number that it is to have; without it, the next one. */
  readonly sequence?: number;
  readonly actor: string;
}

/**
 * Empties the clerk's own till into the safe, with what is over or short, and closes it up to here. Whoever sends `sequence`
 * gets the same cash-up for the same count, however often it is sent. Throws a Refusal: 409 when nothing moved since the last
 * one or the number is not the next, 422 for a scheme or money that does not exist.
 */
export async function cashUp(
  books: Books & { readonly storage: Storage; readonly schemes: Readonly<Record<string, PaymentScheme>> },
  request: CashUpRequest,
): Promise<{ readonly cashUp: CashUp; readonly isNew: boolean }> {
  const { tenant, storage, clock } = books;
  const { scheme, counted, actor } = request;
  schemeNamed(books.schemes, scheme);
  if (!isMoney(counted)) throw refuse('MONEY_INVALID', { pointer: '/counted/currency' });
  const { currency } = counted;
  const account = schemeAccount(scheme, tillOf(actor));
  return storage.transaction(async (trx) => {
    const last = await lastCashUp(trx, tenant, account, currency);
    const sequence = (last?.sequence ?? 0) + 1;
    const asked = request.sequence ?? sequence;
    if (last && asked === last.sequence && last.counted === BigInt(counted.amount)) return { cashUp: last, isNew: false };
    if (asked !== sequence) throw refuse('CASH_UP_SEQUENCE');
    const { amount: expected, lines } = await balanceOf(trx, { tenant, account, currency, after: last?.closes ?? 0 });
    if (lines === 0) throw refuse('CASH_UP_NOTHING_SINCE', { ...(last && { fix: `The last one is /v1/cash-ups/${last.id}.` }) });
    const made = {
      id: uuidv7(),
      scheme,
      account,
      currency,
      sequence,
      expected,
      counted: BigInt(counted.amount),
      actor,
      at: clock.now().toISOString(),
    };
    return { cashUp: await book(books, trx, made), isNew: true };
  });
}

async function book({ tenant, audit }: Books, trx: Knex.Transaction, made: Omit<CashUp, 'closes'>): Promise<CashUp> {
  const { id, account, currency, expected, counted, actor, at } = made;
  const lines = cashedUp(account, currency, expected, counted);
  // What was taken and given back again leaves nothing to book.
  const entry = lines.length > 0 ? await appendEntry(trx, tenant, { kind: 'cashed-up', subject: id, actor, at, lines }) : undefined;
  const whole = { ...made, closes: entry?.seq ?? (await lastEntry(trx, tenant)) };
  await trx('cash_up').insert({ tenant, ...whole, expected: String(expected), counted: String(counted) });
  const detail = { sequence: made.sequence, ...(entry && { entry: entry.seq, hash: entry.hash }) };
  await audit.append(trx, { actor, action: 'cash-up.booked', subject: id, detail });
  return whole;
}

async function lastCashUp(db: Knex, tenant: string, account: string, currency: string): Promise<CashUp | undefined> {
  const row = await select(db).where({ tenant, account, currency }).orderBy('sequence', 'desc').first();
  return row && cashUpOf(row);
}

export async function cashUpById(db: Knex, tenant: string, id: string): Promise<CashUp | undefined> {
  const row = await select(db).where({ tenant, id }).first();
  return row && cashUpOf(row);
}

/** Newest first; `before` is the id of the last one that was shown. */
export async function listCashUps(
  db: Knex,
  tenant: string,
  { actor, before, limit }: { readonly actor?: string; readonly before?: string; readonly limit: number },
): Promise<CashUp[]> {
  const rows = await select(db)
    .where({ tenant, ...(actor !== undefined && { actor }) })
    .modify((query) => before !== undefined && query.where('id', '<', before))
    .orderBy('id', 'desc')
    .limit(limit);
  return rows.map(cashUpOf);
}

const select = (db: Knex): Knex.QueryBuilder =>
  db('cash_up').select('*', db.raw('cast(expected as text) as expected_text'), db.raw('cast(counted as text) as counted_text'));

function cashUpOf(row: Readonly<Record<string, unknown>>): CashUp {
  const text = (name: string) => String(row[name]);
  return {
    id: text('id'),
    scheme: text('scheme'),
    account: text('account'),
    currency: text('currency'),
    sequence: Number(row.sequence),
    closes: Number(row.closes),
    expected: BigInt(text('expected_text')),
    counted: BigInt(text('counted_text')),
    actor: text('actor'),
    at: text('at'),
  };
}
