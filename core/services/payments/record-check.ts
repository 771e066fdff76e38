import type { Knex } from 'knex';
import { type LedgerFault, MOST_FAULTS } from './ledger-fault.js';

/** A payment's state, amount and receipt, and the cash-ups, against the ledger. */
export async function recordFaults(knex: Knex, tenant: string): Promise<LedgerFault[]> {
  const faults: LedgerFault[] = [];
  const states: readonly (readonly [kind: string, states: readonly string[]])[] = [
    ['opened', ['due', 'authorized', 'captured', 'cancelled', 'refunded']],
    ['captured', ['captured', 'refunded']],
    ['cancelled', ['cancelled']],
    ['refunded', ['refunded']],
  ];
  const entryOf = (kind: string) =>
    knex('ledger_entry as e').where('e.tenant', tenant).where('e.kind', kind).whereRaw('e.subject = p.id').select(knex.raw('1'));
  const report = (rows: { id: string }[], problem: LedgerFault['problem'], text: string) =>
    faults.push(...rows.map(({ id }) => ({ problem, text: `payment ${id} ${text}` })));
  const payments = () => knex('payment as p').where('p.tenant', tenant).limit(MOST_FAULTS).select('p.id');
  for (const [kind, having] of states) {
    report(
      await payments().whereIn('p.state', having).whereNotExists(entryOf(kind)),
      'state',
      `has a state that the ledger does not know: it was not ${kind}`,
    );
    report(
      await payments().whereNotIn('p.state', having).whereExists(entryOf(kind)),
      'state',
      `has a state that leaves out that it was ${kind}`,
    );
  }
  const sides = knex('ledger_line as l')
    .join('ledger_entry as e', (on) => on.on('e.tenant', 'l.tenant').on('e.seq', 'l.entry'))
    .where('e.tenant', tenant)
    .whereRaw('e.subject = p.id')
    .whereRaw('(l.currency <> p.currency or abs(l.amount) <> p.amount)');
  report(await payments().whereExists(sides.select(knex.raw('1'))), 'amount', 'was booked with another amount');
  const receipt = knex('payment_receipt as r').where('r.tenant', tenant).whereRaw('r.payment = p.id').select(knex.raw('1'));
  report(
    await payments().whereIn('p.state', ['captured', 'refunded']).whereNotExists(receipt),
    'receipt',
    'was captured and has no receipt',
  );
  faults.push(...(await gaps(knex, tenant)));
  return faults;
}

/** Numbers that must have no gap: receipts of a scheme, cash-ups of a till. */
interface Run {
  readonly name: string;
  readonly last: number | string;
  readonly count: number | string;
}

async function gaps(knex: Knex, tenant: string): Promise<LedgerFault[]> {
  const receipts: Run[] = await knex('payment_receipt')
    .where({ tenant })
    .groupBy('scheme')
    .select('scheme as name', knex.raw('max(number) as last'), knex.raw('count(*) as count'));
  const tills: Run[] = await knex('cash_up')
    .where({ tenant })
    .groupBy('account', 'currency')
    .select('account as name', knex.raw('max(sequence) as last'), knex.raw('count(*) as count'));
  const gap = (problem: 'receipt' | 'cash-up', what: string) => (run: Run) => ({
    problem,
    text: `${run.name} has ${run.count} ${what} and the last is number ${run.last}`,
  });
  const hasGap = ({ last, count }: Run) => Number(last) !== Number(count);
  return [...receipts.filter(hasGap).map(gap('receipt', 'receipts')), ...tills.filter(hasGap).map(gap('cash-up', 'cash-ups'))];
}
