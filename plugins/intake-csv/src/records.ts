import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { Refusal } from '@divoc/core/api';
import { CsvError, type Options, parse } from 'csv-parse';

export const SEPARATORS = [',', ';', '\t'] as const;
export type Separator = (typeof SEPARATORS)[number];

/** More is no row of a register, but a quote that was not closed. */
const LONGEST_ROW = 64 * 1024;
/** Bytes that are parsed in one go. */
const SLICE = 8 * 1024;

const options = (delimiter: Separator): Options => ({
  delimiter,
  record_delimiter: ['\r\n', '\n', '\r'],
  // Rows that are too short or too long are told so, each for itself.
  relax_column_count: true,
  max_record_size: LONGEST_ROW,
  trim: true,
  info: true,
});

export interface CsvRecord {
  readonly cells: readonly string[];
  /** Bytes of the source up to the end of this record: where reading may begin again. */
  readonly end: number;
}

/**
 * Reads records (RFC 4180, with any of the three separators and line ends) from a stream of UTF-8 bytes.
 * It ends after `most` of them, whatever follows. Throws a Refusal (422 CSV_MALFORMED) that names the row and shows none of it.
 */
export async function* readRecords(
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  separator: Separator,
  most?: number,
): AsyncGenerator<CsvRecord> {
  const parser = parse({ ...options(separator), ...(most !== undefined && { to: most }) });
  const input = Readable.from(slicesOf(source), { objectMode: false });
  input.once('error', (error) => parser.destroy(error));
  let row = 0;
  try {
    for await (const { record, info } of input.pipe(parser) as AsyncIterable<{ record: string[]; info: { bytes: number } }>) {
      row += 1;
      yield { cells: record, end: info.bytes };
    }
  } catch (error) {
    if (error instanceof CsvError) throw malformed(row + 1, error.code);
    throw error;
  } finally {
    input.destroy();
    parser.destroy();
  }
}

/** Others get their turn between two slices: one takes some milliseconds. */
async function* slicesOf(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const bytes of source) {
    for (let at = 0; at < bytes.length; at += SLICE) {
      yield bytes.subarray(at, at + SLICE);
      await turn();
    }
  }
}

const WORDS: Readonly<Record<string, string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quote is opened and never closed',
  CSV_INVALID_CLOSING_QUOTE: 'something follows a closing quote',
  INVALID_OPENING_QUOTE: 'a quote stands within a cell that is not quoted',
  CSV_MAX_RECORD_SIZE: `the row is longer than ${LONGEST_ROW} characters, as when a quote is not closed`,
};

function malformed(row: number, code: string): Refusal {
  const words = WORDS[code] ?? 'the row is not CSV';
  return new Refusal(
    422,
    'CSV_MALFORMED',
    `Row ${row} or the one before it: ${words}. Nothing of the file was taken. Double each quote within a quoted cell.`,
  );
}

/** A row in which nothing is written: spreadsheets leave many of them at the end. */
export const isBlank = (cells: readonly string[]): boolean => cells.every((cell) => cell.trim() === '');
