import type { Command } from '../command.js';
import { adopterOf, planToShow, reportingProblems, SERVICES_HELP, servicesOf, servicesOption } from '../deployment.js';
import { type DescribedPart, type DescribedPlan, describePlan } from '../described-plan.js';

export const planCommand: Command = {
  name: 'plan',
  summary: 'shows what would run: parts, routes, grants, secrets',
  help: `
Usage: divoc plan [ADOPTER] [--services A,B] [--json]

Shows the parts in the order of their start, with what each provides, uses, may reach (grants) and keeps (migrations);
every route with its scope; and the secrets, with whether they are set and where they are used. Starts nothing, and
changes nothing: what of the migrations is applied, only divoc db migrate knows.
${SERVICES_HELP}
--json prints the same as one object, sorted, so that two plans can be compared as text.
Exits 0, also where secrets are not set, 1 when there is something else to mend, 2 when called wrongly.`,
  options: servicesOption,
  run: (input) =>
    reportingProblems(input, async () => {
      const described = describePlan(await planToShow(adopterOf(input), input.env, servicesOf(input)));
      const { out } = input.terminal;
      if (input.flags.json) out(JSON.stringify(described));
      else for (const line of linesOf(described)) out(line);
      return 0;
    }),
};

const INDENT = ' '.repeat(19);

function linesOf({ name, profile, tenant, parts, routes, secrets, leftOut }: DescribedPlan): string[] {
  const width = Math.max(...routes.map(({ path }) => path.length), 0);
  return [
    `${name} (${profile}, tenant ${tenant})`,
    '',
    'Parts, in the order of their start',
    ...parts.flatMap((part) => [`  ${part.name.padEnd(16)} ${part.package ?? 'built in'}`, ...factsOf(part).map((fact) => INDENT + fact)]),
    '',
    'Routes',
    ...routes.map(({ method, path, scope, part }) => `  ${method.padEnd(6)} ${path.padEnd(width)}  ${scope} (${part})`),
    ...(secrets.length > 0 ? ['', 'Secrets'] : []),
    ...secrets.map((secret) => `  ${secret.name} ${secret.found ? 'found' : 'MISSING'} (${secret.usedBy.join(', ')})`),
    ...(leftOut.length > 0 ? ['', `Left out: ${leftOut.join(', ')}`] : []),
  ];
}

function factsOf({ summary, provides, uses, grants, migrations, jobs }: DescribedPart): string[] {
  const used = Object.entries(uses).map(([port, from]) => `${port} from ${from.join(', ') || 'nobody'}`);
  const facts: [string, readonly string[], string][] = [
    ['provides', provides, ', '],
    ['uses', used, '; '],
    ['reaches', grants.network, ', '],
    ['reads', grants.reads, ', '],
    ['trusted with', grants.house, ', '],
    ['migrations', migrations, ', '],
  ];
  return [
    summary,
    ...facts.filter(([, items]) => items.length > 0).map(([word, items, comma]) => `${word} ${items.join(comma)}`),
    ...(jobs ? ['carries out jobs'] : []),
  ];
}
