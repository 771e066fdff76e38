import { verifyAudit } from '../../store/audit-check.js';
import { migrationsOf, pendingMigrations } from '../../store/migrate.js';
import type { Command } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems } from '../deployment.js';
import { withStorage } from './db-migrate.js';

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'checks that no entry of the audit log was altered, removed or moved',
  help: `
Usage: divoc audit verify [ADOPTER] [--json]

Walks the hash chain of the adopter's tenant and names the first entry that is not as it was written. May run beside
divoc serve. Prints the number and hash of the last entry: kept elsewhere, they also show a log that was made anew.
--json prints { "tenant", "checked", "head": { seq, hash }, "broken"?: { seq, problem, text } }.
Exits 0 when the log is whole, 1 when it is not.`,
  options: {},
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const plan = await planAdopter(adopterOf(input), env);
      const { tenant } = plan.manifest;
      const verdict = await withStorage(plan, homeOf(env), logging(env), async (storage) => {
        // Only reads: a database of an earlier shape is no reason to touch it, and one without a log has nothing to check.
        await pendingMigrations(migrationsOf(plan), storage);
        if (await storage.knex.schema.hasTable('audit_entry')) return verifyAudit(storage.knex, tenant);
        throw Object.assign(new Error('there is no audit log; run: divoc db migrate'), { code: 'DATABASE_NOT_MIGRATED' });
      });
      const { checked, head, broken } = verdict;
      const { out, err } = terminal;
      if (flags.json) out(JSON.stringify({ tenant, checked, head, ...(broken && { broken }) }));
      else if (broken) err(`${broken.text}\n${checked} entries before it are whole (tenant ${tenant})`);
      else out(`the audit log is whole: ${checked} entries (tenant ${tenant})\nlast entry ${head.seq} ${head.hash || '-'}`);
      return broken ? 1 : 0;
    }),
};
