import type { Knex } from 'knex';
import type { PaymentRow } from './payment-store.js';

export interface Receipt {
  /** Counted from 1 for each scheme, without a gap. */
  readonly number: number;
  readonly issuedAt: string;
}

/** `counter-000042`, as it is printed. */
export const printedReceipt = (scheme: string, number: number): string => `${scheme}-${String(number).padStart(6, '0')}`;

/** Takes the scheme's next number within the transaction that captures, so that none is lost when that comes to nothing. */
export async function issueReceipt(
  trx: Knex.Transaction,
  { tenant, row, at }: { readonly tenant: string; readonly row: PaymentRow; readonly at: string },
): Promise<void> {
  const { scheme } = row;
  const last = await trx('payment_receipt').where({ tenant, scheme }).max({ number: 'number' }).first();
  await trx('payment_receipt').insert({ tenant, scheme, number: Number(last?.number ?? 0) + 1, payment: row.id, issued_at: at });
}

export async function receiptOf(db: Knex, tenant: string, payment: string): Promise<Receipt | undefined> {
  const row = await db('payment_receipt').where({ tenant, payment }).first('number', 'issued_at');
  return row && { number: Number(row.number), issuedAt: row.issued_at };
}
