import type { Clock, Logger } from '@divoc/core/api';
import type { DependencyContainer } from 'tsyringe';
import { uploadReader } from './container.js';
import { type CsvRecord, isBlank, readRecords } from './records.js';
import type { RowReader } from './row-reader.js';
import type { RowTarget } from './row-target.js';
import { takeRow } from './take-row.js';
import { type Counts, NO_COUNTS, type Page, ROWS_PER_PAGE, type RowResult, type Upload, type UploadType } from './upload.js';
import type { UploadStore, Versioned } from './upload-store.js';

export interface RunOptions {
  readonly store: UploadStore;
  readonly rules: DependencyContainer;
  readonly targets: Readonly<Partial<Record<UploadType, RowTarget>>>;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Takes rows of an upload for about `milliseconds`, page by page, and gives what it has become; undefined when somebody
 * else is taking them too. Stopped anywhere it is begun again at the page that was not finished, whose rows are answered
 * as they were. Throws what is nobody's fault in the file.
 */
export async function runUpload(found: Versioned, milliseconds: number, options: RunOptions): Promise<Versioned | undefined> {
  const { store, rules, targets } = options;
  const { id, type, columns: pointers, offset, size, separator } = found.upload;
  const target = targets[type];
  if (!target) throw Object.assign(new Error(`there is no service for rows of type ${type}`), { code: 'UPLOAD_TARGET_GONE' });
  const columns = pointers.map((pointer) => target.columns.find((column) => column.pointer === pointer));
  const { reader, dispose } = uploadReader(rules, { columns }, target);
  const until = performance.now() + milliseconds;
  let current = found;
  try {
    for await (const records of pagesOf(readRecords(store.file(id, offset, size), separator))) {
      const next = await takePage(current, records, { ...options, reader, target, base: offset, until });
      if (next === 'late') return current;
      if (!next) return undefined;
      current = next;
      if (performance.now() >= until) return current;
    }
    return await finishUpload(current, current.upload.counts, options);
  } finally {
    dispose();
  }
}

/** Ends an upload, and lets its file go. */
export async function finishUpload(found: Versioned, counts: Counts, { store, clock, log }: RunOptions): Promise<Versioned | undefined> {
  const { heldUntil: _held, trouble: _trouble, ...rest } = found.upload;
  const upload: Upload = { ...rest, state: 'done', counts, changedAt: clock.now().toISOString() };
  const done = await store.put(upload, found.version);
  if (!done) return undefined;
  log.info({ stage: 'intake.done', upload: upload.id, type: upload.type, ...counts }, 'an upload is done');
  await store.removeFile(upload.id);
  return done;
}

async function* pagesOf(records: AsyncIterable<CsvRecord>): AsyncGenerator<CsvRecord[]> {
  let page: CsvRecord[] = [];
  for await (const record of records) {
    page.push(record);
    if (page.length < ROWS_PER_PAGE) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

interface PageOptions extends RunOptions {
  readonly reader: RowReader;
  readonly target: RowTarget;
  /** Bytes of the file before the first record that was read. */
  readonly base: number;
  readonly until: number;
}

/** `late` when the time was over before the page was: its rows so far are kept, and need not be taken again. */
async function takePage(found: Versioned, records: readonly CsvRecord[], options: PageOptions): Promise<Versioned | 'late' | undefined> {
  const { store, clock, log, reader, target, base, until } = options;
  const { upload } = found;
  const earlier = await store.page(upload.id, upload.page);
  const rows: RowResult[] = [];
  const keep = () => {
    // Of a page that is left in the middle, what an earlier run has taken of the rest stays taken.
    const last = rows.at(-1)?.row ?? 0;
    const rest = earlier?.page.rows.filter(({ row, outcome }) => row > last && outcome !== 'refused') ?? [];
    const page: Page = { run: upload.run, rows: [...rows, ...rest] };
    return store.putPage(upload.id, upload.page, page, earlier?.version ?? 0);
  };
  for (const [i, { cells }] of records.entries()) {
    if (isBlank(cells)) continue;
    const row = upload.rowsBefore + i + 1;
    const known = earlier?.page.rows.find((result) => result.row === row);
    const isSettled = known && (known.outcome !== 'refused' || earlier?.page.run === upload.run);
    if (isSettled) {
      rows.push(known);
      continue;
    }
    try {
      rows.push(await takeRow(reader.read(row, cells), { upload, target, log }));
    } catch (error) {
      // What was taken so far need not be asked for again, and the row that failed is remembered.
      const times = upload.trouble?.row === row ? upload.trouble.times + 1 : 1;
      if (await keep()) await store.put({ ...upload, trouble: { row, times } }, found.version);
      throw error;
    }
    // A service may be slow (a dose waits for its certificate), and a job must end before its lease does.
    if (performance.now() >= until && i < records.length - 1) return (await keep()) ? 'late' : undefined;
  }
  log.debug({ stage: 'intake.taken', upload: upload.id, page: upload.page }, 'rows were taken');
  if (!(await keep())) return undefined;
  log.debug({ stage: 'intake.reported', upload: upload.id, page: upload.page }, 'their outcomes are kept');
  const { trouble: _trouble, ...rest } = upload;
  const next: Upload = {
    ...rest,
    offset: base + (records.at(-1)?.end ?? 0),
    rowsBefore: upload.rowsBefore + records.length,
    page: upload.page + 1,
    counts: counted(rows, upload.counts),
    changedAt: clock.now().toISOString(),
  };
  return store.put(next, found.version);
}

/** How many rows have which outcome. */
export function counted(rows: readonly RowResult[], before: Counts = NO_COUNTS): Counts {
  const counts = { ...before };
  for (const { outcome } of rows) counts[outcome] += 1;
  return counts;
}
