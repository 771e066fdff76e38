import { deadJobs, reviveJobs } from '../../store/dead-jobs.js';
import type { Command } from '../command.js';
import { adopterOf, planAdopter, reportingProblems } from '../deployment.js';
import { withTable } from './db-migrate.js';

export const jobsCommand: Command = {
  name: 'jobs',
  summary: 'lists the jobs that have failed for good, and has them tried again',
  help: `
Usage: divoc jobs [ADOPTER] [--queue QUEUE] [--retry] [--id ID …] [--json]

Prints a line for each dead job, the oldest first, 1000 at most: its id, queue, subject, what it failed of and when.
Ids and codes only. May run beside divoc serve, which takes revived jobs within a second.

  --queue QUEUE   those of one queue: vaccination.issue, event:NAME, …
  --retry         makes those that would be listed due again; mend first what the code names
  --id ID         of these jobs only; may be given several times

--json prints { "jobs": [{ id, queue, subject, code, diedAt }], "revived": NUMBER }.
Exits 0 when nothing is dead or all was revived, 1 when dead jobs are left.`,
  options: { queue: { type: 'string' }, retry: { type: 'boolean' }, id: { type: 'string', multiple: true } },
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const plan = await planAdopter(adopterOf(input), env);
      const { tenant } = plan.manifest;
      const { jobs, revived } = await withTable(plan, env, { table: 'outbox_job', without: 'there are no jobs' }, async (storage) => {
        const wanted = flags.id as readonly string[] | undefined;
        const all = await deadJobs(storage, tenant, flags.queue as string | undefined);
        const dead = wanted ? all.filter(({ id }) => wanted.includes(id)) : all;
        const ids = dead.map(({ id }) => id);
        return { jobs: dead, revived: flags.retry ? await reviveJobs(storage, tenant, ids) : 0 };
      });
      if (flags.json) terminal.out(JSON.stringify({ jobs, revived }));
      else {
        for (const { id, queue, subject, code, diedAt } of jobs) terminal.out(`${id}  ${queue}  ${subject}  ${code}  ${diedAt}`);
        terminal.out(flags.retry ? `${revived} revived (tenant ${tenant})` : `${jobs.length} dead (tenant ${tenant})`);
      }
      return jobs.length > revived ? 1 : 0;
    }),
};
