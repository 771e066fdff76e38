import { relative } from 'node:path';
import { canonicalJson } from '../api/canonical-json.js';
import type { PlannedPart } from '../kernel/graph.js';
import type { Plan } from '../kernel/plan.js';
import { checkAgainst } from '../kernel/schema-check.js';
import { pathOf, pointer } from '../kernel/source.js';
import { digestOf, fieldsOf, recordsChangedBy, templatesOf } from './adopter-files.js';
import { type DescribedPlan, describePlan } from './described-plan.js';
import { masked } from './explained-setting.js';
import { settingName } from './setting-name.js';

/** `from` is absent for what is new, `to` for what is gone. */
export interface Change {
  readonly what: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** In what two plans differ; empty lists where they do not. All sorted. */
export interface PlanDifferences {
  /** By instance name: which package, in which version. */
  readonly parts: readonly Change[];
  /** Of parts that both have: values in force, defaults included; secrets as references. */
  readonly settings: readonly Change[];
  /** `POST /v1/vaccinations` → its scope. */
  readonly routes: readonly Change[];
  readonly scopes: readonly Change[];
  /** `sms reaches api.sms.example` */
  readonly grants: readonly Change[];
  /** `vaccination.patient.parentName` → its declaration, or what of that has changed. */
  readonly records: readonly Change[];
  /** The adopters' own, by name → digest. */
  readonly templates: readonly Change[];
}

/** Compares what two manifests come to. */
export function planDifferences(a: Plan, b: Plan): PlanDifferences {
  const [left, right] = [describePlan(a), describePlan(b)];
  const records = [...new Set([...recordsChangedBy(a.adopter), ...recordsChangedBy(b.adopter)])].sort();
  const fields = ({ adopter }: Plan) =>
    records.flatMap((record) => [...fieldsOf(record, adopter)].map(([field, declared]) => [`${record}.${field}`, declared] as const));
  return {
    parts: changes(packagesIn(left), packagesIn(right)),
    settings: changes(settingsIn(a, b), settingsIn(b, a)),
    routes: changes(routesIn(left), routesIn(right)),
    scopes: changes(scopesIn(left), scopesIn(right)),
    grants: changes(grantsIn(left), grantsIn(right)),
    records: changes(fields(a), fields(b)).map(narrowed),
    templates: changes([...templatesOf(a.adopter)], [...templatesOf(b.adopter)]),
  };
}

type Entries = readonly (readonly [string, unknown])[];

function changes(a: Entries, b: Entries): Change[] {
  const [from, to] = [new Map(a), new Map(b)];
  const names = [...new Set([...from.keys(), ...to.keys()])].sort();
  const same = (name: string) => from.has(name) && to.has(name) && canonicalJson(from.get(name)) === canonicalJson(to.get(name));
  return names
    .filter((name) => !same(name))
    .map((what) => ({ what, ...(from.has(what) && { from: from.get(what) }), ...(to.has(what) && { to: to.get(what) }) }));
}

/** Of a field that both have, only the keywords in which it differs. */
function narrowed(change: Change): Change {
  const { what, from, to } = change;
  if (from === undefined || to === undefined) return change;
  const differing = changes(Object.entries(from as object), Object.entries(to as object));
  const side = (of: 'from' | 'to') => Object.fromEntries(differing.flatMap((each) => (of in each ? [[each.what, each[of]]] : [])));
  return { what, from: side('from'), to: side('to') };
}

const packagesIn = ({ parts }: DescribedPlan): Entries => parts.map(({ name, package: from = 'built in' }) => [name, from]);
const routesIn = ({ routes }: DescribedPlan): Entries => routes.map(({ method, path, scope }) => [`${method} ${path}`, scope]);
const scopesIn = ({ routes }: DescribedPlan): Entries => [...new Set(routes.map(({ scope }) => scope))].map((scope) => [scope, true]);

const grantsIn = ({ parts }: DescribedPlan): Entries =>
  parts.flatMap(({ name, grants }) =>
    [
      ...grants.network.map((host) => `${name} reaches ${host}`),
      ...grants.reads.map((path) => `${name} reads ${path}`),
      ...grants.house.map((port) => `${name} is trusted with ${port}`),
    ].map((grant) => [grant, true] as const),
  );

/** The settings of those parts that the other plan has too, and of the manifest itself. */
function settingsIn(plan: Plan, other: Plan): Entries {
  const { name, tenant, profile } = plan.manifest;
  const own = Object.entries({ name, tenant, profile }).filter(([, value]) => value !== undefined);
  const shared = plan.parts.filter((part) => other.parts.some((theirs) => theirs.name === part.name));
  return [...own, ...shared.flatMap((part) => leavesOf(part, plan))];
}

function leavesOf(part: PlannedPart, plan: Plan): Entries {
  const top = pointer(pathOf(part.kind, part.name), 'with');
  const { annotations } = checkAgainst(part.descriptor.config ?? { type: 'object' }, structuredClone(part.config), part.name);
  const files = new Set(annotations.flatMap((note) => (note.keyword === 'x-file' ? [top + note.pointer] : [])));
  const leaves: (readonly [string, unknown])[] = [];
  const walk = (value: unknown, at: string): void => {
    if (typeof value === 'object' && value !== null && !Array.isArray(value) && !('$secret' in value)) {
      for (const [name, member] of Object.entries(value)) walk(member, pointer(at, name));
    } else if (files.has(at)) leaves.push([settingName(at), `${relative(plan.adopter, String(value))} (${digestOf(String(value))})`]);
    else leaves.push([settingName(at), value]);
  };
  walk(masked(plan, top, part.config), top);
  return leaves;
}
