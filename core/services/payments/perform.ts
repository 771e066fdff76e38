import { setTimeout as pause } from 'node:timers/promises';
import type { Knex } from 'knex';
import { v4 as uuidv4 } from 'uuid';
import { type Clock, isRefusal, type Logger, type PaymentAct, type PaymentScheme, pointing, type Settlement } from '../../api/index.js';
import type { FieldCipher, Outbox, Storage } from '../../internal/index.js';
import { type Books, bookAct } from './bookkeeping.js';
import type { Intent, PaymentRow } from './payment-store.js';
import { refuse } from './refusals.js';
import { type ActName, isAllowed, PAYMENT_MACHINE } from './state-machine.js';

export const FINISH_QUEUE = 'payments.finish';

export interface Performing extends Books {
  readonly schemes: Readonly<Record<string, PaymentScheme>>;
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly cipher: FieldCipher;
  readonly clock: Clock;
  readonly log: Logger;
  /** How long a scheme may take over one act. */
  readonly actSeconds: number;
  /** How long a caller waits for somebody else's act on the same payment. */
  readonly waitMilliseconds: number;
}

export interface ActRequest {
  readonly payment: string;
  readonly act: ActName;
  readonly input: Readonly<Record<string, unknown>>;
  readonly actor: string;
}

/** An act lasts at most `actSeconds`; somebody who still holds it after this has died, or is as good as dead. */
const GRACE_SECONDS = 15;
const POLL_MILLISECONDS = 50;

type Claim =
  | { readonly is: 'done'; readonly row: PaymentRow }
  | { readonly is: 'busy' }
  /** `foreign`: begun by somebody who has died; it is finished first, as it was begun. */
  | { readonly is: 'ours' | 'foreign'; readonly row: PaymentRow; readonly intent: Intent };

/**
 * Does one act on a payment: intent → the scheme's own act → ledger, state and audit entry in one transaction.
 *
 * A crash between any two of them leaves an intent, which the next caller or the queue finishes by asking the scheme for the
 * same act again. An act that was done before is answered with the payment as it is. Throws a Refusal: the scheme's own, 404,
 * 422 for a state or scheme that does not allow it, 503 while another act is under way or the scheme has not answered.
 */
export async function perform(performing: Performing, request: ActRequest): Promise<PaymentRow> {
  const draft = await draftIntent(performing, request);
  const patience = performance.now() + performing.waitMilliseconds;
  for (;;) {
    const claim = await performing.storage.transaction((trx) => claimAct(performing, trx, request, draft));
    if (claim.is === 'done') return claim.row;
    if (claim.is === 'ours') return carryOut(performing, claim.row, claim.intent);
    if (claim.is === 'foreign') {
      // Its refusal was meant for somebody else.
      await carryOut(performing, claim.row, claim.intent).catch((error: unknown) => {
        if (!isRefusal(error)) throw error;
      });
      continue;
    }
    if (performance.now() > patience) throw refuse('PAYMENT_BUSY', { retryAfter: 1 });
    await pause(POLL_MILLISECONDS);
  }
}

/** Takes an act over whose holder has died. False when nothing is left to do; 'busy' when its holder may be alive. */
export async function takeOver(
  performing: Performing,
  payment: string,
  intentId: string,
): Promise<'gone' | 'busy' | (() => Promise<unknown>)> {
  const { storage, store } = performing;
  return storage.transaction(async (trx) => {
    const row = await store.byId(trx, payment);
    if (row?.intent?.id !== intentId) return 'gone';
    if (isHeld(performing, row.intent)) return 'busy';
    const intent = await hold(performing, trx, row, row.intent);
    return () => carryOut(performing, row, intent);
  });
}

const instantIn = ({ clock }: Performing, seconds: number): string => new Date(clock.now().getTime() + seconds * 1000).toISOString();
const isHeld = ({ clock }: Performing, { until }: Intent): boolean => clock.now().toISOString() < until;
const placeOf = (payment: string, intent: string): string => `payment.intent_input:${payment}:${intent}`;

async function draftIntent(performing: Performing, { payment, act, input, actor }: ActRequest): Promise<Omit<Intent, 'until'>> {
  const id = uuidv4();
  return { id, act, actor, input: await performing.cipher.encrypt(JSON.stringify(input), placeOf(payment, id)), holder: uuidv4() };
}

