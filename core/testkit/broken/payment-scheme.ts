import type { PaymentAct, PaymentScheme, Settlement } from '../../api/ports/payment-scheme.js';
import { tillOf } from '../../api/ports/payment-scheme.js';
import { isRefusal, Refusal } from '../../api/refusal.js';
import { bookedIn, bookScheme } from '../book-scheme.js';
import { type MemoryState, memoryState } from '../memory-state.js';
import type { PaymentSchemeSubject } from '../payment-scheme-contract.js';

type Whole = Required<PaymentScheme>;
type Break = (scheme: Whole, state: MemoryState) => PaymentScheme;

/** A `bookScheme` as the contract wants to see it, whole or broken by `change`. */
export function bookSubject(change: Break = (scheme) => scheme): PaymentSchemeSubject {
  const state = memoryState();
  return {
    scheme: change(bookScheme(state), state),
    purpose: { programme: 'covid-19', doseNumber: 1 },
    input: async () => ({ received: { amount: '25000', currency: 'LKR' } }),
    wrongInputs: [{ received: { amount: '24999', currency: 'LKR' } }, { secret: 'my-own-secret' }],
    memory: () => [...state.entries.values()],
    taken: () => bookedIn(state),
    crashBefore: (write) => {
      state.crashBefore = write;
    },
  };
}

const page = async (state: MemoryState, { payment }: PaymentAct) => {
  const entry = await state.get(`page/${payment.id}`);
  return { version: entry?.version ?? 0, value: entry?.value as { state: string; captured?: Settlement } | undefined };
};

