import type { Document } from './fixture.js';

type Json = null | string | number | boolean | Json[] | { [member: string]: Json };
type Path = readonly (string | number)[];

/** The places of all values of a certificate that people read: not those of its proof and contexts. */
export function places(document: Document): Path[] {
  const { '@context': _, proof: __, ...members } = document;
  const found: Path[] = [];
  const walk = (node: Json, path: Path): void => {
    if (typeof node !== 'object' || node === null) found.push(path);
    else if (Array.isArray(node)) for (const [index, element] of node.entries()) walk(element, [...path, index]);
    else for (const [name, member] of Object.entries(node)) walk(member, [...path, name]);
  };
  walk(members as unknown as Json, []);
  return found;
}

export const valueAt = (document: unknown, path: Path): Json =>
  path.reduce<unknown>((node, name) => (node as Record<string | number, unknown>)[name], document) as Json;

/** A copy with other values at some places; a place may be new. */
export function withValues(document: Document, ...changes: readonly (readonly [Path, Json])[]): Document {
  const copy = structuredClone(document);
  for (const [path, value] of changes) {
    const parent = valueAt(copy, path.slice(0, -1)) as Record<string | number, Json>;
    parent[path.at(-1) as string] = value;
  }
  return copy;
}

/** Every two values that differ, swapped; but the types of a node, which have no order. */
export function* swaps(document: Document): Generator<{ readonly document: Document; readonly places: readonly [Path, Path] }> {
  const all = places(document);
  for (const [index, a] of all.entries()) {
    for (const b of all.slice(index + 1)) {
      const [left, right] = [valueAt(document, a), valueAt(document, b)];
      const areTypes = a.at(-2) === 'type' && b.at(-2) === 'type';
      if (left !== right && !areTypes) yield { document: withValues(document, [a, right], [b, left]), places: [a, b] };
    }
  }
}
