import { type Fault, Refusal, type RefusalStatus } from '../../api/index.js';

interface Entry {
  readonly status: RefusalStatus;
  readonly detail: string;
  readonly pointer?: string;
  readonly fix?: string;
}

/** All that this service refuses: texts hold no value that was sent. */
const TABLE = {
  PAYMENT_UNKNOWN: { status: 404, detail: 'There is no such payment, or it is not yours.' },
  RECEIPT_UNKNOWN: { status: 404, detail: 'There is no receipt: nothing was captured.' },
  CASH_UP_UNKNOWN: { status: 404, detail: 'There is no such cash-up, or it is not yours.' },
  PAYMENT_SCHEME_UNKNOWN: { status: 422, detail: 'There is no such payment scheme.', pointer: '/scheme' },
  PAYMENT_NOTHING_DUE: { status: 422, detail: 'Nothing is to be paid for this.', pointer: '/purpose', fix: 'Go on without a payment.' },
  PAYMENT_STATE: { status: 422, detail: 'The state of this payment does not allow that.' },
  PAYMENT_ACT_NOT_OFFERED: { status: 422, detail: 'The scheme of this payment does not offer that.' },
  PAYMENT_NOT_CAPTURED: {
    status: 422,
    detail: 'This payment cannot be used: it has not been captured.',
    pointer: '/payment',
    fix: 'Have it paid first: POST /v1/payments/{id}/captures.',
  },
  PAYMENT_NOT_FOR_THIS: {
    status: 422,
    detail: 'This payment cannot be used here: it is of another scheme, or for something else.',
    pointer: '/payment',
    fix: 'Send the payment that was opened for this programme and dose.',
  },
  PAYMENT_USED: {
    status: 422,
    detail: 'This payment cannot be used: it has paid for something else already.',
    pointer: '/payment',
    fix: 'Open another payment.',
  },
  PAYMENT_ALREADY_PAID: { status: 422, detail: 'Another payment stands for this already.', pointer: '/payment', fix: 'Use that one.' },
  PAYMENT_BUSY: { status: 503, detail: 'Another act on this payment is under way.' },
  PAYMENT_UNDECIDED: {
    status: 503,
    detail: 'The scheme has not answered yet. The act goes on by itself; ask for the payment, or for the same act, again.',
  },
  MONEY_INVALID: { status: 422, detail: 'This is no amount of money.', fix: 'Send integer minor units and a currency of ISO 4217.' },
  CASH_UP_NOTHING_SINCE: { status: 409, detail: 'Nothing was taken or given back since the last cash-up.' },
  CASH_UP_SEQUENCE: {
    status: 409,
    detail: 'This cash-up is not the next one.',
    pointer: '/sequence',
    fix: 'GET /v1/cash-ups shows the last one; send the number after it.',
  },
} as const satisfies Readonly<Record<string, Entry>>;

export type PaymentRefusal = keyof typeof TABLE;

/** A refusal of the table; `at` says more about the place and the way out. */
export function refuse(code: PaymentRefusal, at: { pointer?: string; fix?: string; retryAfter?: number } = {}): Refusal {
  const entry: Entry = TABLE[code];
  const pointer = at.pointer ?? entry.pointer;
  const fix = at.fix ?? entry.fix;
  const fault: Fault = { pointer: pointer ?? '', code, detail: entry.detail, ...(fix !== undefined && { fix }) };
  const headers = at.retryAfter === undefined ? {} : { 'retry-after': String(at.retryAfter) };
  return new Refusal(entry.status, code, entry.detail, { errors: pointer !== undefined || fix !== undefined ? [fault] : [], headers });
}
