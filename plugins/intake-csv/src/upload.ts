import type { Actor } from '@divoc/core/api';
import type { Separator } from './records.js';
import type { RowFault } from './row.js';
import type { Outcome } from './row-target.js';

export const UPLOAD_TYPES = ['facility', 'vaccinator', 'enrolment', 'dose'] as const;
export type UploadType = (typeof UPLOAD_TYPES)[number];

export type RowOutcome = Outcome | 'refused';
export type Counts = Readonly<Record<RowOutcome, number>>;
export const NO_COUNTS: Counts = { created: 0, unchanged: 0, changed: 0, refused: 0 };

/** What is remembered of an upload; nothing of what stands in its rows. */
export interface Upload {
  /** A hash of who sends what as what: the same file sent again is the same upload. */
  readonly id: string;
  readonly type: UploadType;
  readonly programme?: string;
  /** On whose behalf the rows are taken. */
  readonly actor: Actor;
  /** `receiving` until all pieces of the file are kept, then `processing` until each row has its outcome. */
  readonly state: 'receiving' | 'processing' | 'done';
  /** Grows when a finished upload is sent again: rows that were refused are tried again, and no others. */
  readonly run: number;
  readonly separator: Separator;
  /** Pointers of the columns by position; null for those that are left out. */
  readonly columns: readonly (string | null)[];
  readonly ignored: readonly number[];
  /** Of the file: its bytes as UTF-8, and its rows without the header and blank ones. */
  readonly size: number;
  readonly rows: number;
  /** Bytes before the next page, and how many rows stand before it (the header, blank ones too). */
  readonly offset: number;
  readonly rowsBefore: number;
  readonly page: number;
  readonly counts: Counts;
  /** Until then the request that brought the file takes its rows, and the job waits. RFC 3339, UTC. */
  readonly heldUntil?: string;
  /** RFC 3339, UTC. */
  readonly receivedAt: string;
  readonly changedAt: string;
  /** A row that failed by no fault of its own, and how often. */
  readonly trouble?: { readonly row: number; readonly times: number };
}

/** What became of one row. */
export interface RowResult {
  readonly row: number;
  readonly outcome: RowOutcome;
  readonly faults?: readonly RowFault[];
  readonly notes?: readonly RowFault[];
}

/** Rows of a file belong to pages by their number alone, so that a second reader makes the same pages. */
export const ROWS_PER_PAGE = 100;

export interface Page {
  readonly run: number;
  readonly rows: readonly RowResult[];
}
