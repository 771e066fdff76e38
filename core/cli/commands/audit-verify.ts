import { verifyAudit } from '../../store/audit-check.js';
import type { Command } from '../command.js';
import { adopterOf, planAdopter, reportingProblems } from '../deployment.js';
import { withTable } from './db-migrate.js';

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
      const table = { table: 'audit_entry', without: 'there is no audit log' };
      const verdict = await withTable(plan, env, table, (storage) => verifyAudit(storage.knex, tenant));
      const { checked, head, broken } = verdict;
      const { out, err } = terminal;
      if (flags.json) out(JSON.stringify({ tenant, checked, head, ...(broken && { broken }) }));
      else if (broken) err(`${broken.text}\n${checked} entries before it are whole (tenant ${tenant})`);
      else out(`the audit log is whole: ${checked} entries (tenant ${tenant})\nlast entry ${head.seq} ${head.hash || '-'}`);
      return broken ? 1 : 0;
    }),
};
