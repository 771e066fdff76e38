import { chmod, mkdir, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Logger } from '@divoc/core/api';
import { StorageError } from '@divoc/core/internal';

/**
 * Makes sure that `file` exists and that nobody but its owner can read it. SQLite gives its -wal and -shm files
 * the same mode, so the file is made here, before SQLite would make it with the process's umask.
 */
export async function prepareFile(file: string, log: Logger): Promise<void> {
  const folder = dirname(file);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await (await open(file, 'a+', 0o600)).close();
  } catch (cause) {
    throw cannotOpen(file, cause as NodeJS.ErrnoException);
  }
  // Windows has no such bits; its folders inherit access control lists instead.
  if (process.platform === 'win32') return;
  if (((await stat(folder)).mode & 0o002) !== 0) {
    throw new StorageError(
      'STORAGE_FOLDER_EXPOSED',
      `every user of this machine may replace ${file}`,
      `chmod o-w '${folder}', or name a folder of your own in the setting 'file'`,
    );
  }
  const { mode } = await stat(file);
  if ((mode & 0o077) === 0) return;
  // A backup that was copied back, most likely. Refusing would keep a country's service down for what can be put right here.
  try {
    await chmod(file, 0o600);
  } catch (cause) {
    throw new StorageError('STORAGE_FILE_EXPOSED', `${file} is open to other users`, `chmod 600 '${file}' as its owner`, { cause });
  }
  log.warn({ file, mode: (mode & 0o777).toString(8) }, 'the database was open to other users; it is not any more');
}

function cannotOpen(file: string, cause: NodeJS.ErrnoException): unknown {
  const fixes: Record<string, string> = {
    EACCES: 'Give the user that runs DIVOC the file and its folder, to read and write.',
    EPERM: 'Give the user that runs DIVOC the file and its folder, to read and write.',
    EROFS: "Its disk is mounted read-only: name a file on another one in the setting 'file', or mount it to be written to.",
    EISDIR: "It is a folder: name a file in the setting 'file'.",
    ENOTDIR: "A part of its path is a file, not a folder: correct the setting 'file'.",
    EEXIST: "A part of its path is a file, not a folder: correct the setting 'file'.",
    ENOSPC: 'Make room on its disk.',
  };
  const fix = fixes[cause.code ?? ''];
  return fix ? new StorageError('STORAGE_CANNOT_OPEN', `${file} cannot be opened (${cause.code})`, fix, { cause }) : cause;
}
