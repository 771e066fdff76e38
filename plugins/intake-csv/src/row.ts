import type { Fault } from '@divoc/core/api';
import { type Column, nameOf } from './columns.js';

/** One thing about a cell, or about its row. Shows no value. */
export interface RowFault {
  /** Its name in templates; absent for the whole row. */
  readonly column?: string;
  readonly code: string;
  readonly detail: string;
  readonly fix?: string;
}

/** One cell of a known column, while rules look at it. */
export interface Cell {
  readonly column: Column;
  text: string;
  /** What the service gets; undefined for an empty cell. */
  value: unknown;
}

/** One row, while rules look at it. */
export interface Row {
  /** As a spreadsheet counts: the header is 1. */
  readonly number: number;
  /** How many cells it has, and how many the header has. */
  readonly width: { readonly own: number; readonly header: number };
  readonly cells: Cell[];
  /** What it is refused for. */
  readonly faults: RowFault[];
  /** What was changed in it to make it fit. */
  readonly notes: RowFault[];
}

/** One thing that every row is looked at for. The next rule sees what this one has changed. */
export interface RowRule {
  apply(row: Row): void;
}

export const faultAt = ({ column }: Cell, code: string, detail: string, fix: string): RowFault => ({
  column: nameOf(column),
  code,
  detail,
  fix,
});

/** A service's fault as one of a column: the one that its pointer is in, or the first one below it. */
export function columnFault({ pointer, code, detail, fix }: Fault, columns: readonly Column[]): RowFault {
  const exact = columns.find((column) => column.pointer === pointer || pointer.startsWith(`${column.pointer}/`));
  const column = exact ?? (pointer === '' ? undefined : columns.find((other) => other.pointer.startsWith(`${pointer}/`)));
  return { ...(column && { column: nameOf(column) }), code, detail, ...(fix !== undefined && { fix }) };
}
