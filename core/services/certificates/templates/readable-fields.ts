import { type JsonSchema, RECORD_FORMATS, valueAt } from '../../../api/index.js';
import { type RecordField, recordFields } from '../record-schema.js';
import type { ArgumentValues } from './icu-message.js';

/** The word that stands for all fields that the record marks `x-print`. */
export const PRINTED = 'printed';

/** What of a record a template is given; everything else is kept from it. */
export interface ReadableFields {
  readonly fields: readonly RecordField[];
  /** Entries of `reads` that name no field of the record, by their places in the list. */
  readonly unknown: readonly number[];
  /** May it be given the field at this path? Asked of every type that a certificate was ever issued with. */
  admits(path: readonly string[], schema: JsonSchema): boolean;
}

/** Reads a template's `reads` against a record's schema. */
export function readableFields(reads: readonly string[], schema: JsonSchema): ReadableFields {
  const all = recordFields(schema);
  const isNamed = (path: readonly string[], entry: string): boolean => `/${path.join('/')}/`.startsWith(`${entry}/`);
  const admits = (path: readonly string[], leaf: JsonSchema): boolean =>
    reads.some((entry) => (entry === PRINTED ? isPrinted(leaf) : isNamed(path, entry)));
  return {
    fields: all.filter(({ path, schema: leaf }) => admits(path, leaf)),
    unknown: [...reads.keys()].filter((i) => reads[i] !== PRINTED && !all.some(({ path }) => isNamed(path, reads[i] as string))),
    admits,
  };
}

const isPrinted = (schema: JsonSchema): boolean => typeof schema['x-print'] === 'number';

/** The name under which a message says a field: `/patient/birthDate` is `patientBirthDate`. */
export const argumentName = (path: readonly string[]): string =>
  path.map((part, i) => (i === 0 ? part : `${part[0]?.toUpperCase()}${part.slice(1)}`)).join('');

/** What a message can do with a field besides choosing by it. */
export function kindOf({ type, format }: JsonSchema): 'number' | 'date' | 'text' {
  if (type === 'integer') return 'number';
  return typeof format === 'string' && Object.hasOwn(RECORD_FORMATS, format) ? 'date' : 'text';
}

type Subject = Readonly<Record<string, unknown>>;

/** The values of messages' arguments; a field that the record lacks has none. `say` writes a value as it is printed. */
export function argumentValues({ fields }: ReadableFields, subject: Subject, say: Say): ArgumentValues {
  const values: Record<string, string | number> = {};
  for (const { path, schema } of fields) {
    const value = valueAt(subject, [...path]);
    if (value === undefined || value === '') continue;
    values[argumentName(path)] = typeof value === 'number' ? value : say(schema, value);
  }
  return values;
}

type Say = (schema: JsonSchema, value: unknown) => string;
type RecordView = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** The fields as texts, in the shape of the record. None is missing: what the record lacks is empty. */
export function recordView({ fields }: ReadableFields, subject: Subject, say: Say): RecordView {
  const view: Record<string, string | Record<string, string>> = {};
  for (const { path, schema } of fields) {
    const value = valueAt(subject, [...path]);
    const [first, second] = path as [string, string?];
    const text = value === undefined ? '' : say(schema, value);
    if (second === undefined) view[first] = text;
    else view[first] = { ...(view[first] as Record<string, string> | undefined), [second]: text };
  }
  return view;
}
