import { inject, injectAll, injectable } from 'tsyringe';
import type { Header } from './header.js';
import type { Row, RowRule } from './row.js';
import type { RowTarget } from './row-target.js';
import { HEADER, ROW_RULE, ROW_TARGET } from './tokens.js';

export interface ReadRow extends Pick<Row, 'number' | 'faults' | 'notes'> {
  /** What the target takes; its members are those that have a value. */
  readonly input: Readonly<Record<string, unknown>>;
}

/** Makes of the cells of one row what the upload's target takes. */
@injectable()
export class RowReader {
  readonly #header: Pick<Header, 'columns'>;
  readonly #target: RowTarget;
  readonly #rules: readonly RowRule[];

  constructor(
    @inject(HEADER) header: Pick<Header, 'columns'>,
    @inject(ROW_TARGET) target: RowTarget,
    @injectAll(ROW_RULE) rules: RowRule[],
  ) {
    this.#header = header;
    this.#target = target;
    this.#rules = rules;
  }

  read(number: number, texts: readonly string[]): ReadRow {
    const { columns } = this.#header;
    const cells = columns.flatMap((column, i) => (column ? [{ column, text: texts[i] ?? '', value: undefined }] : []));
    const row: Row = { number, width: { own: texts.length, header: columns.length }, cells, faults: [], notes: [] };
    for (const rule of this.#rules) rule.apply(row);
    const input: Record<string, unknown> = {};
    for (const group of this.#target.groups) objectAt(input, group.split('/').slice(1));
    for (const { column, value } of row.cells) {
      if (value === undefined) continue;
      const path = column.pointer.split('/').slice(1);
      objectAt(input, path.slice(0, -1))[path.at(-1) as string] = value;
    }
    return { number, faults: row.faults, notes: row.notes, input };
  }
}

function objectAt(root: Record<string, unknown>, path: readonly string[]): Record<string, unknown> {
  return path.reduce((parent, name) => {
    parent[name] ??= {};
    return parent[name] as Record<string, unknown>;
  }, root);
}
