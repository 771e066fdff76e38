import type { PartDescriptor } from '../api/plugin.js';
import type { Need, Port, Provision } from '../api/port.js';
import { houseHealth } from '../internal/health.js';
import type { Position, Problems } from './problem.js';

/** A part of the plan: an instance of a plugin, or a built-in part. */
export interface PlannedPart {
  readonly name: string;
  readonly kind: 'plugin' | 'built-in';
  readonly descriptor: PartDescriptor;
  readonly config: unknown;
  readonly position: Position;
  readonly packageName?: string;
  readonly version?: string;
  /** Of the package. */
  readonly folder?: string;
}

type Provided = Port<unknown, unknown> | Provision<unknown, unknown>;
export const portOf = (provided: Provided): Port<unknown, unknown> => (provided.$divoc === 'provision' ? provided.port : provided);

/** For each part and each need: the names of the parts that meet it. */
export type Wiring = ReadonlyMap<string, Readonly<Record<string, { readonly need: Need<unknown>; readonly from: readonly string[] }>>>;

/** Who provides `portId`? */
export function providersOf(parts: readonly PlannedPart[], portId: string): PlannedPart[] {
  return parts.filter((part) => Object.values(part.descriptor.provides).some((p) => portOf(p).id === portId));
}

/** What each provider of `portId` declares of it, by part. */
export function declaredBy(parts: readonly PlannedPart[], portId: string): Record<string, unknown> {
  const of = ({ descriptor }: PlannedPart) => Object.values(descriptor.provides).find((p) => portOf(p).id === portId);
  const declaration = (p: Provided | undefined) => (p?.$divoc === 'provision' ? p.declaration : undefined);
  return Object.fromEntries(providersOf(parts, portId).map((part) => [part.name, declaration(of(part))]));
}

/** The kernel's own name as a provider: it alone knows how the whole house is. */
export const KERNEL = 'kernel';

/** Meets every need, or notes what is missing or ambiguous. */
export function wire(parts: readonly PlannedPart[], problems: Problems): Wiring {
  const wiring = new Map<string, Record<string, { need: Need<unknown>; from: string[] }>>();
  for (const part of parts) {
    const met: Record<string, { need: Need<unknown>; from: string[] }> = {};
    for (const [key, need] of Object.entries(part.descriptor.uses)) {
      const from = need.port.id === houseHealth.id ? [KERNEL] : providersOf(parts, need.port.id).map((p) => p.name);
      if (need.arity === 'one' && from.length === 0) {
        problems.add(
          part.position,
          'PORT_MISSING',
          `${part.name} needs a ${need.port.id}, and nothing here provides one; add a plugin that does`,
        );
      }
      if (need.arity !== 'many' && from.length > 1) {
        problems.add(
          part.position,
          'PORT_AMBIGUOUS',
          `${part.name} needs one ${need.port.id}, and ${from.join(' and ')} provide it; keep one of them`,
        );
      }
      met[key] = { need, from };
    }
    wiring.set(part.name, met);
  }
  return wiring;
}

/** Providers before users; notes a cycle with its whole path. Parts of equal rank keep the manifest's order. */
export function order(parts: readonly PlannedPart[], wiring: Wiring, problems: Problems): PlannedPart[] {
  const byName = new Map(parts.map((part) => [part.name, part]));
  const done = new Set<string>();
  const result: PlannedPart[] = [];
  const visit = (part: PlannedPart, path: string[]): void => {
    if (done.has(part.name)) return;
    if (path.includes(part.name)) {
      const cycle = [...path.slice(path.indexOf(part.name)), part.name];
      problems.add(part.position, 'PORT_CYCLE', `these parts need each other in a circle: ${cycle.join(' → ')}`);
      return;
    }
    for (const { from } of Object.values(wiring.get(part.name) ?? {})) {
      for (const name of from) if (name !== KERNEL) visit(byName.get(name)!, [...path, part.name]);
    }
    if (!done.has(part.name)) {
      done.add(part.name);
      result.push(part);
    }
  };
  for (const part of parts) visit(part, []);
  return result;
}

/** Notes names that two parts claim (one HTTP route, for example). */
export function checkClaims(parts: readonly PlannedPart[], problems: Problems): void {
  const owners = new Map<string, string>();
  for (const part of parts) {
    for (const provided of Object.values(part.descriptor.provides)) {
      if (provided.$divoc !== 'provision' || !provided.port.claims) continue;
      for (const claim of provided.port.claims(provided.declaration, part.name)) {
        const owner = owners.get(claim);
        if (owner === undefined) owners.set(claim, part.name);
        else problems.add(part.position, 'CLAIM_CONFLICT', `${part.name} and ${owner} both claim ${claim}; keep one of them`);
      }
    }
  }
}
