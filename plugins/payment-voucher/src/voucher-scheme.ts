import { type Clock, type FeeTable, feeFor, type PaymentAct, type PaymentScheme, type Settlement } from '@divoc/core/api';
import { refuse } from './refusals.js';
import { codeHash, readVoucherCode } from './voucher-code.js';
import { type Batch, type Place, serialOf, type Use, type Voucher, type VoucherStore } from './voucher-store.js';
import type { WrongCodes } from './wrong-codes.js';

export interface VoucherSchemeOptions {
  readonly fees: FeeTable;
  readonly payer: string;
  readonly store: VoucherStore;
  readonly wrong: WrongCodes;
  readonly clock: Clock;
}

/** A voucher is one entry, rewritten by each use: enough for any person's, too few for a fund's. */
const MOST_USES = 200;

/**
 * A payment first claims a voucher (one write), then takes from it (one write, with the balance). A crash between the two
 * leaves a claim, which the next try goes on with. A claim that comes to nothing is given up in the voucher before it is
 * given up in the payment, so that no late try takes money for it any more.
 */
export function voucherScheme(options: VoucherSchemeOptions): Required<PaymentScheme> {
  const { fees, payer, store, clock } = options;
  const settled = (place: Place): Settlement => ({ account: 'vouchers', reference: serialOf(place) });

  const take = async (act: PaymentAct, want: 'held' | 'captured'): Promise<Settlement> => {
    const { place, claim } = await claimed(options, act);
    const batch = await store.batch(place.batch);
    const { id } = act.payment;
    const voucher = await store.changeVoucher(place, (now) => {
      const use = useOf(now, id);
      if (use?.state === 'cancelled' || use?.state === 'refunded') throw refuse('VOUCHER_PAYMENT_ENDED');
      if (use?.state === 'captured' || use?.state === want) return undefined;
      if (use?.state === 'held') return withUse(now, id, { ...use, state: want });
      if (use?.state === 'given-up' && use.claim >= claim) return undefined;
      const { amount } = act.payment.due;
      if (!isGood(batch, now, act, clock)) return withUse(now, id, { state: 'given-up', claim });
      const balance = String(BigInt(now.balance) - BigInt(amount));
      return { ...withUse(now, id, { state: want, amount, at: clock.now().toISOString() }), balance };
    });
    const use = voucher && useOf(voucher, id);
    if (use && use.state !== 'given-up') return settled(place);
    await store.claim(id, undefined, claim);
    throw refuse('VOUCHER_NOT_ACCEPTED');
  };

  /** Moves a use on and puts its money back; a payment that has none is left alone. */
  const giveBack = async ({ payment: { id } }: PaymentAct, from: 'held' | 'captured', to: 'cancelled' | 'refunded') => {
    const { place } = await store.claimOf(id);
    if (!place) return undefined;
    const voucher = await store.changeVoucher(place, (now) => {
      const use = useOf(now, id);
      if (use?.state !== from) return undefined;
      return { ...withUse(now, id, { ...use, state: to }), balance: String(BigInt(now.balance) + BigInt(use.amount)) };
    });
    return voucher && { place, use: useOf(voucher, id) };
  };

  return {
    async quote(purpose) {
      const due = feeFor(fees, purpose);
      if (due === undefined) throw refuse('FEE_UNKNOWN');
      return { due, payer };
    },
    async authorize(act) {
      await take(act, 'held');
    },
    capture: (act) => take(act, 'captured'),
    async cancel(act) {
      const given = await giveBack(act, 'held', 'cancelled');
      if (given?.use?.state === 'captured' || given?.use?.state === 'refunded') throw refuse('VOUCHER_PAYMENT_ENDED');
    },
    async refund(act) {
      const given = await giveBack(act, 'captured', 'refunded');
      if (given?.use?.state !== 'refunded') throw refuse('VOUCHER_NOT_CAPTURED');
      return settled(given.place);
    },
  };
}

/** The voucher that the payment has claimed; the first time, the one behind the code that is sent. */
async function claimed(options: VoucherSchemeOptions, act: PaymentAct): Promise<{ place: Place; claim: number }> {
  const { store } = options;
  for (;;) {
    const { place, claim } = await store.claimOf(act.payment.id);
    if (place) return { place, claim };
    const found = await voucherOfCode(options, act);
    if (await store.claim(act.payment.id, found, claim)) return { place: found, claim: claim + 1 };
  }
}

async function voucherOfCode({ store, wrong, clock }: VoucherSchemeOptions, act: PaymentAct): Promise<Place> {
  const { code: typed, ...others } = act.input;
  if (typeof typed !== 'string' || Object.keys(others).length > 0) throw refuse('VOUCHER_CODE_MISSING');
  await wrong.assertPatient(act.actor);
  const code = readVoucherCode(typed);
  // Its own check symbol says so: that tells nothing of which codes exist, and is no guess.
  if (code === undefined) throw refuse('VOUCHER_CODE_MISTYPED');
  const place = await store.placeOfCode(codeHash(code));
  const [batch, voucher] = place ? await Promise.all([store.batch(place.batch), store.voucher(place)]) : [];
  if (place && voucher && isGood(batch, voucher, act, clock)) return place;
  await wrong.note(act.actor);
  throw refuse('VOUCHER_NOT_ACCEPTED');
}

/** Is the voucher good for this payment, now? */
function isGood(batch: Batch | undefined, voucher: Voucher, { payment: { purpose, due } }: PaymentAct, clock: Clock): boolean {
  if (batch?.state !== 'issued' || batch.revokedAt !== undefined || voucher.revokedAt !== undefined) return false;
  return (
    clock.now().getTime() < Date.parse(batch.expiresAt) &&
    batch.programme === purpose.programme &&
    (batch.doseNumber === undefined || batch.doseNumber === purpose.doseNumber) &&
    (batch.facility === undefined || batch.facility === purpose.facility) &&
    batch.value.currency === due.currency &&
    BigInt(voucher.balance) >= BigInt(due.amount) &&
    Object.keys(voucher.uses).length < MOST_USES
  );
}

const useOf = ({ uses }: Voucher, payment: string): Use | undefined => (Object.hasOwn(uses, payment) ? uses[payment] : undefined);
const withUse = (voucher: Voucher, payment: string, use: Use): Voucher => ({ ...voucher, uses: { ...voucher.uses, [payment]: use } });
