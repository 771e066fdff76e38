import { injectable } from 'tsyringe';
import { type Cell, faultAt, type Row, type RowRule } from './row.js';

/** Characters that nobody sees and nobody meant: DIVOC's own sample has two U+0010 in it. */
const UNSEEN = /[\p{Cc}\u200b\u2060\ufeff]/gu;
const EXCEL_ERRORS = /^#(REF!|N\/A|NAME\?|VALUE!|DIV\/0!|NUM!|NULL!|#+)$/i;

@injectable()
export class WidthRule implements RowRule {
  apply({ width: { own, header }, faults }: Row): void {
    // Programs leave out empty cells at the end of a row, and no other ones.
    if (own <= header) return;
    faults.push({
      code: 'ROW_TOO_LONG',
      detail: `the row has ${own} cells, the header ${header}`,
      fix: 'Put cells with a separator in them in quotes.',
    });
  }
}

@injectable()
export class VisibleTextRule implements RowRule {
  apply(row: Row): void {
    for (const cell of row.cells) {
      const visible = cell.text.replace(/[\r\n\t]+/g, ' ').replace(UNSEEN, '');
      if (visible.length !== cell.text.length) {
        row.notes.push(
          faultAt(cell, 'CHARACTERS_REMOVED', 'characters that cannot be seen were taken out', 'Correct the source of the file.'),
        );
      }
      cell.text = visible.normalize('NFC').trim();
    }
  }
}

@injectable()
export class DamagedTextRule implements RowRule {
  apply({ cells, faults }: Row): void {
    for (const cell of cells) {
      if (cell.text.includes('\ufffd'))
        faults.push(
          faultAt(
            cell,
            'TEXT_DAMAGED',
            'characters were lost before the file came here',
            'Export it again as UTF-8 from where it came from.',
          ),
        );
    }
  }
}

/** What a spreadsheet program has made of a cell, and what it would make of it when the record is exported again. */
@injectable()
export class SpreadsheetRule implements RowRule {
  apply({ cells, faults }: Row): void {
    for (const cell of cells) {
      if (/^[=@]/.test(cell.text))
        faults.push(faultAt(cell, 'CELL_IS_FORMULA', 'the cell begins like a formula', 'Write the value itself.'));
      else if (EXCEL_ERRORS.test(cell.text))
        faults.push(faultAt(cell, 'CELL_IS_ERROR', 'the cell holds an error of the spreadsheet program', 'Correct its formula.'));
      else if (cell.column.schema.type === 'string' && /^[+-]?\d([.,]\d+)?E\+\d+$/i.test(cell.text))
        faults.push(
          faultAt(
            cell,
            'NUMBER_ABBREVIATED',
            'a long number was shortened and its digits are lost',
            'Format the column as text, and write it again.',
          ),
        );
    }
  }
}

/** Gives each cell the type that the schema names; what is no such value is a fault and never a guess. */
@injectable()
export class ValueRule implements RowRule {
  apply({ cells, faults }: Row): void {
    for (const cell of cells) {
      if (cell.text === '') continue;
      const read = READERS[String(cell.column.schema.type)] ?? readText;
      const value = read(cell);
      if (value === undefined) faults.push(misread(cell));
      else cell.value = value;
    }
  }
}

const readText = ({ text, column }: Cell): string | undefined =>
  /date/.test(String(column.schema.format ?? '')) && /^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/.test(text) ? undefined : text;

const READERS: Readonly<Record<string, (cell: Cell) => unknown>> = {
  string: readText,
  integer: ({ text }) => (/^[+-]?\d{1,15}$/.test(text) ? Number(text) : undefined),
  // A decimal comma, where semicolons separate the columns.
  number: ({ text }) => (/^[+-]?\d{1,15}([.,]\d{1,15})?$/.test(text) ? Number(text.replace(',', '.')) : undefined),
  boolean: ({ text }) => ({ true: true, yes: true, false: false, no: false })[text.toLowerCase()],
  array: ({ text }) => [...new Set(text.split(/[,;|]/).map((one) => one.trim()))].filter((one) => one !== ''),
};

function misread(cell: Cell) {
  const { type } = cell.column.schema;
  if (type === 'string')
    return faultAt(cell, 'DATE_AMBIGUOUS', 'day and month could be taken for each other', 'Write the year first: 2026-11-20.');
  const example = { integer: '2', number: '6.9271', boolean: 'yes or no' }[String(type)] ?? '';
  return faultAt(cell, 'VALUE_MALFORMED', `must be of type ${String(type)}`, `Write it like ${example}.`);
}
