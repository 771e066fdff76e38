import type { Command } from '../command.js';
import { adopterOf, planAdopter, reportingProblems, SERVICES_HELP, servicesOf, servicesOption, shortPath } from '../deployment.js';

export const check: Command = {
  name: 'check',
  summary: "checks all of an adopter's files at once and starts nothing",
  help: `
Usage: divoc check [ADOPTER] [--services A,B] [--json]

ADOPTER is a folder with an adopter.yaml, or a manifest itself; default DIVOC_ADOPTER, or the working folder.
${SERVICES_HELP}
Each mistake is printed as file:line:column  CODE  message.
--json prints { "problems": [{ file, line, column, code, message }] }.
Exits 0 when there is nothing to mend, 1 when there is, 2 when called wrongly.`,
  options: servicesOption,
  run: (input) =>
    reportingProblems(input, async () => {
      const plan = await planAdopter(adopterOf(input), input.env, servicesOf(input));
      if (input.flags.json) input.terminal.out(JSON.stringify({ problems: [] }));
      else input.terminal.out(`${shortPath(plan.file)}: nothing to mend (${plan.parts.length} parts)`);
      return 0;
    }),
};
