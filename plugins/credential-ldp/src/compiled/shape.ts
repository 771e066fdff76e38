/** What a closed JSON Schema lets stand in a document, as far as canonicalising it goes. */
export type Shape =
  | { readonly kind: 'text' | 'integer' | 'boolean' }
  /** Stands in every document, and is always this. */
  | { readonly kind: 'constant'; readonly value: unknown }
  | NodeShape;

export interface NodeShape {
  readonly kind: 'node';
  readonly members: ReadonlyMap<string, Shape>;
  /** True when there may be several, as an array. */
  readonly isMany: boolean;
}

type Schema = Readonly<Record<string, unknown>>;

/** The shape of a schema; undefined for whatever is not understood here, which leaves such documents to the library. */
export function shapeOf(schema: unknown, isRequired = true): Shape | undefined {
  if (!isSchema(schema)) return undefined;
  const { const: constant, oneOf, anyOf, type } = schema;
  // A constant text that may be missing is a text like any other.
  if (constant !== undefined) return isRequired ? { kind: 'constant', value: constant } : typeof constant === 'string' ? TEXT : undefined;
  if (Array.isArray(oneOf)) return oneOf.map((each) => shapeOf(each)).reduce(merged);
  if (Array.isArray(anyOf)) return anyOf.map((each) => shapeOf(each)).reduce(merged);
  switch (type) {
    case 'string':
      return TEXT;
    case 'integer':
    case 'boolean':
      return { kind: type };
    case 'object':
      return nodeOf(schema);
    case 'array':
      return arrayOf(schema);
  }
  return undefined;
}

const TEXT = { kind: 'text' } as const;

function nodeOf({ properties, required, additionalProperties }: Schema): NodeShape | undefined {
  if (additionalProperties !== false || !isSchema(properties)) return undefined;
  const members = new Map<string, Shape>();
  for (const [name, schema] of Object.entries(properties)) {
    const member = shapeOf(schema, Array.isArray(required) && required.includes(name));
    if (!member) return undefined;
    members.set(name, member);
  }
  return { kind: 'node', members, isMany: false };
}

/** Arrays of objects. Those of texts have no order in RDF, and are not used in records. */
function arrayOf({ items, prefixItems }: Schema): NodeShape | undefined {
  const each = [...(Array.isArray(prefixItems) ? prefixItems : []), ...(isSchema(items) ? [items] : [])];
  const shape = each.length > 0 ? each.map((item) => shapeOf(item)).reduce(merged) : undefined;
  return shape?.kind === 'node' ? { ...shape, isMany: true } : undefined;
}

/** What is of either shape. Two constant texts come to a text; whether that says enough is seen when it is compiled. */
function merged(a: Shape | undefined, b: Shape | undefined): Shape | undefined {
  if (!a || !b) return undefined;
  if (a.kind === 'node' && b.kind === 'node') {
    const members = new Map<string, Shape>(a.members);
    for (const [name, shape] of b.members) {
      const both = members.has(name) ? merged(members.get(name), shape) : shape;
      if (!both) return undefined;
      members.set(name, both);
    }
    return { kind: 'node', members, isMany: a.isMany || b.isMany };
  }
  if (a.kind === 'constant' && b.kind === 'constant') {
    if (JSON.stringify(a.value) === JSON.stringify(b.value)) return a;
    return typeof a.value === 'string' && typeof b.value === 'string' ? TEXT : undefined;
  }
  return a.kind === b.kind && a.kind !== 'node' ? a : undefined;
}

const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);
