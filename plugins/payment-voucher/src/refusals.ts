import { Refusal, type RefusalStatus } from '@divoc/core/api';

type Entry = readonly [status: RefusalStatus, detail: string, pointer: string, fix: string];

const TABLE = {
  FEE_UNKNOWN: [422, 'This scheme has no fee for this programme and dose.', '/programme', 'Choose another scheme, or have the fee set.'],
  VOUCHER_CODE_MISSING: [422, 'A voucher is paid with its code.', '/code', 'Send { "code": … } and nothing else.'],
  VOUCHER_CODE_MISTYPED: [422, 'No voucher has such a code: it was mistyped.', '/code', 'Compare it with the voucher, symbol by symbol.'],
  // One answer for all: whoever guesses learns nothing of which codes exist.
  VOUCHER_NOT_ACCEPTED: [
    422,
    'This voucher is not accepted here: it may be unknown, used up, expired, or good for something else.',
    '/code',
    'Take another voucher, or ask whoever issued it.',
  ],
  VOUCHER_PAYMENT_ENDED: [422, 'The state of this payment does not allow that.', '', 'Open another payment.'],
  VOUCHER_NOT_CAPTURED: [422, 'No voucher was captured for this payment.', '', 'There is nothing to give back.'],
  BATCH_UNKNOWN: [404, 'There is no such batch.', '', 'Look it up among the batches.'],
  VOUCHER_UNKNOWN: [404, 'There is no such voucher.', '', 'Look its serial number up.'],
  BATCH_INVALID: [422, 'These vouchers cannot be issued.', '', 'Correct what is named.'],
} as const satisfies Readonly<Record<string, Entry>>;

/** A refusal of the table. No text holds a code, nor anything else that was sent. */
export function refuse(code: keyof typeof TABLE, at: { pointer?: string; detail?: string } = {}): Refusal {
  const [status, text, pointer, fix] = TABLE[code];
  return new Refusal(status, code, text, { errors: [{ pointer: at.pointer ?? pointer, code, detail: at.detail ?? text, fix }] });
}
