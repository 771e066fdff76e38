import type { JsonSchema } from '../../api/index.js';
import { type Field, fieldsOf } from './schema-rules.js';

type Json = Readonly<Record<string, unknown>>;

/** The pieces of a record that are kept in different ways. */
export interface RecordPieces {
  readonly open: Json;
  /** Undefined when the record holds nothing personal. */
  readonly personal?: Json;
}

/** Takes records of one type apart for keeping, and puts them together for reading. */
export interface PersonalFields {
  /** Personal fields of the key are in neither piece: their hash is enough. */
  split(record: Json): RecordPieces;
  join(pieces: RecordPieces): Json;
  /** Without what is personal by now, though it may not have been when the record was kept. */
  openOnly(record: Json): Json;
}

export function personalFields(schema: JsonSchema): PersonalFields {
  const fields = fieldsOf(schema);
  const key = schema['x-key'] as readonly string[];
  const isKey = ({ path }: Field) => path.length === 1 && key.includes(path[0] as string);
  const open = fields.filter(({ isPersonal }) => !isPersonal);
  const personal = fields.filter((field) => field.isPersonal && !isKey(field));
  const hidden = new Set(fields.filter(({ isPersonal }) => isPersonal).map(({ path }) => path.join('.')));
  return {
    split(record) {
      const kept = pick(record, personal);
      return { open: pick(record, open), ...(Object.keys(kept).length > 0 && { personal: kept }) };
    },
    join: ({ open: base, personal: more = {} }) => merged(base, more),
    openOnly: (record) => without(record, hidden),
  };
}

/** The named leaves alone, in the schema's order. */
function pick(record: Json, fields: readonly Field[]): Json {
  const picked: Record<string, unknown> = {};
  for (const { path } of fields) {
    const value = path.reduce<unknown>((node, name) => (isObject(node) ? node[name] : undefined), record);
    if (value === undefined) continue;
    let parent = picked;
    for (const name of path.slice(0, -1)) {
      parent[name] ??= {};
      parent = parent[name] as Record<string, unknown>;
    }
    parent[path.at(-1) as string] = value;
  }
  return picked;
}

function merged(a: Json, b: Json): Json {
  const both: Record<string, unknown> = { ...a };
  for (const [name, value] of Object.entries(b)) {
    const own = both[name];
    both[name] = isObject(own) && isObject(value) ? merged(own, value) : value;
  }
  return both;
}

function without(record: Json, hidden: ReadonlySet<string>, prefix = ''): Json {
  return Object.fromEntries(
    Object.entries(record).flatMap(([name, value]) => {
      const path = `${prefix}${name}`;
      if (hidden.has(path)) return [];
      return [[name, isObject(value) ? without(value, hidden, `${path}.`) : value]];
    }),
  );
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
