import type { Edge } from '../../internal/edge.js';
import { edge } from '../../internal/edge.js';
import { boot } from '../../kernel/boot.js';
import type { Command } from '../command.js';
import { adopterOf, homeOf, logging, planAdopter, reportingProblems, SERVICES_HELP, servicesOf, servicesOption } from '../deployment.js';
import { listenForFaults } from '../process-faults.js';
import { assertMigrated } from './db-migrate.js';

export const serve: Command = {
  name: 'serve',
  summary: 'runs an adopter until it is told to stop',
  help: `
Usage: divoc serve [ADOPTER] [--services A,B] [--json]

Runs what divoc plan shows. SIGINT or SIGTERM stop it in order.
${SERVICES_HELP}
DIVOC_HOME  the data folder (default .divoc)
PORT, HOST  where to listen (default 8080, 127.0.0.1, or as the manifest says)
LOG_LEVEL   debug, info, warn or error; logs are JSON lines on standard error
The database must have been prepared by divoc db migrate, with the same --services.
Exits 0 after a clean stop, 1 when something kept it from starting or an exception was caught by nobody.`,
  options: servicesOption,
  run: (input) =>
    reportingProblems(input, async () => {
      const plan = await planAdopter(adopterOf(input), input.env, servicesOf(input));
      const [home, log] = [homeOf(input.env), logging(input.env, 'info')];
      const faults = listenForFaults(plan.parts, log('kernel'));
      await assertMigrated(plan, home, log);
      const house = await boot(plan, { home, log });
      faults.watch(house);
      const address = house.port<Edge>(edge.id).address();
      const { out } = input.terminal;
      if (input.flags.json) out(JSON.stringify({ address }));
      else for (const line of welcome(plan.manifest.name, plan.manifest.profile, address)) out(line);
      const told = new Promise<void>((resolve) => {
        for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
      });
      const code = await Promise.race([told.then(() => 0), faults.crashed.then(() => 1)]);
      await house.stop();
      return code;
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
