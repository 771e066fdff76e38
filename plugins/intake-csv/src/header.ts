import { type Fault, isRefusal, Refusal } from '@divoc/core/api';
import { type Column, columnIndex, columnKey, nameOf } from './columns.js';
import { readRecords, SEPARATORS, type Separator } from './records.js';

export interface Header {
  readonly separator: Separator;
  /** By position; undefined for a column that is not known and is left out. */
  readonly columns: readonly (Column | undefined)[];
  /** Positions (1 for the first) of the columns that are left out. */
  readonly ignored: readonly number[];
  /** Bytes of the file up to the end of the header. */
  readonly end: number;
}

/**
 * Reads the first row, in whatever order its columns are. The separator is the one with which most columns are known.
 * Throws a Refusal (422) that names every column that is missing or stands there twice.
 */
export async function readHeader(bytes: Uint8Array, columns: readonly Column[]): Promise<Header> {
  const index = columnIndex(columns);
  const readings = await Promise.all(SEPARATORS.map((separator) => read(bytes, separator, index).catch(malformed)));
  const best = readings.reduce((a, b) => (b.known > a.known ? b : a));
  if ('refusal' in best) throw best.refusal;
  if (best.known === 0) {
    const names = columns.map(nameOf).join(', ');
    throw new Refusal(
      422,
      'COLUMNS_UNKNOWN',
      `The first row must name the columns, separated by comma, semicolon or tab. Known are ${names}.`,
    );
  }
  const faults = [...repeatedColumns(best.header), ...missingColumns(best.header, columns)];
  if (faults.length === 0) return best.header;
  throw new Refusal(422, 'COLUMNS_WRONG', `The columns are not as they must be: ${faults.map(({ detail }) => detail).join('; ')}.`, {
    errors: faults,
  });
}

/** With a separator that is not the file's, quotes stand in strange places: that says nothing of the file. */
function malformed(error: unknown): { readonly refusal: Refusal; readonly known: number } {
  if (!isRefusal(error)) throw error;
  return { refusal: error, known: -1 };
}

async function read(
  bytes: Uint8Array,
  separator: Separator,
  index: ReadonlyMap<string, Column>,
): Promise<{ header: Header; known: number }> {
  for await (const { cells, end } of readRecords([bytes], separator, 1)) {
    const columns = cells.map((cell) => index.get(columnKey(cell)));
    const ignored = columns.flatMap((column, i) => (column || cells[i] === '' ? [] : [i + 1]));
    return { header: { separator, columns, ignored, end }, known: columns.filter(Boolean).length };
  }
  throw new Refusal(422, 'FILE_EMPTY', 'The file is empty.');
}

function repeatedColumns({ columns }: Header): Fault[] {
  return [...new Set(columns)].flatMap((column) => {
    const places = columns.flatMap((other, i) => (column && other === column ? [i + 1] : []));
    if (!column || places.length < 2) return [];
    const detail = `the field ${nameOf(column)} has the columns ${places.join(' and ')}`;
    return [{ pointer: column.pointer, code: 'COLUMN_REPEATED', detail, fix: 'Keep one of them.' }];
  });
}

function missingColumns({ columns }: Header, all: readonly Column[]): Fault[] {
  return all
    .filter((column) => column.isRequired && !columns.includes(column))
    .map((column) => ({
      pointer: column.pointer,
      code: 'COLUMN_MISSING',
      detail: `the column ${nameOf(column)} is missing`,
      fix: `Add it; it may also be called ${column.names.slice(1).join(', ') || nameOf(column)}.`,
    }));
}
