import type { PartDescriptor } from '../api/plugin.js';
import type { Arity } from '../api/port.js';
import { portOf } from './graph.js';
import type { Manifest } from './manifest-schema.js';
import { type LoadedPackage, loadPackage } from './packages.js';
import type { Problems } from './problem.js';
import { type Located, locate, pointer } from './source.js';
import { didYouMean } from './suggest.js';

/** A part that comes with the house. It runs when the manifest lists it under `services`, or as one of these says. */
export interface BuiltIn {
  readonly descriptor: PartDescriptor;
  /** Runs in every house. */
  readonly always?: boolean;
  /** Runs when a part cannot do without what it provides, or provides what it gathers. */
  readonly onDemand?: boolean;
}
export type BuiltIns = Readonly<Record<string, BuiltIn>>;

/** A part as the manifest lists it, with the place of its entry. */
export interface Entry {
  readonly name: string;
  readonly kind: 'plugin' | 'built-in';
  readonly path: string;
  readonly settings: unknown;
}

/** An entry with the code behind it. */
export type LoadedEntry = { readonly entry: Entry } & Pick<LoadedPackage, 'descriptor'> & Partial<LoadedPackage>;

/** Loads the plugins that a manifest lists, in its order; those that cannot be loaded are noted. */
export async function loadPlugins(
  manifest: Manifest,
  folder: string,
  given: Readonly<Record<string, PartDescriptor>>,
  located: Located,
  problems: Problems,
): Promise<LoadedEntry[]> {
  const result: LoadedEntry[] = [];
  for (const [name, { use, version, with: settings }] of Object.entries(manifest.plugins)) {
    const path = pointer('/plugins', name);
    const own = Object.hasOwn(given, use) ? given[use] : undefined;
    const loaded = own ? { descriptor: own } : await loadPackage(use, version, folder);
    if ('descriptor' in loaded) result.push({ entry: { name, kind: 'plugin', path, settings }, ...loaded });
    else problems.add(locate(located, pointer(path, loaded.member)), loaded.code, loaded.message);
  }
  return result;
}

/** The built-in parts that run beside `plugins`, in the house's order: listed ones, those that always run, and those in demand. */
export function chooseBuiltIns(
  plugins: readonly LoadedEntry[],
  manifest: Manifest,
  builtIns: BuiltIns,
  located: Located,
  problems: Problems,
): LoadedEntry[] {
  for (const name of Object.keys(manifest.services)) {
    if (Object.hasOwn(builtIns, name)) continue;
    const hint = didYouMean(name, Object.keys(builtIns));
    const position = locate(located, pointer('/services', name), 'key');
    problems.add(position, 'MANIFEST_UNKNOWN_SERVICE', `there is no service named '${name}'${hint}`);
  }
  const running = Object.keys(builtIns).filter((name) => manifest.services[name] || builtIns[name]!.always);
  const chosen = withThoseInDemand(running, builtIns, plugins);
  const free = chosen.filter((name) => {
    if (!Object.hasOwn(manifest.plugins, name)) return true;
    const position = locate(located, pointer('/plugins', name), 'key');
    problems.add(position, 'MANIFEST_NAME_TAKEN', `'${name}' is the name of a service; choose another for this plugin`);
    return false;
  });
  return free.map((name) => {
    const entry: Entry = { name, kind: 'built-in', path: pointer('/services', name), settings: manifest.services[name]?.with };
    return { entry, descriptor: builtIns[name]!.descriptor };
  });
}

/** Adds on-demand parts until nobody calls for another: what one of them needs may call for the next. */
function withThoseInDemand(running: readonly string[], builtIns: BuiltIns, plugins: readonly LoadedEntry[]): string[] {
  const chosen = new Set(running);
  const parts = [...plugins, ...running.map((name) => builtIns[name]!)].map(({ descriptor }) => descriptor);
  for (;;) {
    const next = Object.entries(builtIns).find(([name, b]) => b.onDemand && !chosen.has(name) && inDemand(b.descriptor, parts));
    if (!next) return Object.keys(builtIns).filter((name) => chosen.has(name));
    chosen.add(next[0]);
    parts.push(next[1].descriptor);
  }
}

/**
 * Does one of `parts` need what `candidate` provides and none of them does, or provide what it gathers from many?
 * Where a part provides it already there is no demand: a plugin may stand in for a built-in part.
 */
function inDemand(candidate: PartDescriptor, parts: readonly PartDescriptor[]): boolean {
  const provided = new Set(parts.flatMap(portsOf));
  const missing = new Set(parts.flatMap((part) => needsOf(part, 'one')).filter((id) => !provided.has(id)));
  return portsOf(candidate).some((id) => missing.has(id)) || needsOf(candidate, 'many').some((id) => provided.has(id));
}

export const portsOf = (part: PartDescriptor): string[] => Object.values(part.provides).map((provided) => portOf(provided).id);
export const needsOf = (part: PartDescriptor, arity?: Arity): string[] =>
  Object.values(part.uses).flatMap((need) => (arity === undefined || need.arity === arity ? [need.port.id] : []));
