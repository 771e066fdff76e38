import { type Reissue, reissue } from '../../internal/reissue.js';
import { boot, type House } from '../../kernel/boot.js';
import { providersOf } from '../../kernel/graph.js';
import type { Plan } from '../../kernel/plan.js';
import { ManifestError } from '../../kernel/problem.js';
import { type Command, UsageError } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems } from '../deployment.js';
import { failuresOf, perSecond, reissueAll, totalsInWords } from '../reissue-all.js';
import { assertMigrated } from './db-migrate.js';
import { signerOf } from './keys.js';

export const certificatesReissue: Command = {
  name: 'certificates reissue',
  summary: 'signs anew, with the keys that are active now, what revoked keys had signed, and says how long that took',
  help: `
Usage: divoc certificates reissue [ADOPTER] [--key ID] [--dry-run] [--json]

Each certificate stays the same one, with its id, number, status and links; those of its forms that a revoked key had signed
are signed anew, and are what is given out from then on. Certificates that were revoked or superseded, or have expired, stay
as they are. May run beside divoc serve, be ended at any point, and be run again: nothing is done twice. Credentials that
others have written (POST /credentials/issue) are not kept here to be given out again, and are not re-issued.

  --key ID   only what this revoked key has signed; default: what any revoked key has
  --dry-run  counts, and signs nothing

Progress is told on standard error.
--json prints { "looked", "reissued", "before", "ended", "failed": { CODE: NUMBER }, "milliseconds", "perSecond" }.
Exits 0 when all are signed by keys that hold, 1 when some could not be signed.`,
  options: { key: { type: 'string' }, 'dry-run': { type: 'boolean' } },
  run: (input) =>
    reportingProblems(input, async () => {
      const { terminal, flags, env } = input;
      const plan = await planAdopter(adopterOf(input), env);
      const options = { ...(typeof flags.key === 'string' && { key: flags.key }), ...(flags['dry-run'] === true && { dryRun: true }) };
      return withReissue(plan, env, [], async (house) => {
        const keys = await signerOf(house, plan).keys();
        if (options.key !== undefined && !keys.some(({ id, revoked }) => id === options.key && revoked !== undefined))
          throw new UsageError('--key must be the id of a revoked key, as divoc keys list shows it.');
        const totals = await reissueAll(house.port<Reissue>(reissue.id), options, terminal.err);
        const { reissued, milliseconds } = totals;
        if (flags.json) terminal.out(JSON.stringify({ ...totals, perSecond: perSecond(reissued, milliseconds) }));
        else terminal.out(totalsInWords(totals, options.dryRun === true));
        return failuresOf(totals) > 0 ? 1 : 0;
      });
    }),
};

/** Boots what re-issues, and parts that provide one of `others`, and nothing else. */
export async function withReissue<T>(
  plan: Plan,
  env: NodeJS.ProcessEnv,
  others: readonly string[],
  work: (house: House) => Promise<T>,
): Promise<T> {
  if (providersOf(plan.parts, reissue.id).length === 0) {
    const message = 'no certificates are issued here, so that there are none to issue again; name the service certificates';
    throw new ManifestError([{ file: plan.file, line: 1, column: 1, code: 'CERTIFICATES_MISSING', message }]);
  }
  const [home, log] = [homeOf(env), logging(env)];
  await assertMigrated(plan, home, log);
  const house = await boot(plan, { home, log, only: [reissue.id, ...others] });
  try {
    return await work(house);
  } finally {
    await house.stop();
  }
}
