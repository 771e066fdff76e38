import type { Knex } from 'knex';
import { entryHash, imbalance, type LedgerEntry, type LedgerLine } from './ledger.js';
import { type LedgerFault, MOST_FAULTS } from './ledger-fault.js';
import { recordFaults } from './record-check.js';

export interface LedgerVerdict {
  /** Entries that were read. */
  readonly checked: number;
  readonly balances: readonly { readonly account: string; readonly currency: string; readonly amount: string }[];
  /** At most `MOST_FAULTS`; empty when the books are whole. */
  readonly faults: readonly LedgerFault[];
}

const BATCH = 500;

/** Reads all of the books and names what is not as it was written. Others may be booking meanwhile. */
export async function verifyLedger(knex: Knex, tenant: string): Promise<LedgerVerdict> {
  const faults: LedgerFault[] = [];
  const last = Number((await knex('ledger_entry').where({ tenant }).max({ seq: 'seq' }).first())?.seq ?? 0);
  let checked = 0;
  for (let after = 0; after < last; after += BATCH) {
    const found = await entryFaults(knex, tenant, after, Math.min(after + BATCH, last));
    checked += found.checked;
    faults.push(...found.faults);
  }
  faults.push(...(await orphans(knex, tenant)), ...(await auditFaults(knex, tenant, last)), ...(await recordFaults(knex, tenant)));
  return { checked, balances: await balances(knex, tenant), faults: faults.slice(0, MOST_FAULTS) };
}

type Numbered = LedgerEntry & { readonly seq: number };

/** Entries `after` < seq ≤ `upTo`, with their lines. */
async function entries(knex: Knex, tenant: string, after: number, upTo: number): Promise<Map<number, Numbered>> {
  const rows = await knex('ledger_entry').where({ tenant }).where('seq', '>', after).where('seq', '<=', upTo).orderBy('seq');
  const lines = await knex('ledger_line')
    .where({ tenant })
    .where('entry', '>', after)
    .where('entry', '<=', upTo)
    .orderBy(['entry', 'line'])
    .select('entry', 'account', 'currency', knex.raw('cast(amount as text) as amount'));
  const bySeq = new Map<number, LedgerLine[]>();
  for (const { entry, account, currency, amount } of lines) {
    const seq = Number(entry);
    if (!bySeq.has(seq)) bySeq.set(seq, []);
    bySeq.get(seq)?.push({ account, currency, amount: BigInt(amount) });
  }
  return new Map(
    rows.map(({ seq, kind, subject, actor, at }) => [
      Number(seq),
      { seq: Number(seq), kind, subject, actor, at, lines: bySeq.get(Number(seq)) ?? [] },
    ]),
  );
}

/** What is wrong with single entries: a missing number, or lines that do not balance. Also asked for by the health of the service. */
export async function entryFaults(
  knex: Knex,
  tenant: string,
  after: number,
  upTo: number,
): Promise<{ checked: number; faults: LedgerFault[] }> {
  const found = await entries(knex, tenant, after, upTo);
  const faults: LedgerFault[] = [];
  for (let seq = after + 1; seq <= upTo; seq += 1) {
    const entry = found.get(seq);
    if (!entry) faults.push({ problem: 'missing', entry: seq, text: `entry ${seq} is missing` });
    else if (entry.lines.length < 2) faults.push({ problem: 'unbalanced', entry: seq, text: `entry ${seq} lacks lines` });
    else {
      const sums = imbalance(entry.lines);
      if (sums.length > 0) faults.push({ problem: 'unbalanced', entry: seq, text: `entry ${seq} does not balance: ${sums.join(', ')}` });
    }
  }
  return { checked: found.size, faults };
}

async function orphans(knex: Knex, tenant: string): Promise<LedgerFault[]> {
  const rows = await knex('ledger_line as l')
    .where('l.tenant', tenant)
    .whereNotExists(knex('ledger_entry as e').where('e.tenant', tenant).whereRaw('e.seq = l.entry').select(knex.raw('1')))
    .distinct('l.entry')
    .limit(MOST_FAULTS);
  return rows.map(({ entry }) => ({
    problem: 'orphan',
    entry: Number(entry),
    text: `there are lines of an entry ${entry} that does not exist`,
  }));
}

/** The audit log, whose chain `divoc audit verify` checks, holds the hash of each entry: an altered one shows, and one that was slipped in. */
async function auditFaults(knex: Knex, tenant: string, last: number): Promise<LedgerFault[]> {
  const faults: LedgerFault[] = [];
  // Both are numbered under one lock, so that the log names the entries in their own order.
  let next = 1;
  const slipped = (upTo: number) => {
    for (; next < upTo && faults.length < MOST_FAULTS; next += 1)
      faults.push({ problem: 'unaudited', entry: next, text: `the audit log knows nothing of entry ${next}` });
  };
  for (let after = 0; ; ) {
    const rows = await knex('audit_entry')
      .where({ tenant })
      .where('seq', '>', after)
      .where((either) => either.where('action', 'like', 'payment.%').orWhere('action', 'cash-up.booked'))
      .orderBy('seq')
      .limit(BATCH)
      .select('seq', 'detail');
    if (rows.length === 0) break;
    after = Number(rows.at(-1).seq);
    const hashes = new Map<number, string>();
    for (const { detail } of rows) {
      const { entry, hash } = JSON.parse(detail) as { entry?: number; hash?: string };
      if (entry !== undefined && entry <= last) hashes.set(entry, hash ?? '');
    }
    const numbers = [...hashes.keys()];
    const found =
      numbers.length > 0 ? await entries(knex, tenant, Math.min(...numbers) - 1, Math.max(...numbers)) : new Map<number, Numbered>();
    for (const [seq, hash] of hashes) {
      slipped(seq);
      next = Math.max(next, seq + 1);
      const entry = found.get(seq);
      if (entry && entryHash(seq, entry) !== hash)
        faults.push({ problem: 'altered', entry: seq, text: `entry ${seq} is not what the audit log says of it` });
    }
  }
  slipped(last + 1);
  return faults;
}

async function balances(knex: Knex, tenant: string): Promise<LedgerVerdict['balances']> {
  const rows = await knex('ledger_line')
    .where({ tenant })
    .groupBy('account', 'currency')
    .orderBy(['account', 'currency'])
    .select('account', 'currency', knex.raw('cast(sum(amount) as text) as amount'));
  return rows.map(({ account, currency, amount }) => ({ account, currency, amount }));
}
