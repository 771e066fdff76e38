import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { Health, Logger } from '@divoc/core/api';
import { oneAtATime, type Storage, StorageError } from '@divoc/core/internal';
import knexOf, { type Knex } from 'knex';
import { prepareFile } from './database-file.js';
import { clientOf } from './immediate-client.js';

export interface SqliteOptions {
  /** Absolute. */
  readonly file: string;
  readonly durability: 'full' | 'normal';
  /** Milliseconds to wait for another process. */
  readonly busyTimeout: number;
  readonly log: Logger;
}

export interface SqliteStorage {
  readonly storage: Storage;
  health(): Promise<Health>;
  /** Waits for the transactions that have begun, refuses others, closes the file. */
  stop(): Promise<void>;
}

/**
 * Each connection occupies one of libuv's four threads while SQLite waits for a lock. One more than this would let
 * waiters keep the holder of the lock from its next statement.
 */
const CONNECTIONS = 3;

/** Opens the database's file, or makes it. Throws a StorageError that names the file and the fix. */
export async function openSqlite(options: SqliteOptions): Promise<SqliteStorage> {
  const { file } = options;
  await prepareFile(file, options.log);
  const knex = connect(options);
  try {
    await useWriteAheadLog(knex, options);
  } catch (error) {
    await knex.destroy();
    throw error;
  }
  const { ino } = await stat(file);
  // SQLite's own lock neither queues fairly nor without a thread. It has one writer, and so nothing runs alongside.
  const { transaction, stop } = oneAtATime(file, (work) => knex.transaction(work));
  return {
    storage: { dialect: 'sqlite', knex, transaction },
    async health() {
      await knex.raw('select 1 from sqlite_schema limit 1');
      // SQLite goes on writing to a file that has been deleted or replaced, and all of it is lost at the next start.
      const now = await stat(file).catch(() => undefined);
      if (now?.ino === ino) return { status: 'pass' };
      return { status: 'fail', detail: `the database's file was ${now ? 'replaced' : 'removed'} while in use; stop, restore it, start` };
    },
    async stop() {
      await stop();
      await knex.destroy();
    },
  };
}

function connect({ file, durability, busyTimeout, log }: SqliteOptions): Knex {
  const pragmas = [
    `PRAGMA busy_timeout = ${busyTimeout}`,
    'PRAGMA foreign_keys = ON',
    // Functions with side effects may not be called from a schema that somebody has tampered with.
    'PRAGMA trusted_schema = OFF',
    // FULL syncs the log at each commit, so that what was acknowledged survives a power cut.
    `PRAGMA synchronous = ${durability.toUpperCase()}`,
  ].join(';');
  return knexOf({
    client: clientOf(file),
    compileSqlOnError: false,
    connection: { filename: file },
    useNullAsDefault: true,
    pool: {
      min: 1,
      max: CONNECTIONS,
      afterCreate: (
        raw: { exec(sql: string, done: (error: Error | null) => void): void },
        done: (error: Error | null, raw: unknown) => void,
      ) => raw.exec(pragmas, (error) => done(error, raw)),
    },
    log: {
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
      deprecate() {},
      debug() {},
    },
  });
}

/** The switch to WAL stays in the file. SQLite does not wait for it as it waits for other locks, so two first starts may meet here. */
async function useWriteAheadLog(knex: Knex, { file, busyTimeout }: SqliteOptions): Promise<void> {
  for (const until = performance.now() + busyTimeout; ; await pause(20)) {
    try {
      const [row] = await knex.raw('PRAGMA journal_mode = WAL');
      if (row.journal_mode === 'wal') return;
      const what = `${file} cannot keep a write-ahead log (its journal is '${row.journal_mode}')`;
      throw new StorageError('STORAGE_NO_WAL', what, 'Put it on a local disk: network folders lack what SQLite needs.');
    } catch (error) {
      if ((error as { code?: string }).code !== 'STORAGE_BUSY' || performance.now() > until) throw error;
    }
  }
}
