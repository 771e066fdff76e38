import { decimalAmount, type Money, type Payment } from '../../api/index.js';
import { DONE } from './bookkeeping.js';
import type { CashUp } from './cash-up.js';
import type { PaymentActRow, PaymentRow } from './payment-store.js';
import { printedReceipt, type Receipt } from './receipts.js';

/** The port's view of a row. */
export function paymentOf({ id, scheme, purpose, due, state, act }: PaymentRow): Payment {
  return { id, scheme, purpose, due, state, ...(act !== undefined && { act }) };
}

/** What `GET /v1/payments/{id}` says: the payment, how it was settled, what was done when. No actor. */
export function paymentView(row: PaymentRow, acts: readonly PaymentActRow[], receipt: Receipt | undefined) {
  const settled = acts.find(({ act }) => act === 'capture');
  return {
    ...paymentOf(row),
    payer: row.payer,
    openedAt: row.openedAt,
    ...(settled?.reference !== undefined && { reference: settled.reference }),
    ...(receipt && { receipt: `/v1/payments/${row.id}/receipt`, receiptNumber: printedReceipt(row.scheme, receipt.number) }),
    ...(row.intent && { pending: row.intent.act }),
    history: acts.map(({ act, at }) => ({ act: DONE[act], at })),
  };
}

export function receiptView(row: PaymentRow, acts: readonly PaymentActRow[], receipt: Receipt) {
  const reference = acts.find(({ act }) => act === 'capture')?.reference;
  const refundedAt = acts.find(({ act }) => act === 'refund')?.at;
  return {
    number: printedReceipt(row.scheme, receipt.number),
    payment: row.id,
    scheme: row.scheme,
    purpose: row.purpose,
    paid: row.due,
    decimal: decimalAmount(row.due),
    payer: row.payer,
    issuedAt: receipt.issuedAt,
    ...(reference !== undefined && { reference }),
    ...(refundedAt !== undefined && { refundedAt }),
  };
}

export function cashUpView({ id, scheme, sequence, currency, expected, counted, at }: CashUp) {
  const money = (amount: bigint): Money => ({ amount: String(amount), currency });
  const difference = counted - expected;
  return {
    id,
    scheme,
    sequence,
    expected: money(expected),
    counted: money(counted),
    // Negative where cash is short.
    difference: money(difference),
    decimal: {
      expected: decimalAmount(money(expected)),
      counted: decimalAmount(money(counted)),
      difference: decimalAmount(money(difference)),
    },
    at,
  };
}
