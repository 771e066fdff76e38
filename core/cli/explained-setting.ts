import type { JsonSchema } from '../api/plugin.js';
import { type PlannedPart, providersOf } from '../kernel/graph.js';
import type { Plan } from '../kernel/plan.js';
import type { Position } from '../kernel/problem.js';
import { pathOf, pointer } from '../kernel/source.js';
import { didYouMean } from '../kernel/suggest.js';
import { UsageError } from './command.js';
import { facets, keyword, kindOf, memberOf, namesIn } from './setting-schema.js';

export interface ExplainedSetting {
  /** `download.linkValidFor` */
  readonly setting: string;
  /** Into the manifest, RFC 6901. */
  readonly pointer: string;
  readonly state: 'set' | 'default' | 'environment' | 'unset';
  /** Where the manifest, or one that it extends, sets it. */
  readonly from?: Position;
  /** The value in force; of a secret the reference alone. */
  readonly value?: unknown;
  readonly kind: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly isRequired: boolean;
  /** Set for what may only be given as `{ $secret: NAME }`. */
  readonly secret?: { readonly name?: string; readonly isFound?: boolean };
  /** What an instance must provide to be named here, and those that do. */
  readonly instance?: { readonly port: string; readonly candidates: readonly string[] };
  /** The name of a file beside the manifest. */
  readonly isFile?: true;
  readonly children: readonly ExplainedSetting[];
}

/** Explains a setting of a part, and all right below it. Throws a UsageError that names what is near for one that is unknown. */
export function explainSetting(plan: Plan, part: PlannedPart, path: readonly string[], env: NodeJS.ProcessEnv): ExplainedSetting {
  const root = part.descriptor.config ?? { type: 'object', additionalProperties: false };
  let at: Place = {
    setting: part.name,
    pointer: pointer(pathOf(part.kind, part.name), 'with'),
    schemas: facets(root, root),
    value: part.config,
    isRequired: false,
  };
  for (let rest = path; rest.length > 0; ) {
    const here: Place = at;
    // A name may have dots in it itself, so the longest that is known is taken.
    const known = new Set([...namesIn(here.schemas), ...Object.keys(isMap(here.value) ? here.value : {})]);
    const length = rest.map((_, i) => i + 1).findLast((n) => known.has(rest.slice(0, n).join('.')));
    const name = rest.slice(0, length ?? 1).join('.');
    if (length === undefined) {
      const hint = didYouMean(name, known) || (known.size > 0 ? `; known here: ${[...known].join(', ')}` : '');
      throw new UsageError(`${here.setting} has no '${name}'${hint}`);
    }
    at = child(root, here, name);
    rest = rest.slice(length);
  }
  return explained(plan, root, at, env, true);
}

interface Place {
  readonly setting: string;
  readonly pointer: string;
  readonly schemas: readonly JsonSchema[];
  readonly value: unknown;
  readonly isRequired: boolean;
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;

const child = (root: JsonSchema, parent: Place, name: string): Place => ({
  setting: `${parent.setting}.${name}`,
  pointer: pointer(parent.pointer, name),
  schemas: memberOf(root, parent.schemas, name),
  value: isMap(parent.value) && Object.hasOwn(parent.value, name) ? parent.value[name] : undefined,
  isRequired: parent.schemas.some(({ required }) => Array.isArray(required) && required.includes(name)),
});

function explained(plan: Plan, root: JsonSchema, place: Place, env: NodeJS.ProcessEnv, deep: boolean): ExplainedSetting {
  const { setting, schemas, value, isRequired } = place;
  const origin = plan.located.origins.get(place.pointer);
  const overridden = env.PORT && setting === 'http.port' ? 'PORT' : env.HOST && setting === 'http.host' ? 'HOST' : undefined;
  const secret = plan.secrets.find((use) => use.pointer === place.pointer);
  const [description, preset] = ['description', 'default'].map((name) => keyword(schemas, name));
  // Of a list of instances, what each of them must be.
  const port = keyword(schemas, 'x-instance') ?? keyword(memberOf(root, schemas, '0'), 'x-instance');
  const names = isMap(value) ? [...new Set([...namesIn(schemas), ...Object.keys(value)])] : namesIn(schemas);
  return {
    setting,
    pointer: place.pointer,
    state: overridden ? 'environment' : origin ? 'set' : value === undefined ? 'unset' : 'default',
    ...(origin && { from: origin.value }),
    ...(value !== undefined && { value: masked(plan, place.pointer, value) }),
    kind: kindOf(schemas),
    ...(typeof description === 'string' && { description }),
    ...(preset !== undefined && { default: preset }),
    isRequired,
    ...(keyword(schemas, 'x-secret') === true && { secret: secret ? { name: secret.name, isFound: secret.found } : {} }),
    ...(typeof port === 'string' && { instance: { port, candidates: providersOf(plan.parts, port).map(({ name }) => name) } }),
    ...(keyword(schemas, 'x-file') === true && { isFile: true as const }),
    children: deep ? names.map((name) => explained(plan, root, child(root, place, name), env, false)) : [],
  };
}

/** The value with references where secrets stand. */
export function masked(plan: Pick<Plan, 'secrets'>, at: string, value: unknown): unknown {
  const secret = plan.secrets.find((use) => use.pointer === at);
  if (secret) return { $secret: secret.name };
  if (Array.isArray(value)) return value.map((item, i) => masked(plan, pointer(at, i), item));
  if (!isMap(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, masked(plan, pointer(at, name), member)]));
}