/** By the one promise that each breaks. */
export const brokenPaymentSchemes: readonly (readonly [promise: string, what: string, change: Break])[] = [
  [
    'asks for the same whenever it is asked, and writes nothing',
    'a price that rises',
    (scheme) => {
      let asked = 0;
      return {
        ...scheme,
        async quote(purpose) {
          asked += 1;
          const quote = await scheme.quote(purpose);
          return { ...quote, payer: asked > 2 ? 'somebody' : quote.payer };
        },
      };
    },
  ],
  [
    'asks for the same whenever it is asked, and writes nothing',
    'a quote that is noted',
    (scheme, state) => ({
      ...scheme,
      async quote(purpose) {
        const noted = await state.get('quotes');
        await state.put('quotes', {}, noted?.version ?? 0);
        return scheme.quote(purpose);
      },
    }),
  ],
  [
    'asks for an amount of money, or for nothing, and names who pays',
    'a currency that does not exist',
    (scheme) => ({
      ...scheme,
      quote: async () => ({ due: { amount: '25000', currency: 'LKK' }, payer: 'individual' }),
      ...anyMoney(scheme),
    }),
  ],
  [
    'asks for an amount of money, or for nothing, and names who pays',
    'a payer that is a person',
    (scheme) => ({ ...scheme, quote: async (purpose) => ({ ...(await scheme.quote(purpose)), payer: 'Joy Doe' }) }),
  ],
  ['offers acts that make sense together', 'money that is held for ever', ({ cancel: _, ...scheme }) => scheme],
  ['offers acts that make sense together', 'money that nobody can take', ({ quote }) => ({ quote })],
  [
    'takes money once for a payment, however many ask at once',
    'the answer of whoever came last',
    (scheme, state) => ({
      ...scheme,
      async capture(act) {
        const { value } = await page(state, act);
        if (value?.captured) return value.captured;
        const settled = await scheme.capture(act);
        const ask = (await state.get(`asked/${act.payment.id}`))?.version ?? 0;
        await state.put(`asked/${act.payment.id}`, {}, ask);
        return ask === 0 ? settled : { ...settled, reference: `R-${ask + 1}` };
      },
    }),
  ],
  [
    'answers a payment that is captured as before, whatever is sent then and by whom',
    'a second look at the input',
    (scheme) => ({
      ...scheme,
      async capture(act) {
        if ('secret' in act.input) throw new Refusal(422, 'BOOK_WRONG_AMOUNT', 'The money does not fit.');
        return scheme.capture(act);
      },
    }),
  ],
  [
    'answers a payment that is captured as before, whatever is sent then and by whom',
    'the till of whoever asks',
    (scheme) => ({ ...scheme, capture: async (act) => ({ ...(await scheme.capture(act)), account: tillOf(act.actor) }) }),
  ],
  [
    'takes money once when it dies before any of its writes and is asked again',
    'a note that comes before the money',
    (scheme, state) => ({
      ...scheme,
      async capture(act) {
        const isFirst = await state.put(`note/${act.payment.id}`, {}, 0);
        const { value } = await page(state, act);
        // Noted, so it must have been taken.
        if (!isFirst && value === undefined) {
          for (let tries = 0; tries < 50; tries += 1) {
            const now = await page(state, act);
            if (now.value?.captured) return now.value.captured;
          }
          return { account: tillOf(act.actor), reference: 'R-1' };
        }
        return scheme.capture(act);
      },
    }),
  ],
  [
    'settles into an account and under a reference that a ledger can have',
    "the actor's own name as a till",
    (scheme) => ({
      ...scheme,
      async capture(act) {
        const settled = await scheme.capture(act);
        return settled.account.startsWith('till/h-') ? { ...settled, account: `till/${act.actor}` } : settled;
      },
    }),
  ],
  [
    'settles into an account and under a reference that a ledger can have',
    'a reference of two lines',
    (scheme) => ({ ...scheme, capture: async (act) => ({ ...(await scheme.capture(act)), reference: 'R\n1' }) }),
  ],
  [
    'gives back once what was captured, and nothing that was not',
    'the refund of what nobody paid',
    (scheme, state) => ({
      ...scheme,
      async refund(act) {
        const { value } = await page(state, act);
        return value ? scheme.refund(act) : { account: tillOf(act.actor) };
      },
    }),
  ],
  [
    'gives back once what was captured, and nothing that was not',
    'another till each time',
    (scheme) => ({ ...scheme, refund: async (act) => ({ ...(await scheme.refund(act)), account: tillOf(act.actor) }) }),
  ],
  [
    'gives back once when it dies before any of its writes and is asked again',
    'a refund that is noted before the money',
    (scheme, state) => ({
      ...scheme,
      async refund(act) {
        const isFirst = await state.put(`back/${act.payment.id}`, {}, 0);
        const { value } = await page(state, act);
        if (!isFirst && value?.state === 'captured') {
          for (let tries = 0; tries < 50; tries += 1) if ((await page(state, act)).value?.state === 'refunded') return scheme.refund(act);
          return { account: tillOf('clerk-1') };
        }
        return scheme.refund(act);
      },
    }),
  ],
  ['holds money once, and lets go of it once', 'money that stays held', (scheme) => ({ ...scheme, async cancel() {} })],
  [
    'refuses what it cannot take without doing anything, in words that repeat nothing of it',
    'the amount in the refusal',
    (scheme) => ({
      ...scheme,
      capture: (act) =>
        scheme.capture(act).catch((error: unknown) => {
          const { amount } = (act.input.received ?? {}) as { amount?: string };
          throw isRefusal(error) ? new Refusal(422, error.code, `${amount} does not fit`) : error;
        }),
    }),
  ],
  [
    'refuses what it cannot take without doing anything, in words that repeat nothing of it',
    'a fault for a refusal',
    (scheme) => ({
      ...scheme,
      capture: (act) =>
        scheme.capture(act).catch((error: unknown) => {
          throw isRefusal(error) && error.code === 'BOOK_WRONG_AMOUNT' ? new Error('wrong') : error;
        }),
    }),
  ],
];

/** The same acts, whatever the currency is called. */
function anyMoney(scheme: Whole): Pick<Whole, 'authorize' | 'capture'> {
  const inLkr = (act: PaymentAct): PaymentAct => ({ ...act, payment: { ...act.payment, due: { amount: '25000', currency: 'LKR' } } });
  return { authorize: (act) => scheme.authorize(inLkr(act)), capture: (act) => scheme.capture(inLkr(act)) };
}
