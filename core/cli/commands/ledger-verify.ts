import { type LedgerVerdict, verifyLedger } from '../../services/payments/ledger-check.js';
import type { Command } from '../command.js';
import { adopterOf, planAdopter, reportingProblems } from '../deployment.js';
import { withTable } from './db-migrate.js';

export const ledgerVerify: Command = {
  name: 'ledger verify',
  summary: 'checks that the books of payments balance and are as they were written',
  help: `
Usage: divoc ledger verify [ADOPTER] [--json]

Reads the whole ledger of the adopter's tenant: each entry balances, none is missing or was slipped in, each is what the
audit log says of it (run divoc audit verify as well: it checks that log), and payments, receipts and cash-ups agree with
it. May run beside divoc serve. Prints the balance of each account.
--json prints { "tenant", "checked", "balances": [{ account, currency, amount }], "faults": [{ problem, entry?, text }] }.
Exits 0 when the books are whole, 1 when they are not.`,
  options: {},
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const plan = await planAdopter(adopterOf(input), env);
      const { tenant } = plan.manifest;
      const table = { table: 'ledger_entry', without: 'there is no ledger' };
      const verdict = await withTable(plan, env, table, (storage) => verifyLedger(storage.knex, tenant));
      if (flags.json) terminal.out(JSON.stringify({ tenant, ...verdict }));
      else if (verdict.faults.length > 0) terminal.err(faultsInWords(verdict, tenant));
      else terminal.out(balancesInWords(verdict, tenant));
      return verdict.faults.length > 0 ? 1 : 0;
    }),
};

const entries = (count: number): string => `${count} entr${count === 1 ? 'y' : 'ies'}`;

function faultsInWords({ faults, checked }: LedgerVerdict, tenant: string): string {
  const count = `${faults.length} fault${faults.length === 1 ? '' : 's'} in ${entries(checked)} (tenant ${tenant})`;
  return [...faults.map(({ text }) => text), count].join('\n');
}

function balancesInWords({ balances, checked }: LedgerVerdict, tenant: string): string {
  const width = Math.max(0, ...balances.map(({ account }) => account.length));
  const amounts = Math.max(0, ...balances.map(({ amount }) => amount.length));
  const lines = balances.map(({ account, currency, amount }) => `${account.padEnd(width)}  ${amount.padStart(amounts)} ${currency}`);
  return [`the books are whole: ${entries(checked)} (tenant ${tenant}); balances in minor units:`, ...lines].join('\n');
}
