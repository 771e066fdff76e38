import type { Plan } from '../../kernel/plan.js';
import { ManifestError } from '../../kernel/problem.js';
import { type Command, type CommandInput, UsageError } from '../command.js';
import { planAdopter, reportingProblems, shortPath } from '../deployment.js';
import { type Change, type PlanDifferences, planDifferences } from '../plan-differences.js';

export const diff: Command = {
  name: 'diff',
  summary: 'says in what two adopters differ: parts, settings, routes, grants, records, templates',
  help: `
Usage: divoc diff A B [--json]

A and B are folders of adopters, manifests, or manifests that others extend. Compared is what they come to, with all that
they extend and all defaults: - is only in A, + only in B, ~ in both and not the same. Of secrets only the names are shown.
--json prints { "parts", "settings", "routes", "scopes", "grants", "records", "templates" }: lists of { what, from?, to? }.
Exits 0 when there is no difference, 1 when there is, 2 when they cannot be compared.`,
  options: {},
  run: (input) =>
    reportingProblems(
      input,
      async () => {
        const [a, b, ...more] = input.words;
        if (a === undefined || b === undefined || more.length > 0) throw new UsageError('Name two adopters.');
        const [left, right] = [await readable(a, input), await readable(b, input)];
        const differences = planDifferences(left, right);
        const { out } = input.terminal;
        const isSame = Object.values(differences).every((changes) => changes.length === 0);
        if (input.flags.json) out(JSON.stringify(differences));
        else for (const line of isSame ? ['no difference'] : linesOf(differences)) out(line);
        return isSame ? 0 : 1;
      },
      2,
    ),
};

/** What is not there would look as if it had been taken away. */
const HIDES = /^(PLUGIN_|MANIFEST_(YAML|FILE_MISSING|EXTENDS_CYCLE|NAME_TAKEN)$)/;

async function readable(path: string, { env, terminal, flags }: CommandInput): Promise<Plan> {
  // PORT and HOST are of this machine, not of either manifest.
  const { PORT: _port, HOST: _host, ...rest } = env;
  const plan = await planAdopter(path, rest, { tolerant: true });
  const hiding = plan.problems.filter(({ code }) => HIDES.test(code));
  if (hiding.length > 0) throw new ManifestError(hiding);
  const others = plan.problems.filter(({ code }) => code !== 'SECRET_MISSING');
  if (others.length > 0 && !flags.json) terminal.err(`${shortPath(plan.file)} is not complete by itself; see: divoc check`);
  return plan;
}

const TITLES: Readonly<Record<keyof PlanDifferences, string>> = {
  parts: 'Parts',
  settings: 'Settings',
  routes: 'Routes',
  scopes: 'Scopes',
  grants: 'Grants',
  records: 'Records',
  templates: 'Templates',
};
/** Whose names say everything. */
const BARE: ReadonlySet<string> = new Set(['scopes', 'grants', 'templates']);

const linesOf = (differences: PlanDifferences): string[] =>
  Object.entries(TITLES).flatMap(([kind, title]) => {
    const changes = differences[kind as keyof PlanDifferences];
    return changes.length === 0 ? [] : [title, ...changes.map((change) => `  ${lineOf(change, BARE.has(kind))}`)];
  });

function lineOf({ what, from, to }: Change, isBare: boolean): string {
  const sign = from === undefined ? '+' : to === undefined ? '-' : '~';
  if (isBare) return `${sign} ${what}`;
  const values = [from, to]
    .filter((value) => value !== undefined)
    .map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
  return `${sign} ${what}  ${values.join(' → ')}`;
}
