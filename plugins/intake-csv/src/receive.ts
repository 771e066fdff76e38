import { createHash } from 'node:crypto';
import { type Actor, type Clock, canonicalJson, type JobQueue, Refusal } from '@divoc/core/api';
import { fileText } from './file-text.js';
import { type Header, readHeader } from './header.js';
import { isBlank, readRecords } from './records.js';
import type { RowTarget } from './row-target.js';
import { NO_COUNTS, type Upload, type UploadType } from './upload.js';
import { type RunOptions, runUpload } from './upload-run.js';
import type { Versioned } from './upload-store.js';

export interface ReceiveOptions extends RunOptions {
  readonly jobQueue: JobQueue;
  readonly queue: string;
  readonly maxRows: number;
}

export interface ReceivedFile {
  readonly bytes: Uint8Array;
  readonly contentType: string;
  readonly type: UploadType;
  readonly target: RowTarget;
  readonly programme?: string;
  readonly actor: Actor;
}

/** How long the request itself takes rows: small files are done when it is answered. */
const INLINE_MILLISECONDS = 2000;
/** After this an upload that nobody has heard of is given another job; the first one may have died. */
const QUIET_SECONDS = 120;

/**
 * Looks at the whole file before a row of it is taken, keeps it, and begins. The same file again is the same upload: it
 * goes on where it was, and rows that were refused are tried again. `isNew` is false for one that was here before.
 */
export async function receive(file: ReceivedFile, options: ReceiveOptions): Promise<{ readonly upload: Upload; readonly isNew: boolean }> {
  const { store, clock, jobQueue, queue } = options;
  const bytes = Buffer.from(fileText(file.bytes, file.contentType), 'utf8');
  const header = await readHeader(bytes, file.target.columns);
  const rows = await countRows(bytes, header, options.maxRows);
  const fresh = uploadOf(file, bytes, header, rows, clock);
  const earlier = await store.get(fresh.id);
  const begun = await begin(fresh, earlier, options);
  if (begun.upload.state !== 'receiving') return { upload: begun.upload, isNew: false };
  await store.note(begun.upload);
  // The job comes first: should this process die now, it tidies up.
  await jobQueue.add({ queue, subject: fresh.id, data: { upload: fresh.id } });
  await store.keepFile(fresh.id, bytes);
  const heldUntil = new Date(clock.now().getTime() + INLINE_MILLISECONDS * 2).toISOString();
  const kept = await store.put({ ...begun.upload, state: 'processing', heldUntil }, begun.version);
  const after = kept && (await runUpload(kept, INLINE_MILLISECONDS, options).catch(() => undefined));
  return { upload: (after ?? (await store.get(fresh.id)))?.upload ?? begun.upload, isNew: earlier === undefined };
}

/** The upload as it is to be gone on with. */
async function begin(fresh: Upload, earlier: Versioned | undefined, options: ReceiveOptions): Promise<Versioned> {
  const { store, clock, jobQueue, queue } = options;
  if (!earlier) return (await store.put(fresh, 0)) ?? (await again(fresh, options));
  const { upload, version } = earlier;
  if (upload.state === 'done' && upload.counts.refused > 0) {
    const { receivedAt, run } = upload;
    return (await store.put({ ...fresh, receivedAt, run: run + 1 }, version)) ?? (await again(fresh, options));
  }
  const quiet = clock.now().getTime() - Date.parse(upload.changedAt) > QUIET_SECONDS * 1000;
  if (upload.state === 'processing' && quiet) await jobQueue.add({ queue, subject: upload.id, data: { upload: upload.id } });
  return earlier;
}

async function again(fresh: Upload, options: ReceiveOptions): Promise<Versioned> {
  const earlier = await options.store.get(fresh.id);
  if (!earlier) throw new Error('an upload was removed while it was being made');
  return begin(fresh, earlier, options);
}

function uploadOf(file: ReceivedFile, bytes: Uint8Array, header: Header, rows: number, clock: Clock): Upload {
  const { type, programme, actor } = file;
  const now = clock.now().toISOString();
  const hash = createHash('sha256')
    .update(canonicalJson([type, programme ?? null, actor.id]), 'utf8')
    .update('\n')
    .update(bytes);
  return {
    id: hash.digest('base64url'),
    type,
    ...(programme !== undefined && { programme }),
    actor,
    state: 'receiving',
    run: 1,
    separator: header.separator,
    columns: header.columns.map((column) => column?.pointer ?? null),
    ignored: header.ignored,
    size: bytes.length,
    rows,
    offset: header.end,
    rowsBefore: 1,
    page: 0,
    counts: NO_COUNTS,
    receivedAt: now,
    changedAt: now,
  };
}

/** Reads all of it once, so that a quote that is not closed is found before the first row is taken. */
async function countRows(bytes: Uint8Array, header: Header, most: number): Promise<number> {
  let rows = -1;
  for await (const { cells } of readRecords([bytes], header.separator)) {
    if (!isBlank(cells)) rows += 1;
    if (rows > most) throw new Refusal(413, 'TOO_MANY_ROWS', `The file has more than ${most} rows. Divide it.`);
  }
  if (rows < 1) throw new Refusal(422, 'FILE_WITHOUT_ROWS', 'The file has a header and no rows.');
  return rows;
}
