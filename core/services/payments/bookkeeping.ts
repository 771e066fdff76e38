import type { Knex } from 'knex';
import type { Clock, Settlement } from '../../api/index.js';
import type { Audit } from '../../internal/index.js';
import { cancelled, captured, opened, refunded, schemeAccount } from './accounts.js';
import { appendEntry, isAccount, type LedgerLine } from './ledger.js';
import type { PaymentRow, PaymentStore } from './payment-store.js';
import { issueReceipt } from './receipts.js';
import { type ActName, isAllowed, PAYMENT_MACHINE } from './state-machine.js';

export interface Books {
  readonly tenant: string;
  readonly store: PaymentStore;
  readonly audit: Audit;
  readonly clock: Clock;
}

/** The past tense of each act: kinds of ledger entries and actions of the audit log. */
export const DONE: Readonly<Record<ActName | 'open' | 'use', string>> = {
  open: 'opened',
  authorize: 'authorized',
  capture: 'captured',
  cancel: 'cancelled',
  refund: 'refunded',
  use: 'used',
};

/** Writes a new payment with its ledger entry, its first act and its audit entry. */
export async function bookOpening(books: Books, trx: Knex.Transaction, row: PaymentRow): Promise<void> {
  await books.store.add(trx, row);
  await note(books, trx, row, { act: 'open', actor: row.owner, lines: opened(row) });
}

/**
 * Books what the scheme has done: state, ledger entry, receipt and audit entry together. Throws an Error when the payment's
 * state does not allow it, or when what the scheme says cannot be booked.
 */
export async function bookAct(
  books: Books,
  trx: Knex.Transaction,
  row: PaymentRow,
  { act, actor, settlement }: { readonly act: ActName; readonly actor: string; readonly settlement?: Settlement },
): Promise<void> {
  if (!isAllowed(act, row.state)) throw new Error(`payment ${row.id} is ${row.state}: ${act} cannot be booked`);
  if (settlement) assertBookable(row.scheme, settlement);
  await books.store.moveOn(trx, row.id, row.state, PAYMENT_MACHINE.acts[act].to);
  if (act === 'capture') await issueReceipt(trx, { tenant: books.tenant, row, at: books.clock.now().toISOString() });
  await note(books, trx, row, { act, actor, lines: linesOf(act, row, settlement), ...(settlement && { settlement }) });
}

/** Binds a captured payment to the act that it pays for. */
export async function bookUse(books: Books, trx: Knex.Transaction, row: PaymentRow, act: string): Promise<void> {
  await books.store.bindAct(trx, row.id, act);
  await note(books, trx, row, { act: 'use', actor: 'house', lines: [] });
}

function linesOf(act: ActName, row: PaymentRow, settlement: Settlement | undefined): LedgerLine[] {
  // Money that is held has not moved.
  if (act === 'authorize') return [];
  if (act === 'cancel') return cancelled(row);
  if (!settlement) throw new Error(`the scheme ${row.scheme} does not say how it settled payment ${row.id}`);
  return act === 'capture' ? captured(row, settlement) : refunded(row, settlement);
}

function assertBookable(scheme: string, { account, reference }: Settlement): void {
  if (!isAccount(schemeAccount(scheme, account))) throw new Error(`the scheme ${scheme} names an account that a ledger cannot have`);
  if (reference !== undefined && !/^[\p{L}\p{N}\p{P}\p{S} ]{1,64}$/u.test(reference)) {
    throw new Error(`the scheme ${scheme} gives a reference that cannot be kept`);
  }
}

interface Noted {
  readonly act: ActName | 'open' | 'use';
  readonly actor: string;
  readonly lines: readonly LedgerLine[];
  readonly settlement?: Settlement;
}

async function note({ tenant, store, audit, clock }: Books, trx: Knex.Transaction, row: PaymentRow, noted: Noted): Promise<void> {
  const { act, actor, lines, settlement } = noted;
  const at = clock.now().toISOString();
  const kind = DONE[act];
  const entry = lines.length > 0 ? await appendEntry(trx, tenant, { kind, subject: row.id, actor, at, lines }) : undefined;
  await store.addAct(trx, { payment: row.id, act, actor, at, ...settlement, ...(entry && { entry: entry.seq }) });
  await audit.append(trx, {
    actor,
    action: `payment.${kind}`,
    subject: row.id,
    ...(entry && { detail: { entry: entry.seq, hash: entry.hash } }),
  });
}
