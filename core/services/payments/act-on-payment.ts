import { type Clock, isRefusal, type Logger, type PaymentScheme, Refusal, type Settlement } from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import type { Ledger, LedgerLine } from './ledger.js';
import type { PaymentRow, PaymentStore } from './payment-store.js';
import { type Act, TRANSITIONS } from './states.js';

export interface Acting {
  readonly schemes: Readonly<Record<string, PaymentScheme>>;
  readonly storage: Storage;
  readonly store: PaymentStore;
  readonly ledger: Ledger;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Asked {
  readonly id: string;
  readonly act: Act;
  readonly input: Readonly<Record<string, unknown>>;
  readonly actor: string;
}

/**
 * Carries out one act on a payment: note that it has begun → the scheme's part → state, ledger and audit in one transaction.
 *
 * The scheme's part happens once per payment, so that after a crash the same act asked again finishes what was begun. An act
 * that has happened already is answered alike. Throws a Refusal: 404, 409 for a state that does not allow it, and the scheme's own.
 */
export async function actOnPayment(acting: Acting, asked: Asked): Promise<PaymentRow> {
  const { storage, store, log } = acting;
  const { act, id } = asked;
  const row = await begin(acting, asked);
  if (row.state === TRANSITIONS[act].to) return row;
  log.debug({ stage: 'payment.begun', payment: id, act }, 'an act has begun');
  const settlement = await callScheme(acting, asked, row);
  log.debug({ stage: 'payment.acted', payment: id, act }, 'the scheme has done its part');
  await finish(acting, asked, row, settlement);
  log.debug({ stage: 'payment.ended', payment: id, act }, 'an act has ended');
  return (await store.byId(storage.knex, id)) as PaymentRow;
}

async function begin({ storage, store, clock, schemes }: Acting, { id, act }: Asked): Promise<PaymentRow> {
  return storage.transaction(async (trx) => {
    const row = await store.byId(trx, id);
    if (!row) throw unknownPayment();
    const { from, to } = TRANSITIONS[act];
    if (row.state === to || row.pending === act) return row;
    if (typeof schemes[row.scheme]?.[act] !== 'function' && act !== 'cancel') {
      throw new Refusal(409, 'PAYMENT_ACT_NOT_OFFERED', `The scheme ${row.scheme} has no ${act}.`);
    }
    if (row.pending !== undefined) {
      const detail = `A ${row.pending} of this payment has begun and not ended. Ask for that again first.`;
      throw new Refusal(409, 'PAYMENT_ACT_PENDING', detail);
    }
    if (!from.includes(row.state)) {
      throw new Refusal(409, 'PAYMENT_STATE', `The payment is ${row.state}; ${act} needs one that is ${from.join(' or ')}.`);
    }
    await store.begin(trx, row, act, clock.now().toISOString());
    return row;
  });
}

async function callScheme(acting: Acting, { id, act, input, actor }: Asked, row: PaymentRow): Promise<Settlement | undefined> {
  const scheme = acting.schemes[row.scheme];
  const payment = { id, purpose: row.purpose, due: row.due };
  try {
    const settlement = await scheme?.[act]?.({ payment, input, actor });
    if (settlement && !/^[a-z0-9][a-z0-9/_.:-]{0,200}$/i.test(settlement.account)) throw new Error(`${row.scheme} names no account`);
    return settlement ?? undefined;
  } catch (error) {
    // A refusal says that nothing has happened. After any other error nobody knows, and the act stays begun.
    if (isRefusal(error)) await acting.storage.transaction((trx) => acting.store.forget(trx, id, act));
    throw error;
  }
}

async function finish(acting: Acting, { id, act, actor }: Asked, row: PaymentRow, settlement: Settlement | undefined): Promise<void> {
  const { storage, store, ledger, audit, clock } = acting;
  const at = clock.now().toISOString();
  const { to } = TRANSITIONS[act];
  await storage.transaction(async (trx) => {
    const more = {
      ...(settlement && { account: settlement.account, reference: settlement.reference ?? null }),
      ...(act === 'capture' && { receipt: await store.nextReceipt(trx, row.scheme) }),
    };
    if (!(await store.end(trx, id, act, to, more))) return;
    await ledger.post(trx, { kind: `payment.${to}`, subject: id, at, lines: linesOf(act, row, settlement) });
    await audit.append(trx, { actor, action: `payment.${to}`, subject: id, detail: { scheme: row.scheme } });
    acting.log.debug({ stage: 'payment.ending', payment: id, act }, 'an act is ending');
  });
}

/** What an act moves between accounts; holding money moves none. */
function linesOf(act: Act, { scheme, purpose, due }: PaymentRow, settlement: Settlement | undefined): LedgerLine[] {
  const amount = BigInt(due.amount);
  const move = (to: string, from: string): LedgerLine[] => [
    { account: to, currency: due.currency, amount },
    { account: from, currency: due.currency, amount: -amount },
  ];
  const [receivable, income] = [`receivable/${scheme}`, `income/${purpose.programme}`];
  const own = `${scheme}/${settlement?.account ?? 'settled'}`;
  switch (act) {
    case 'authorize':
      return [];
    case 'capture':
      return move(own, receivable);
    case 'cancel':
      return move(income, receivable);
    case 'refund':
      return move(income, own);
  }
}

export const unknownPayment = (): Refusal => new Refusal(404, 'PAYMENT_UNKNOWN', 'There is no such payment, or it is not yours.');
