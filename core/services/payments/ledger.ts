import type { Knex } from 'knex';
import { v7 as uuidv7 } from 'uuid';

export interface LedgerLine {
  /** `receivable/counter`, `income/covid-19`, `counter/till/<actor>`, `safe/counter`; nothing personal. */
  readonly account: string;
  readonly currency: string;
  /** Minor units: debits positive, credits negative. */
  readonly amount: bigint;
}

export interface LedgerEntry {
  /** What happened, past tense: `payment.captured`. */
  readonly kind: string;
  /** Id of the payment or cash-up. */
  readonly subject: string;
  /** RFC 3339, UTC. */
  readonly at: string;
  readonly lines: readonly LedgerLine[];
}

/** Double-entry books of one tenant: every entry balances in each currency, and no line is ever changed. */
export class Ledger {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  /** Writes one entry within the caller's transaction. Throws an Error for one that does not balance; lines of zero are left out. */
  async post(trx: Knex.Transaction, { kind, subject, at, lines }: LedgerEntry): Promise<void> {
    const sums = new Map<string, bigint>();
    for (const { currency, amount } of lines) sums.set(currency, (sums.get(currency) ?? 0n) + amount);
    if ([...sums.values()].some((sum) => sum !== 0n)) throw new Error(`the entry ${kind} of ${subject} does not balance`);
    const entry = uuidv7();
    const rows = lines
      .filter(({ amount }) => amount !== 0n)
      .map(({ account, currency, amount }, line) => {
        return { tenant: this.#tenant, entry, line, at, kind, subject, account, currency, amount: amount.toString() };
      });
    if (rows.length > 0) await trx('ledger_line').insert(rows);
  }

  /** What an account holds, by currency. */
  async balances(db: Knex, account: string): Promise<ReadonlyMap<string, bigint>> {
    const rows: { currency: string; sum: string }[] = await db('ledger_line')
      .where({ tenant: this.#tenant, account })
      .groupBy('currency')
      .select('currency', db.raw('cast(sum(cast(amount as bigint)) as text) as sum'));
    return new Map(rows.map(({ currency, sum }) => [currency, BigInt(sum)]));
  }

  /** Entries that do not balance: none, unless somebody wrote to the table by other ways. */
  async unbalanced(db: Knex): Promise<readonly string[]> {
    const rows: { entry: string }[] = await db('ledger_line')
      .where({ tenant: this.#tenant })
      .groupBy('entry', 'currency')
      .havingRaw('sum(cast(amount as bigint)) <> 0')
      .select('entry')
      .limit(20);
    return rows.map(({ entry }) => entry);
  }

  async count(db: Knex): Promise<number> {
    const row = await db('ledger_line').where({ tenant: this.#tenant }).countDistinct({ count: 'entry' }).first();
    return Number(row?.count ?? 0);
  }
}
