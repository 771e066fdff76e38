import { v7 as uuidv7 } from 'uuid';
import { isMoney, type PaymentScheme, type Payments, type Purpose, pointing, type Quote } from '../../api/index.js';
import { bookOpening, bookUse } from './bookkeeping.js';
import type { PaymentRow } from './payment-store.js';
import type { Performing } from './perform.js';
import { refuse } from './refusals.js';

type Opening = Pick<Performing, 'schemes' | 'storage' | 'store' | 'tenant' | 'audit' | 'clock' | 'log'>;
type Use = Parameters<Payments['use']>[1];

/** The scheme of a name. Throws a Refusal (422) that names those there are. */
export function schemeNamed(schemes: Opening['schemes'], name: string): PaymentScheme {
  const scheme = Object.hasOwn(schemes, name) ? schemes[name] : undefined;
  if (scheme) return scheme;
  throw refuse('PAYMENT_SCHEME_UNKNOWN', { fix: `Send one of ${Object.keys(schemes).sort().join(', ')}.` });
}

/** What the scheme asks for. Throws an Error when it asks for what cannot be booked, or cannot be paid. */
export async function quoteOf(schemes: Opening['schemes'], name: string, purpose: Purpose): Promise<Quote> {
  const scheme = schemeNamed(schemes, name);
  const quote = await pointing('/purpose', () => scheme.quote(purpose));
  if (quote.due === null) return quote;
  if (!isMoney(quote.due) || quote.due.amount === '0') throw new Error(`the scheme ${name} asks for what is no amount of money`);
  if (!scheme.capture) throw new Error(`the scheme ${name} asks for money and cannot take any`);
  return quote;
}

/** Opens a payment; the one of `act` where that has one already. Undefined when nothing is due. */
export async function openPayment(
  opening: Opening,
  request: { readonly scheme: string; readonly purpose: Purpose; readonly act?: string; readonly owner: string },
): Promise<PaymentRow | undefined> {
  const { storage, store, clock, log } = opening;
  const { scheme, act, owner } = request;
  const earlier = act === undefined ? undefined : await store.byAct(storage.knex, act);
  if (earlier) return earlier;
  const { due, payer } = await quoteOf(opening.schemes, scheme, request.purpose);
  if (due === null) return undefined;
  const { programme, doseNumber, facility } = request.purpose;
  const row: PaymentRow = {
    id: uuidv7(),
    scheme,
    purpose: { programme, doseNumber, ...(facility !== undefined && { facility }) },
    due: { amount: due.amount, currency: due.currency },
    payer,
    state: 'due',
    ...(act !== undefined && { act }),
    owner,
    openedAt: clock.now().toISOString(),
  };
  const kept = await storage.transaction(async (trx) => {
    const winner = act === undefined ? undefined : await store.byAct(trx, act);
    if (winner) return winner;
    await bookOpening(opening, trx, row);
    log.debug({ stage: 'payment.opening', payment: row.id }, 'opening');
    return row;
  });
  log.debug({ stage: 'payment.opened', payment: kept.id }, 'opened');
  return kept;
}

/** Binds a captured payment to `act`, exactly once. Throws a Refusal (422) as `Payments.use` says. */
export async function usePayment(opening: Opening, id: string, { scheme, purpose, act }: Use): Promise<PaymentRow> {
  const { storage, store } = opening;
  return storage.transaction(async (trx) => {
    const row = await store.byId(trx, id);
    // One answer for both: whoever guesses ids learns nothing.
    if (!row || row.scheme !== scheme || !isFor(row.purpose, purpose)) throw refuse('PAYMENT_NOT_FOR_THIS');
    if (row.act !== undefined && row.act !== act) throw refuse('PAYMENT_USED');
    // A refund that has begun may have given the money back already.
    if (row.state !== 'captured' || row.intent) throw refuse('PAYMENT_NOT_CAPTURED');
    if (row.act === act) return row;
    if (await store.byAct(trx, act)) throw refuse('PAYMENT_ALREADY_PAID');
    await bookUse(opening, trx, row, act);
    return { ...row, act };
  });
}

/** Is what was paid for what is done? A payment that names no facility is good at any. */
const isFor = (paid: Purpose, done: Purpose): boolean =>
  paid.programme === done.programme &&
  paid.doseNumber === done.doseNumber &&
  (paid.facility === undefined || paid.facility === done.facility);
