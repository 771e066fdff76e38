import type { Clock } from '@divoc/core/api';
import type { Batches } from './batches.js';
import { refuse } from './refusals.js';
import { codeHash, readVoucherCode } from './voucher-code.js';
import { serialOf, type VoucherStore } from './voucher-store.js';
import type { WrongCodes } from './wrong-codes.js';

/** What a voucher is good for. Throws a Refusal: 404, 422 for a mistyped code, 429 for somebody who guesses. */
export type Inquiry = (asked: { readonly serial?: string; readonly code?: string }, actor: string) => Promise<object>;

export function inquiryOf({
  store,
  batches,
  wrong,
  clock,
}: {
  store: VoucherStore;
  batches: Batches;
  wrong: WrongCodes;
  clock: Clock;
}): Inquiry {
  const serialOfCode = async (typed: string, actor: string): Promise<string> => {
    await wrong.assertPatient(actor);
    const code = readVoucherCode(typed);
    if (code === undefined) throw refuse('VOUCHER_CODE_MISTYPED');
    const place = await store.placeOfCode(codeHash(code));
    if (place) return serialOf(place);
    await wrong.note(actor);
    throw refuse('VOUCHER_UNKNOWN');
  };
  return async ({ serial, code }, actor) => {
    const { place, batch, voucher } = await batches.voucher(code === undefined ? (serial ?? '') : await serialOfCode(code, actor));
    const isExpired = clock.now().getTime() >= Date.parse(batch.expiresAt);
    const isRevoked = batch.revokedAt !== undefined || voucher.revokedAt !== undefined;
    const status =
      batch.state !== 'issued'
        ? 'not-issued'
        : isRevoked
          ? 'revoked'
          : isExpired
            ? 'expired'
            : voucher.balance === '0'
              ? 'used-up'
              : 'good';
    const { programme, doseNumber, facility, expiresAt } = batch;
    return {
      serial: serialOf(place),
      status,
      balance: { amount: voucher.balance, currency: batch.value.currency },
      programme,
      ...(doseNumber !== undefined && { doseNumber }),
      ...(facility !== undefined && { facility }),
      expiresAt,
    };
  };
}