async function claimAct(performing: Performing, trx: Knex.Transaction, request: ActRequest, draft: Omit<Intent, 'until'>): Promise<Claim> {
  const { store, schemes, outbox, log } = performing;
  const { act, payment } = request;
  const row = await store.byId(trx, payment);
  if (!row) throw refuse('PAYMENT_UNKNOWN');
  if (row.intent) {
    if (isHeld(performing, row.intent)) return { is: 'busy' };
    return { is: 'foreign', row, intent: await hold(performing, trx, row, row.intent) };
  }
  if (row.state === PAYMENT_MACHINE.acts[act].to) return { is: 'done', row };
  if (!isAllowed(act, row.state)) throw refuse('PAYMENT_STATE', { fix: `It is ${row.state}.` });
  if (act === 'cancel' && row.state === 'due') {
    // The scheme knows nothing of it yet.
    await bookAct(performing, trx, row, { act, actor: request.actor });
    return { is: 'done', row: { ...row, state: 'cancelled' } };
  }
  if (!schemes[row.scheme]?.[act]) throw refuse('PAYMENT_ACT_NOT_OFFERED');
  const intent = { ...draft, until: instantIn(performing, performing.actSeconds + GRACE_SECONDS) };
  await store.setIntent(trx, row.id, intent);
  await outbox.add(trx, { queue: FINISH_QUEUE, subject: row.id, data: { payment: row.id, intent: intent.id } });
  log.debug({ stage: 'payment.intending', payment: row.id, act }, 'intending');
  return { is: 'ours', row, intent };
}

async function hold(performing: Performing, trx: Knex.Transaction, row: PaymentRow, intent: Intent): Promise<Intent> {
  const held = { ...intent, holder: uuidv4(), until: instantIn(performing, performing.actSeconds + GRACE_SECONDS) };
  await performing.store.setIntent(trx, row.id, held);
  return held;
}

/** Asks the scheme, then books. A refusal ends the intent; any other fault leaves it to whoever asks next, or to the queue. */
async function carryOut(performing: Performing, row: PaymentRow, intent: Intent): Promise<PaymentRow> {
  const { storage, store, log } = performing;
  const fields = { payment: row.id, act: intent.act };
  log.debug({ stage: 'payment.intended', ...fields }, 'intended');
  const leave = (until: string | undefined) => storage.transaction((trx) => store.leaveIntent(trx, row.id, intent, until));
  let settlement: Settlement | undefined;
  try {
    settlement = await askScheme(performing, row, intent);
  } catch (error) {
    if (isRefusal(error)) await leave(undefined);
    // A late scheme may still be at work: its act stays ours until our hold ends.
    else if (error !== LATE) await leave(performing.clock.now().toISOString());
    throw error === LATE ? refuse('PAYMENT_UNDECIDED', { retryAfter: GRACE_SECONDS }) : error;
  }
  log.debug({ stage: 'payment.acted', ...fields }, 'the scheme has acted');
  const booked = await storage.transaction(async (trx) => {
    const now = await store.byId(trx, row.id);
    if (now?.state === PAYMENT_MACHINE.acts[intent.act].to) return now;
    if (now?.intent?.id !== intent.id) {
      log.error({ stage: 'payment.stray', ...fields }, 'the scheme has acted for a payment that went another way; settle it by hand');
      throw new Error(`payment ${row.id}: the scheme's ${intent.act} came after the payment had gone another way`);
    }
    await bookAct(performing, trx, now, { act: intent.act, actor: intent.actor, ...(settlement && { settlement }) });
    log.debug({ stage: 'payment.booking', ...fields }, 'booking');
    return store.byId(trx, row.id);
  });
  log.debug({ stage: 'payment.booked', ...fields }, 'booked');
  return booked as PaymentRow;
}

const LATE = Symbol('the scheme is late');

async function askScheme(performing: Performing, row: PaymentRow, intent: Intent): Promise<Settlement | undefined> {
  const { cipher, schemes, actSeconds } = performing;
  const scheme = schemes[row.scheme] as Partial<Record<ActName, (act: PaymentAct) => Promise<Settlement | undefined>>> | undefined;
  if (!scheme?.[intent.act]) {
    throw new Error(`the scheme ${row.scheme}, asked to ${intent.act} payment ${row.id}, is not in the manifest any more`);
  }
  const input = JSON.parse(await cipher.decrypt(intent.input, placeOf(row.id, intent.id))) as Record<string, unknown>;
  const { id, purpose, due } = row;
  const late = new AbortController();
  const deadline = pause(actSeconds * 1000, LATE, { signal: late.signal, ref: false }).then(
    (symbol) => Promise.reject(symbol),
    () => undefined,
  );
  try {
    const asked = pointing('/input', async () => scheme[intent.act]?.({ payment: { id, purpose, due }, input, actor: intent.actor }));
    return (await Promise.race([asked, deadline])) ?? undefined;
  } finally {
    late.abort();
  }
}
