import { isMoney } from '../api/money.js';
import { type PaymentAct, type PaymentScheme, type Settlement, tillOf } from '../api/ports/payment-scheme.js';
import type { State } from '../api/ports/state.js';
import { Refusal } from '../api/refusal.js';

/** What the scheme remembers of a payment, in one entry: one write decides each act. */
interface Page {
  readonly state: 'held' | 'captured' | 'cancelled' | 'refunded';
  readonly amount: string;
  readonly captured?: Settlement;
  readonly refunded?: Settlement;
}

const DUE = { amount: '25000', currency: 'LKR' };

/**
 * A payment scheme that offers every act and keeps its book in `state`: for tests of whoever uses schemes. It takes
 * `{ received? }`, which must be the amount that is due.
 */
export function bookScheme(state: State): Required<PaymentScheme> {
  const key = ({ payment }: PaymentAct) => `page/${payment.id}`;

  /** Turns the page until nobody else has written meanwhile; `turn` gives the next page, or undefined to leave it. */
  const turn = async (act: PaymentAct, next: (page: Page | undefined) => Page | undefined): Promise<Page | undefined> => {
    for (;;) {
      const entry = await state.get(key(act));
      const page = entry?.value as Page | undefined;
      const turned = next(page);
      if (turned === undefined) return page;
      if (await state.put(key(act), turned, entry?.version ?? 0)) return turned;
    }
  };

  return {
    quote: async () => ({ due: DUE, payer: 'individual' }),
    async authorize(act) {
      await turn(act, (page) => {
        if (page?.state === 'cancelled') throw ended();
        if (page) return undefined;
        assertReceived(act);
        return { state: 'held', amount: act.payment.due.amount };
      });
    },
    async capture(act) {
      const page = await turn(act, (page) => {
        if (page?.state === 'cancelled' || page?.state === 'refunded') throw ended();
        if (page?.state === 'captured') return undefined;
        if (page?.state !== 'held') assertReceived(act);
        return { state: 'captured', amount: act.payment.due.amount, captured: { account: tillOf(act.actor), reference: 'R-1' } };
      });
      return page?.captured as Settlement;
    },
    async cancel(act) {
      await turn(act, (page) => {
        if (page?.state === 'captured' || page?.state === 'refunded') throw ended();
        return page?.state === 'held' ? { ...page, state: 'cancelled' } : undefined;
      });
    },
    async refund(act) {
      const page = await turn(act, (page) => {
        if (page?.state === 'refunded') return undefined;
        if (page?.state !== 'captured') throw ended();
        return { ...page, state: 'refunded', refunded: { account: tillOf(act.actor) } };
      });
      return page?.refunded as Settlement;
    },
  };
}

/** Minor units that a `bookScheme` has taken, or holds, and has not given back. */
export async function bookedIn(state: State): Promise<bigint> {
  const pages = (await state.list('page/', { limit: 1000 })).map(({ value }) => value as Page);
  return pages.reduce((sum, page) => (page.state === 'held' || page.state === 'captured' ? sum + BigInt(page.amount) : sum), 0n);
}

function assertReceived({ payment, input }: PaymentAct): void {
  const { received, ...others } = input;
  const fits =
    received === undefined || (isMoney(received) && received.amount === payment.due.amount && received.currency === payment.due.currency);
  if (fits && Object.keys(others).length === 0) return;
  const detail = 'not the amount that is due';
  throw new Refusal(422, 'BOOK_WRONG_AMOUNT', 'The money does not fit.', {
    errors: [{ pointer: '/received', code: 'BOOK_WRONG_AMOUNT', detail }],
  });
}

const ended = (): Refusal => new Refusal(422, 'BOOK_CLOSED', 'The state of this payment does not allow that.');
