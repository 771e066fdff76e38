import type { PartDescriptor } from '../api/plugin.js';
import type { Provision } from '../api/port.js';
import { jobs } from '../api/ports/jobs.js';
import { mountOf, type RouteTable, routes } from '../api/ports/routes.js';
import * as internal from '../internal/index.js';
import { type PlannedPart, portOf } from '../kernel/graph.js';
import type { Plan } from '../kernel/plan.js';
import { migrationsOf } from '../store/migrate.js';
import { builtIns } from './built-ins.js';
import { ownRoutes } from './own-routes.js';
import { settingName } from './setting-name.js';

export interface DescribedGrants {
  readonly network: readonly string[];
  readonly reads: readonly string[];
  /** Ports that only the house has (database, keys): whoever uses one is trusted with it. */
  readonly house: readonly string[];
}

export interface DescribedPart {
  readonly name: string;
  readonly kind: PlannedPart['kind'];
  readonly summary: string;
  readonly package?: string;
  readonly provides: readonly string[];
  /** Port → the parts that provide it. */
  readonly uses: Readonly<Record<string, readonly string[]>>;
  readonly grants: DescribedGrants;
  /** Names of the steps that give the database its tables. */
  readonly migrations: readonly string[];
  /** It carries out jobs. */
  readonly jobs: boolean;
}

export interface DescribedRoute {
  readonly method: string;
  readonly path: string;
  readonly scope: string;
  readonly summary: string;
  readonly part: string;
}

export interface DescribedSecret {
  readonly name: string;
  readonly found: boolean;
  /** `sms.token` */
  readonly usedBy: readonly string[];
}

export interface DescribedPlan {
  readonly name: string;
  readonly tenant: string;
  readonly profile: string;
  /** In the order of their start. */
  readonly parts: readonly DescribedPart[];
  readonly routes: readonly DescribedRoute[];
  readonly secrets: readonly DescribedSecret[];
  /** Parts of the manifest that --services leaves out. */
  readonly leftOut: readonly string[];
}

const HOUSE_PORTS = new Set(
  Object.values(internal).flatMap((value) => (typeof value === 'object' && value.$divoc === 'port' ? [value.id] : [])),
);

/** The plan as data: what `--json` prints. Parts stand in the order of their start; all else is sorted. */
export function describePlan(plan: Plan): DescribedPlan {
  const steps = new Map(migrationsOf(plan).map(({ owner, steps }) => [owner, steps.map(({ name }) => name)]));
  return {
    name: plan.manifest.name,
    tenant: plan.manifest.tenant,
    profile: plan.manifest.profile,
    parts: plan.parts.map((part) => ({
      name: part.name,
      kind: part.kind,
      summary: part.descriptor.summary,
      ...(part.packageName !== undefined && { package: `${part.packageName}@${part.version}` }),
      provides: portsOf(part.descriptor),
      uses: sortedByKey(Object.values(plan.wiring.get(part.name) ?? {}).map(({ need, from }) => [need.port.id, [...from].sort()])),
      grants: grantsOf(part.descriptor),
      migrations: steps.get(part.descriptor.id) ?? [],
      jobs: portsOf(part.descriptor).includes(jobs.id),
    })),
    routes: plan.parts.flatMap(routesOf).sort(byPath),
    secrets: secretsOf(plan),
    leftOut: [...plan.leftOut].sort(),
  };
}

const portsOf = ({ provides }: PartDescriptor): string[] => Object.values(provides).map((provided) => portOf(provided).id);

function grantsOf({ grants = {}, uses }: PartDescriptor): DescribedGrants {
  const house = Object.values(uses).flatMap(({ port }) => (HOUSE_PORTS.has(port.id) ? [port.id] : []));
  return { network: [...(grants.network ?? [])].sort(), reads: [...(grants.reads ?? [])].sort(), house: house.sort() };
}

function routesOf(part: PlannedPart): DescribedRoute[] {
  const declared = Object.values(part.descriptor.provides).flatMap((provided) => {
    if (provided.$divoc !== 'provision' || provided.port.id !== routes.id) return [];
    const table = (provided as Provision<unknown, unknown>).declaration as RouteTable;
    return Object.values(table.routes).map((route) => ({ ...route, path: mountOf(table, part.name) + route.path }));
  });
  const own = part.descriptor.id === builtIns.http?.descriptor.id ? ownRoutes : [];
  return [...declared, ...own].map(({ method, path, scope, summary }) => ({ method, path, scope, summary, part: part.name }));
}

const byPath = (a: DescribedRoute, b: DescribedRoute): number =>
  compare(`${a.path} ${a.method} ${a.part}`, `${b.path} ${b.method} ${b.part}`);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const sortedByKey = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => compare(a, b)));

function secretsOf(plan: Plan): DescribedSecret[] {
  const names = [...new Set(plan.secrets.map(({ name }) => name))].sort();
  return names.map((name) => {
    const uses = plan.secrets.filter((secret) => secret.name === name);
    return { name, found: uses.every(({ found }) => found), usedBy: uses.map(({ pointer }) => settingName(pointer)).sort() };
  });
}
