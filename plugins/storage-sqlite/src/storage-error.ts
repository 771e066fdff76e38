import { constraintFault, type DriverFault, StorageError, triggerFault, uniqueFault } from '@divoc/core/internal';

const GIVE = 'Give the user that runs DIVOC the file and its folder, to read and write.';

/** SQLite's result codes (https://sqlite.org/rescode.html) that a person at the machine can do something about. */
const FAULTS: Readonly<Record<string, readonly [code: string, what: string, fix: string]>> = {
  SQLITE_NOTADB: ['STORAGE_NOT_A_DATABASE', 'is not an SQLite database', "Move it away, or name another one in the setting 'file'."],
  SQLITE_CORRUPT: ['STORAGE_CORRUPT', 'is damaged', 'Stop every process that uses it and restore the last backup.'],
  SQLITE_CANTOPEN: ['STORAGE_CANNOT_OPEN', 'cannot be opened', GIVE],
  SQLITE_PERM: ['STORAGE_CANNOT_OPEN', 'cannot be opened', GIVE],
  SQLITE_READONLY: ['STORAGE_READ_ONLY', 'cannot be written to', GIVE],
  SQLITE_FULL: ['STORAGE_FULL', 'has no room to grow', 'Make room on its disk; nothing that was acknowledged is lost.'],
  SQLITE_IOERR: ['STORAGE_IO_ERROR', 'could not be read or written', 'Look at the disk and at the log of the system.'],
  SQLITE_BUSY: ['STORAGE_BUSY', 'is held by another process', "End that process, or raise the setting 'busyTimeout'."],
};
const TOO_NEW = ['STORAGE_FILE_TOO_NEW', 'was written by a newer SQLite', 'Run the DIVOC that wrote it, or a newer one.'] as const;

/** The fault in words that hold no value; undefined for one that is none of these. */
export function inWords({ code, text, name }: DriverFault, file: string): StorageError | undefined {
  if (code === 'SQLITE_CONSTRAINT') return constraint(text.replace(/^SQLITE_CONSTRAINT: /, ''));
  const closed = name === 'KnexTimeoutError' ? FAULTS.SQLITE_BUSY : undefined;
  const fault = (text.includes('unsupported file format') ? TOO_NEW : undefined) ?? FAULTS[code ?? ''] ?? closed;
  return fault && new StorageError(fault[0], `${file} ${fault[1]}`, fault[2]);
}

/** SQLite names columns and rules here, and no values (https://sqlite.org/src, sqlite3UniqueConstraint and its like). */
function constraint(text: string): StorageError {
  const [, rule, where = ''] = /^(UNIQUE|NOT NULL|CHECK|FOREIGN KEY) constraint failed(?:: (.*))?$/s.exec(text) ?? [];
  if (rule === undefined) return triggerFault(text);
  return rule === 'UNIQUE' ? uniqueFault(where) : constraintFault(rule.toLowerCase(), where || 'a reference');
}
