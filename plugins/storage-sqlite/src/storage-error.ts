import { StorageError } from '@divoc/core/internal';

/** SQLite's result codes (https://sqlite.org/rescode.html) that a person at the machine can do something about. */
const FAULTS: Readonly<Record<string, readonly [code: string, what: string, fix: string]>> = {
  SQLITE_NOTADB: ['STORAGE_NOT_A_DATABASE', 'is not an SQLite database', "Move it away, or name another one in the setting 'file'."],
  SQLITE_CORRUPT: ['STORAGE_CORRUPT', 'is damaged', 'Stop every process that uses it and restore the last backup.'],
  SQLITE_CANTOPEN: ['STORAGE_CANNOT_OPEN', 'cannot be opened', 'Give the user that runs DIVOC the file and its folder, to read and write.'],
  SQLITE_PERM: ['STORAGE_CANNOT_OPEN', 'cannot be opened', 'Give the user that runs DIVOC the file and its folder, to read and write.'],
  SQLITE_READONLY: [
    'STORAGE_READ_ONLY',
    'cannot be written to',
    'Give the user that runs DIVOC the file and its folder, to read and write.',
  ],
  SQLITE_FULL: ['STORAGE_FULL', 'has no room to grow', 'Make room on its disk; nothing that was acknowledged is lost.'],
  SQLITE_IOERR: ['STORAGE_IO_ERROR', 'could not be read or written', 'Look at the disk and at the log of the system.'],
  SQLITE_BUSY: ['STORAGE_BUSY', 'is held by another process', "End that process, or raise the setting 'busyTimeout'."],
};

/** The error in words that name the file and the fix; any other one (a constraint, a mistake in SQL) as it is. */
export function inWords(error: unknown, file: string): unknown {
  const { code, message } = error as { code?: string; message?: string };
  if (code === 'SQLITE_ERROR' && message?.includes('unsupported file format')) {
    return new StorageError(
      'STORAGE_FILE_TOO_NEW',
      `${file} was written by a newer SQLite`,
      'Run the DIVOC that wrote it, or a newer one.',
      { cause: error },
    );
  }
  const fault = FAULTS[code ?? ''];
  return fault ? new StorageError(fault[0], `${file} ${fault[1]}`, fault[2], { cause: error }) : error;
}
