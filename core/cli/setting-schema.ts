import { segmentsOf } from '../api/json-pointer.js';
import type { JsonSchema } from '../api/plugin.js';

type Schema = JsonSchema;
const isSchema = (value: unknown): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A schema and all that it refers to or is put together of, as one list. */
export function facets(root: Schema, schema: Schema, seen: ReadonlySet<Schema> = new Set()): Schema[] {
  if (seen.has(schema)) return [];
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (Array.isArray(schema[keyword]) ? (schema[keyword] as unknown[]) : []));
  const branches = [schema.then, schema.else, referred(root, schema.$ref)];
  const visited = new Set([...seen, schema]);
  return [schema, ...[...parts, ...branches].filter(isSchema).flatMap((part) => facets(root, part, visited))];
}

function referred(root: Schema, ref: unknown): unknown {
  if (typeof ref !== 'string' || !ref.startsWith('#')) return undefined;
  return segmentsOf(decodeURIComponent(ref.slice(1))).reduce<unknown>((node, name) => (node as Schema | undefined)?.[name], root);
}

/** The facets of a member, or of an element of an array; empty when there is none of this name. */
export function memberOf(root: Schema, of: readonly Schema[], name: string): Schema[] {
  const found = of.flatMap((schema) => {
    const named = (schema.properties as Readonly<Record<string, unknown>> | undefined) ?? {};
    if (Object.hasOwn(named, name)) return [named[name]];
    const patterns = Object.entries((schema.patternProperties as object | undefined) ?? {});
    const byPattern = patterns.filter(([pattern]) => new RegExp(pattern, 'u').test(name)).map(([, member]) => member);
    if (byPattern.length > 0) return byPattern;
    if (/^\d+$/.test(name)) {
      const elements = schema.prefixItems as readonly unknown[] | undefined;
      if (elements?.[Number(name)] !== undefined || schema.items !== undefined) return [elements?.[Number(name)] ?? schema.items];
    }
    return [schema.additionalProperties];
  });
  return found.filter(isSchema).flatMap((member) => facets(root, member));
}

/** Names that the schema itself has for members. */
export const namesIn = (of: readonly Schema[]): string[] => [
  ...new Set(of.flatMap(({ properties }) => Object.keys((properties as object | undefined) ?? {}))),
];

/** The first value of a keyword among the facets. */
export const keyword = (of: readonly Schema[], name: string): unknown => of.find((schema) => schema[name] !== undefined)?.[name];

const several = (count: unknown, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

const LIMITS: readonly (readonly [string, (limit: unknown) => string])[] = [
  ['minimum', (n) => `at least ${n}`],
  ['exclusiveMinimum', (n) => `more than ${n}`],
  ['maximum', (n) => `at most ${n}`],
  ['exclusiveMaximum', (n) => `less than ${n}`],
  ['multipleOf', (n) => `a multiple of ${n}`],
  ['minLength', (n) => `at least ${several(n, 'character')}`],
  ['maxLength', (n) => `at most ${several(n, 'character')}`],
  ['minItems', (n) => `at least ${several(n, 'item')}`],
  ['maxItems', (n) => `at most ${several(n, 'item')}`],
  ['uniqueItems', () => 'no item twice'],
  ['minProperties', (n) => `at least ${several(n, 'member')}`],
  ['format', (name) => `in the format ${name}`],
  ['pattern', (pattern) => `matching ${pattern}`],
  ['const', (value) => `only ${JSON.stringify(value)}`],
  ['enum', (values) => `one of ${(values as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`],
];

/** `integer, at least 1, at most 36500` */
export function kindOf(of: readonly Schema[]): string {
  const types = [...new Set(of.flatMap(({ type }) => type ?? []))].join(' or ');
  const limits = LIMITS.flatMap(([name, words]) => {
    const limit = keyword(of, name);
    return limit === undefined ? [] : [words(limit)];
  });
  return [types || (limits.length > 0 ? '' : 'anything'), ...limits].filter(Boolean).join(', ');
}
