import type { RouteTable } from '../../api/ports/routes.js';
import { mountOf } from '../../api/ports/routes.js';
import { portOf } from '../../kernel/graph.js';
import type { Plan } from '../../kernel/plan.js';
import type { Command } from '../command.js';
import { adopterOf, planAdopter, reportingProblems } from '../deployment.js';

/** The plan as data: what `--json` prints. */
export function describePlan(plan: Plan) {
  return {
    name: plan.manifest.name,
    tenant: plan.manifest.tenant,
    profile: plan.manifest.profile,
    parts: plan.parts.map((part) => ({
      name: part.name,
      kind: part.kind,
      summary: part.descriptor.summary,
      ...(part.packageName && { package: `${part.packageName}@${part.version}` }),
      provides: Object.values(part.descriptor.provides).map((p) => portOf(p).id),
      uses: Object.fromEntries(Object.values(plan.wiring.get(part.name) ?? {}).map(({ need, from }) => [need.port.id, from])),
      grants: part.descriptor.grants ?? {},
    })),
    routes: plan.parts.flatMap((part) =>
      Object.values(part.descriptor.provides).flatMap((provided) => {
        if (provided.$divoc !== 'provision' || provided.port.name !== 'routes') return [];
        const table = provided.declaration as RouteTable;
        return Object.values(table.routes).map((r) => ({
          method: r.method,
          path: mountOf(table, part.name) + r.path,
          scope: r.scope,
          part: part.name,
        }));
      }),
    ),
    secrets: plan.secrets.map(({ name, found }) => ({ name, found })),
  };
}

export const planCommand: Command = {
  name: 'plan',
  summary: 'shows what would run, in which order, and with which routes',
  help: `
Usage: divoc plan [ADOPTER] [--json]

Shows the parts in the order of their start, what each provides and uses, every route with its scope,
and the secrets with whether they are set. Starts nothing. Exits like divoc check.`,
  options: {},
  run: (input) =>
    reportingProblems(input, async () => {
      const described = describePlan(await planAdopter(adopterOf(input), input.env));
      const { out } = input.terminal;
      if (input.flags.json) {
        out(JSON.stringify(described));
        return 0;
      }
      out(`${described.name} (${described.profile}, tenant ${described.tenant})\n\nParts, in the order of their start`);
      for (const part of described.parts) {
        out(`  ${part.name.padEnd(16)} ${part.package ?? 'built in'}`);
        const uses = Object.entries(part.uses).map(([port, from]) => `${port} from ${from.join(', ') || 'nobody'}`);
        if (part.provides.length > 0) out(`${' '.repeat(19)}provides ${part.provides.join(', ')}`);
        if (uses.length > 0) out(`${' '.repeat(19)}uses ${uses.join('; ')}`);
      }
      out('\nRoutes');
      for (const route of described.routes) out(`  ${route.method.padEnd(6)} ${route.path.padEnd(40)} ${route.scope} (${route.part})`);
      if (described.secrets.length > 0) out('\nSecrets');
      for (const secret of described.secrets) out(`  ${secret.name} ${secret.found ? 'found' : 'MISSING'}`);
      return 0;
    }),
};
