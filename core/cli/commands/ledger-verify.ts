import { Ledger } from '../../services/payments/ledger.js';
import { migrationsOf, pendingMigrations } from '../../store/migrate.js';
import type { Command } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems } from '../deployment.js';
import { withStorage } from './db-migrate.js';

export const ledgerVerify: Command = {
  name: 'ledger verify',
  summary: 'checks that every entry of the books balances',
  help: `
Usage: divoc ledger verify [ADOPTER] [--json]

Adds up the lines of each entry of the adopter's tenant, in each currency. May run beside divoc serve.
--json prints { "tenant", "entries", "unbalanced": [ids, at most 20] }.
Exits 0 when the books balance, 1 when they do not.`,
  options: {},
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const plan = await planAdopter(adopterOf(input), env);
      const { tenant } = plan.manifest;
      const ledger = new Ledger(tenant);
      const { entries, unbalanced } = await withStorage(plan, homeOf(env), logging(env), async (storage) => {
        await pendingMigrations(migrationsOf(plan), storage);
        if (!(await storage.knex.schema.hasTable('ledger_line')))
          throw Object.assign(new Error('there are no books; run: divoc db migrate'), { code: 'DATABASE_NOT_MIGRATED' });
        return { entries: await ledger.count(storage.knex), unbalanced: await ledger.unbalanced(storage.knex) };
      });
      const { out, err } = terminal;
      if (flags.json) out(JSON.stringify({ tenant, entries, unbalanced }));
      else if (unbalanced.length === 0) out(`the books balance: ${entries} entries (tenant ${tenant})`);
      else for (const entry of unbalanced) err(`entry ${entry} does not balance`);
      return unbalanced.length === 0 ? 0 : 1;
    }),
};
