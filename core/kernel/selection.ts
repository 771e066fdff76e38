import { type BuiltIns, type LoadedEntry, needsOf, portsOf } from './entries.js';

/**
 * Of all parts of a manifest those that the named services need, with what these need in turn. A plugin comes along when
 * a part needs or gathers what it provides; one that only adds to the house's own parts (who asks, what is answered)
 * when all that it provides is used here, and all that it cannot do without is here anyway.
 */
export function narrow(all: readonly LoadedEntry[], services: readonly string[], builtIns: BuiltIns): LoadedEntry[] {
  const builtIn = (entry: LoadedEntry) => (entry.entry.kind === 'built-in' ? builtIns[entry.entry.name]! : undefined);
  const isHouse = (entry: LoadedEntry) => Boolean(builtIn(entry)?.always || builtIn(entry)?.onDemand);
  const isService = (entry: LoadedEntry) => builtIn(entry) !== undefined && !isHouse(entry);
  const chosen = new Set(all.filter((entry) => services.includes(entry.entry.name) || builtIn(entry)?.always));

  const usedBy = (users: readonly LoadedEntry[], arity?: 'one' | 'many') =>
    new Set(users.flatMap(({ descriptor }) => needsOf(descriptor, arity)));
  const joins = (candidate: LoadedEntry): boolean => {
    const provides = portsOf(candidate.descriptor);
    const present = [...chosen];
    const isIn = (ports: ReadonlySet<string>) => (id: string) => ports.has(id);
    if (provides.some(isIn(usedBy(present, 'one')))) return true;
    const offered = new Set(present.flatMap(({ descriptor }) => portsOf(descriptor)));
    if (isHouse(candidate)) return needsOf(candidate.descriptor, 'many').some(isIn(offered));
    if (isService(candidate)) return false;
    if (provides.some(isIn(usedBy(present.filter((entry) => !isHouse(entry)))))) return true;
    const others = all.filter((entry) => isService(entry) && !chosen.has(entry)).flatMap(({ descriptor }) => portsOf(descriptor));
    return (
      provides.length > 0 &&
      provides.every(isIn(usedBy(present))) &&
      !needsOf(candidate.descriptor, 'one').some(isIn(new Set(others.filter((id) => !offered.has(id)))))
    );
  };
  for (;;) {
    const next = all.find((entry) => !chosen.has(entry) && joins(entry));
    if (!next) return all.filter((entry) => chosen.has(entry));
    chosen.add(next);
  }
}
