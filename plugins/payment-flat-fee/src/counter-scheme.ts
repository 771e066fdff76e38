import {
  type Clock,
  dayIn,
  type FeeTable,
  feeFor,
  type PaymentAct,
  type PaymentScheme,
  Refusal,
  type Settlement,
  type State,
  tillOf,
} from '@divoc/core/api';
import { readCapture, readNothing } from './counter-input.js';

export type RefundRule = 'never' | 'same-day' | 'always';

export interface CounterOptions {
  readonly fees: FeeTable;
  readonly payer: string;
  readonly refund: RefundRule;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly state: State;
}

/** What is remembered of a payment, in one entry: the first write of each kind decides, all others read what it wrote. */
interface Taken {
  readonly settlement: Settlement;
  readonly at: string;
  readonly refunded?: Settlement;
}

/** Cash over a counter: the clerk who confirms it has it in their till, and the clerk who gives it back takes it from theirs. */
export function counterScheme(options: CounterOptions): PaymentScheme {
  const { fees, payer, clock, state } = options;
  const find = async ({ payment }: PaymentAct) => {
    const entry = await state.get(keyOf(payment.id));
    return entry && { version: entry.version, taken: entry.value as Taken };
  };

  const scheme: PaymentScheme = {
    async quote(purpose) {
      const due = feeFor(fees, purpose);
      if (due !== undefined) return { due, payer };
      const fault = {
        pointer: '/programme',
        code: 'FEE_UNKNOWN',
        detail: 'this scheme has no fee for it',
        fix: 'Choose another scheme, or have the fee set.',
      };
      throw new Refusal(422, 'FEE_UNKNOWN', 'This scheme has no fee for this programme and dose.', { errors: [fault] });
    },
    async capture(act) {
      const found = await find(act);
      if (found) return found.taken.settlement;
      const reference = readCapture(act.input, act.payment.due);
      const settlement: Settlement = { account: tillOf(act.actor), ...(reference !== undefined && { reference }) };
      const taken: Taken = { settlement, at: clock.now().toISOString() };
      if (await state.put(keyOf(act.payment.id), taken, 0)) return settlement;
      return whatIsThere(await find(act)).taken.settlement;
    },
  };
  if (options.refund === 'never') return scheme;
  return { ...scheme, refund: (act) => refund(options, act, find) };
}

async function refund(
  { refund: rule, timeZone, clock, state }: CounterOptions,
  act: PaymentAct,
  find: (act: PaymentAct) => Promise<{ version: number; taken: Taken } | undefined>,
): Promise<Settlement> {
  const found = await find(act);
  if (!found) throw new Refusal(422, 'FEE_NOT_TAKEN', 'Nothing was taken for this payment at the counter.');
  const { taken, version } = found;
  if (taken.refunded) return taken.refunded;
  readNothing(act.input);
  const isToday = dayIn(clock.now(), timeZone) === dayIn(new Date(taken.at), timeZone);
  if (rule === 'same-day' && !isToday) {
    throw new Refusal(422, 'REFUND_TOO_LATE', 'A fee is given back on the day on which it was taken, and not later.');
  }
  const refunded: Settlement = {
    account: tillOf(act.actor),
    ...(taken.settlement.reference !== undefined && { reference: taken.settlement.reference }),
  };
  if (await state.put(keyOf(act.payment.id), { ...taken, refunded }, version)) return refunded;
  return whatIsThere(await find(act)).taken.refunded as Settlement;
}

const keyOf = (payment: string): string => `payment/${payment}`;

/** Somebody else has just written it, so it is there. */
function whatIsThere<T>(found: T | undefined): T {
  if (found === undefined) throw new Error('the state says of a payment both that it is there and that it is not');
  return found;
}
