import type { JsonSchema } from '@divoc/core/api';

/** One field that a file may have a column for. */
export interface Column {
  /** RFC 6901, into what is handed to the service: `/address/district`. */
  readonly pointer: string;
  /** Names that files have for it; the first is the one in templates and reports. */
  readonly names: readonly string[];
  readonly schema: JsonSchema;
  /** A file without this column has no row that could be taken. */
  readonly isRequired: boolean;
}

type Members = Readonly<Record<string, JsonSchema>>;

/** The columns of a record's schema: `x-column` says what they are called, else the dotted name of the field does. */
export function columnsOf(schema: JsonSchema, pointer = '', dotted = '', isRequired = true): Column[] {
  const required = Array.isArray(schema.required) ? (schema.required as unknown[]) : [];
  return Object.entries((schema.properties ?? {}) as Members).flatMap(([name, member]) => {
    const place = `${pointer}/${name}`;
    const own = `${dotted}${name}`;
    const must = isRequired && required.includes(name);
    if (member.type === 'object') return columnsOf(member, place, `${own}.`, must);
    const declared = Array.isArray(member['x-column']) ? (member['x-column'] as unknown[]).filter((one) => typeof one === 'string') : [];
    return [{ pointer: place, names: [...new Set([...declared, own])], schema: member, isRequired: must }];
  });
}

/** `Facility Code`, `facility_code` and `facilityCode` are one name. */
export const columnKey = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');

/** Columns by every name they have. Throws an Error when two fields share one: the adopter's records need mending. */
export function columnIndex(columns: readonly Column[]): ReadonlyMap<string, Column> {
  const index = new Map<string, Column>();
  for (const column of columns) {
    for (const name of column.names) {
      const other = index.get(columnKey(name));
      if (other !== undefined && other !== column)
        throw new Error(`the fields ${other.pointer} and ${column.pointer} share the column '${name}'; see x-column`);
      index.set(columnKey(name), column);
    }
  }
  return index;
}

export const nameOf = (column: Column): string => column.names[0] as string;
