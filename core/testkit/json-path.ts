export type Json = null | boolean | number | string | Json[] | { [member: string]: Json };
export type Path = readonly string[];

type Parent = Record<string, Json>;

/** Paths of all nodes of one kind, the whole document (an empty path) among them. */
export function leaves(node: Json, kind: 'leaf' | 'array' | 'object' | 'any', path: Path = []): Path[] {
  const own = typeof node !== 'object' || node === null ? 'leaf' : Array.isArray(node) ? 'array' : 'object';
  const children = own === 'leaf' ? [] : Object.entries(node as Parent).flatMap(([name, child]) => leaves(child, kind, [...path, name]));
  return kind === 'any' || kind === own ? [path, ...children] : children;
}

export function read(node: Json, path: Path): Json {
  return path.reduce<Json>((parent, name) => (parent as Parent)[name] as Json, node);
}

/** A copy with another value at `path`. */
export function replaced(document: Json, path: Path, value: Json): Json {
  return edit(document, path, (parent, name) => {
    parent[name] = structuredClone(value);
  });
}

/** As `replaced`, but the value keeps its own prototype and members, whatever they are. */
export function altered(document: Json, path: Path, value: Json): Json {
  if (path.length === 0) return value;
  return edit(document, path, (parent, name) => {
    parent[name] = value;
  });
}

export function removed(document: Json, path: Path): Json {
  return edit(document, path, (parent, name) => {
    delete parent[name];
  });
}

/** A copy in which the last member of `path` has another name. */
export function renamed(document: Json, path: Path, to: string): Json {
  return edit(document, path, (parent, name) => {
    parent[to] = parent[name] as Json;
    delete parent[name];
  });
}

function edit(document: Json, path: Path, change: (parent: Parent, name: string) => void): Json {
  const copy = structuredClone(document);
  change(read(copy, path.slice(0, -1)) as Parent, path.at(-1) as string);
  return copy;
}
