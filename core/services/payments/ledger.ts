import type { Knex } from 'knex';
import { contentHash } from '../../api/index.js';

/** One side of an entry: debits are positive, credits negative; minor units. */
export interface LedgerLine {
  readonly account: string;
  readonly currency: string;
  readonly amount: bigint;
}

export interface LedgerEntry {
  /** `captured`, `cashed-up`: one of each kind per subject, kept by the database. */
  readonly kind: string;
  /** Id of the payment or the cash-up. */
  readonly subject: string;
  readonly actor: string;
  readonly at: string;
  readonly lines: readonly LedgerLine[];
}

const ACCOUNT = /^[a-z0-9][a-z0-9-]*(\/[a-z0-9][a-z0-9-]*)*$/;

export const isAccount = (name: string): boolean => name.length <= 160 && ACCOUNT.test(name);

/** Sums by currency that are not zero. */
export function imbalance(lines: readonly LedgerLine[]): string[] {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of lines) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
  return [...sums].filter(([, sum]) => sum !== 0n).map(([currency, sum]) => `${sum} ${currency}`);
}

/** What names an entry by its content; it stands in the audit log, so that an altered line shows. */
export function entryHash(seq: number, { kind, subject, actor, at, lines }: LedgerEntry): string {
  return contentHash({
    seq,
    kind,
    subject,
    actor,
    at,
    lines: lines.map(({ account, currency, amount }) => [account, currency, String(amount)]),
  });
}

/**
 * Appends an entry within the caller's transaction, whose write lock makes "the last number" one thing for all.
 * Throws an Error when it does not balance; the database would refuse it too.
 */
export async function appendEntry(trx: Knex.Transaction, tenant: string, entry: LedgerEntry): Promise<{ seq: number; hash: string }> {
  const { kind, subject, actor, at, lines } = entry;
  const wrong = lines.find(({ account, amount }) => !isAccount(account) || amount === 0n);
  if (lines.length < 2 || wrong || imbalance(lines).length > 0)
    throw new Error(`the ledger entry '${kind}' of ${subject} does not balance`);
  const seq = (await lastEntry(trx, tenant)) + 1;
  // Lines first: the entry's own row closes them, and the database balances them then.
  await trx('ledger_line').insert(
    lines.map(({ account, currency, amount }, i) => ({ tenant, entry: seq, line: i + 1, account, currency, amount: String(amount) })),
  );
  await trx('ledger_entry').insert({ tenant, seq, kind, subject, actor, at });
  return { seq, hash: entryHash(seq, entry) };
}

/** Number of the last entry, 0 when there is none. */
export async function lastEntry(db: Knex, tenant: string): Promise<number> {
  const row = await db('ledger_entry').where({ tenant }).max({ seq: 'seq' }).first();
  return Number(row?.seq ?? 0);
}

/** Sum of an account's lines after entry `after`; as text from the database, since a sum may exceed what a number holds. */
export async function balanceOf(
  db: Knex,
  { tenant, account, currency, after = 0 }: { tenant: string; account: string; currency: string; after?: number },
): Promise<{ amount: bigint; lines: number }> {
  const row = await db('ledger_line')
    .where({ tenant, account, currency })
    .where('entry', '>', after)
    .select(db.raw('cast(coalesce(sum(amount), 0) as text) as amount'), db.raw('count(*) as lines'))
    .first();
  return { amount: BigInt(row.amount), lines: Number(row.lines) };
}
