import { isObject, RECORD_FORMATS, RECORD_KEYWORDS } from '@divoc/core/api';

type Schema = Readonly<Record<string, unknown>>;
/** JSON Pointer (RFC 6901) to the first place that does not fit, '' for the whole; undefined of what fits. */
export type Shape = (value: unknown) => string | undefined;
type Members = Readonly<Record<string, unknown>>;

/**
 * A closed JSON Schema (2020-12) as a function, made of the keywords that certificate types are published with, and no other.
 *
 * Written out here rather than compiled to code as ajv does: a page whose content security policy forbids `eval` could not
 * verify. Throws an Error for a keyword or format that is not known here, since leaving it out would let more pass.
 */
export function shapeOf(schema: unknown): Shape {
  if (!isObject(schema)) throw new Error('a schema here is an object');
  const shapes: Shape[] = [];
  for (const [name, value] of Object.entries(schema)) {
    if (NOTES.has(name)) continue;
    const keyword = Object.hasOwn(KEYWORDS, name) ? KEYWORDS[name] : undefined;
    if (!keyword) throw new Error(`the keyword ${name} is not known here`);
    shapes.push(keyword(value as never, schema));
  }
  return (value) => first(shapes, (shape) => shape(value));
}

/** Their meaning is for people, or for the house that issues. */
const NOTES: ReadonlySet<string> = new Set([
  ...['$schema', '$id', '$comment', 'title', 'description', 'examples', 'default', 'deprecated'],
  ...RECORD_KEYWORDS,
]);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === 'string',
  integer: (value) => Number.isInteger(value),
  number: (value) => Number.isFinite(value),
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
};

/** Each says something of values of its own type alone, as JSON Schema has it. */
const KEYWORDS: Readonly<Record<string, (value: never, schema: Schema) => Shape>> = {
  type: (name: string) => of(known(TYPES, name, 'type')),
  const: (wanted: unknown) => of((value) => isEqual(value, wanted)),
  enum: (wanted: readonly unknown[]) => of((value) => wanted.some((one) => isEqual(value, one))),
  minLength: (least: number) => ofTexts((text) => lengthOf(text) >= least),
  maxLength: (most: number) => ofTexts((text) => text.length <= most || lengthOf(text) <= most),
  pattern: (source: string) => {
    const pattern = new RegExp(source, 'u');
    return ofTexts((text) => pattern.test(text));
  },
  format: (name: string) => ofTexts(known(RECORD_FORMATS, name, 'format')),
  minimum: (least: number) => of((value) => typeof value !== 'number' || value >= least),
  maximum: (most: number) => of((value) => typeof value !== 'number' || value <= most),
  minItems: (least: number) => of((value) => !Array.isArray(value) || value.length >= least),
  maxItems: (most: number) => of((value) => !Array.isArray(value) || value.length <= most),
  prefixItems: (schemas: readonly unknown[]) => {
    const shapes = schemas.map(shapeOf).map((shape, at) => [String(at), shape] as const);
    return (value) => (Array.isArray(value) ? within(value as never, shapes) : undefined);
  },
  items: (no: unknown, { prefixItems }) => {
    if (no !== false || !Array.isArray(prefixItems)) throw new Error('items is known here as false, after prefixItems');
    return of((value) => !Array.isArray(value) || value.length <= prefixItems.length);
  },
  minProperties: (least: number) => of((value) => !isObject(value) || Object.keys(value).length >= least),
  required: (names: readonly string[]) => of((value) => !isObject(value) || names.every((name) => Object.hasOwn(value, name))),
  properties: (schemas: Schema) => {
    const shapes = Object.entries(schemas).map(([name, schema]) => [name, shapeOf(schema)] as const);
    return (value) => (isObject(value) ? within(value, shapes) : undefined);
  },
  additionalProperties: (no: unknown, { properties }) => {
    if (no !== false || !isObject(properties)) throw new Error('additionalProperties is known here as false, beside properties');
    return of((value) => !isObject(value) || Object.keys(value).every((name) => Object.hasOwn(properties, name)));
  },
  oneOf: (schemas: readonly unknown[]) => {
    const shapes = schemas.map(shapeOf);
    return of((value) => shapes.filter((shape) => shape(value) === undefined).length === 1);
  },
};

const of =
  (fits: (value: unknown) => boolean): Shape =>
  (value) =>
    fits(value) ? undefined : '';

const ofTexts = (fits: (text: string) => boolean): Shape => of((value) => typeof value !== 'string' || fits(value));

/** The members that are there. */
function within(value: Members, shapes: readonly (readonly [string, Shape])[]): string | undefined {
  return first(shapes, ([name, shape]) => {
    const place = Object.hasOwn(value, name) ? shape(value[name]) : undefined;
    return place === undefined ? undefined : `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}${place}`;
  });
}

function first<T>(all: readonly T[], look: (one: T) => string | undefined): string | undefined {
  for (const one of all) {
    const found = look(one);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** In characters, as JSON Schema counts; a lone half of one counts as one. */
function lengthOf(text: string): number {
  let length = 0;
  for (const _ of text) length += 1;
  return length;
}

function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a)) return Array.isArray(b) && a.length === b.length && a.every((one, at) => isEqual(one, b[at]));
  if (!isObject(a) || !isObject(b)) return a === b;
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => Object.hasOwn(b, name) && isEqual(a[name], b[name]));
}

function known<T>(all: Readonly<Record<string, T>>, name: string, kind: string): T {
  if (typeof name !== 'string' || !Object.hasOwn(all, name)) throw new Error(`the ${kind} ${String(name)} is not known here`);
  return all[name] as T;
}
