import type { Edge } from '../../internal/edge.js';
import { edge } from '../../internal/edge.js';
import { boot } from '../../kernel/boot.js';
import type { Command } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems } from '../deployment.js';
import { assertMigrated } from './db-migrate.js';

export const serve: Command = {
  name: 'serve',
  summary: 'runs an adopter until it is told to stop',
  help: `
Usage: divoc serve [ADOPTER] [--json]

Runs what divoc plan shows. SIGINT or SIGTERM stop it in order.
DIVOC_HOME  the data folder (default .divoc)
PORT, HOST  where to listen (default 8080, 127.0.0.1, or as the manifest says)
LOG_LEVEL   debug, info, warn or error; logs are JSON lines on standard error
The database must have been prepared by divoc db migrate.
Exits 0 after a clean stop, 1 when something kept it from starting.`,
  options: {},
  run: (input) =>
    reportingProblems(input, async () => {
      const plan = await planAdopter(adopterOf(input), input.env);
      const [home, log] = [homeOf(input.env), logging(input.env, 'info')];
      await assertMigrated(plan, home, log);
      const house = await boot(plan, { home, log });
      const address = house.port<Edge>(edge.id).address();
      const { out } = input.terminal;
      if (input.flags.json) out(JSON.stringify({ address }));
      else for (const line of welcome(plan.manifest.name, plan.manifest.profile, address)) out(line);
      await new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      await house.stop();
      return 0;
    }),
};

function welcome(name: string, profile: string, address: string): string[] {
  return [
    '',
    `DIVOC runs ${name} (${profile}) on ${address}`,
    `API documentation   ${address}/docs`,
    `Is it ready?        curl ${address}/readyz`,
    'Next                npx divoc token --role facility-staff   (README.md: the main job in ten lines)',
    'Stop                Ctrl-C',
  ];
}
