/** An issuer has few keys, and whoever verifies meets few issuers at a time. */
const MAX_KEPT = 256;

/** What `make` gives for a name, made once as long as there is room; the oldest goes first. Undefined is not kept. */
export function keptByName<T>(make: (name: string) => T | undefined): (name: string) => T | undefined {
  const kept = new Map<string, T>();
  return (name) => {
    const known = kept.get(name);
    if (known !== undefined) return known;
    const made = make(name);
    if (made === undefined) return undefined;
    if (kept.size >= MAX_KEPT) kept.delete(kept.keys().next().value as string);
    kept.set(name, made);
    return made;
  };
}
