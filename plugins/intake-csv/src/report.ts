import { ROWS_PER_PAGE, type RowOutcome, type RowResult, type Upload } from './upload.js';
import type { UploadStore } from './upload-store.js';

export interface ReportQuery {
  readonly outcome?: RowOutcome;
  /** A row: those after it. */
  readonly after: number;
  readonly limit: number;
}

/** The rows of an upload with their outcomes, as far as it has come, and the `after` of the next ones. */
export async function reportRows(
  store: UploadStore,
  { id }: Upload,
  { outcome, after, limit }: ReportQuery,
): Promise<{ readonly items: RowResult[]; readonly next?: number }> {
  const items: RowResult[] = [];
  for await (const { rows } of store.pages(id, pageOf(after))) {
    for (const result of rows) {
      if (result.row <= after || (outcome !== undefined && result.outcome !== outcome)) continue;
      if (items.length === limit) return { items, next: items.at(-1)?.row ?? after };
      items.push(result);
    }
  }
  return { items };
}

/** The first row after the header is row 2. */
const pageOf = (after: number): number => Math.max(0, Math.floor((after - 1) / ROWS_PER_PAGE));

const COLUMNS = ['row', 'outcome', 'column', 'code', 'detail', 'fix'] as const;

/** The same as CSV, one line for each fault or note; for people who mend the file in a spreadsheet. */
export async function reportCsv(store: UploadStore, { id }: Upload): Promise<string> {
  const lines: string[] = [COLUMNS.join(',')];
  for await (const { rows } of store.pages(id, 0)) {
    for (const { row, outcome, faults = [], notes = [] } of rows) {
      for (const { column = '', code, detail, fix = '' } of [...faults, ...notes]) {
        lines.push([String(row), outcome, column, code, detail, fix].map(cell).join(','));
      }
    }
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** Quoted (RFC 4180); what a spreadsheet program would take for a formula is made text. */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
