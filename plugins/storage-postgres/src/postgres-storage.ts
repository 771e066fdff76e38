import type { Health, Logger } from '@divoc/core/api';
import { oneAtATime, type Storage, StorageError } from '@divoc/core/internal';
import knexOf, { type Knex } from 'knex';
import pg from 'pg';
import { type Target, targetOf, type UrlSettings } from './connection-url.js';
import { clientOf } from './house-client.js';

export interface PostgresOptions extends UrlSettings {
  readonly schema: string;
  readonly connections: number;
  readonly connectSeconds: number;
  readonly statementSeconds: number;
  readonly lockSeconds: number;
  readonly log: Logger;
}

export interface PostgresStorage {
  readonly storage: Storage;
  health(): Promise<Health>;
  /** Waits for the transactions that have begun, refuses others, closes the connections. */
  stop(): Promise<void>;
}

const OLDEST_VERSION = 130_000;
/** Says which of our locks it is; the schema says whose. */
const WRITE_LOCK = 0x0d1_70c;

/** Connects and makes the schema. Throws a StorageError that names host and database, and the fix. */
export async function openPostgres(options: PostgresOptions): Promise<PostgresStorage> {
  const target = targetOf(options);
  const knex = connect(options, target);
  try {
    await prepare(knex, options.schema, target.name);
  } catch (error) {
    await knex.destroy();
    throw error;
  }
  const begin: Storage['transaction'] = (work, { alongside = false } = {}) =>
    knex.transaction(async (trx) => {
      // Writers follow one another, as on SQLite: what a transaction reads holds until its end, whatever other processes
      // do. READ COMMITTED gives each statement after this one all that was committed before.
      if (!alongside) await trx.raw('select pg_advisory_xact_lock(?, hashtext(?))', [WRITE_LOCK, options.schema]);
      return work(trx);
    });
  let ended: Promise<void> | undefined;
  const { transaction, stop } = oneAtATime(target.name, begin, Math.max(1, Math.floor(options.connections / 2)));
  return {
    storage: { dialect: 'postgres', knex, transaction },
    async health() {
      try {
        const { rows } = await knex.raw('select pg_is_in_recovery() as standby');
        if (!rows[0].standby) return { status: 'pass' };
        return { status: 'fail', detail: 'the database is a standby, which cannot be written to; name the primary' };
      } catch (error) {
        const { code = 'UNKNOWN' } = error as { code?: string };
        return { status: 'fail', detail: `the database does not answer: ${code}` };
      }
    },
    async stop() {
      await stop();
      ended ??= knex.destroy();
      await ended;
    },
  };
}

function connect(options: PostgresOptions, { name, connection }: Target): Knex {
  const { schema, connections, log } = options;
  return knexOf({
    client: clientOf(name),
    compileSqlOnError: false,
    connection: {
      ...connection,
      application_name: 'divoc',
      connectionTimeoutMillis: options.connectSeconds * 1000,
      // A process that hangs in a transaction must not keep all others from writing.
      options: timeouts(options),
      keepAlive: true,
      types: { getTypeParser: parserOf },
    },
    searchPath: [schema],
    pool: { min: 0, max: connections },
    acquireConnectionTimeout: options.connectSeconds * 1000,
    log: {
      warn: (message) => log.warn({}, String(message)),
      error: (message) => log.error({}, String(message)),
      deprecate() {},
      debug() {},
    },
  });
}

const BIGINT_OID = 20;

/** A bigint (a count, a sequence number) is a number, as on SQLite. Sums of money are asked for as text. */
const parserOf = (oid: number, format?: string) =>
  oid === BIGINT_OID ? Number : pg.types.getTypeParser(oid, format === 'binary' ? 'binary' : 'text');

/** Settings of the session, in milliseconds (https://www.postgresql.org/docs/current/runtime-config-client.html). */
function timeouts({ statementSeconds, lockSeconds }: PostgresOptions): string {
  const settings = {
    statement_timeout: statementSeconds * 1000,
    lock_timeout: lockSeconds * 1000,
    idle_in_transaction_session_timeout: statementSeconds * 1000,
  };
  return Object.entries(settings)
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ');
}

async function prepare(knex: Knex, schema: string, name: string): Promise<void> {
  const { rows } = await knex.raw(
    "select current_setting('server_version_num')::int as version, current_setting('server_encoding') as encoding, pg_is_in_recovery() as standby",
  );
  const [{ version, encoding, standby }] = rows;
  if (version < OLDEST_VERSION)
    throw new StorageError(
      'STORAGE_TOO_OLD',
      `${name} is PostgreSQL ${Math.floor(version / 10_000)}`,
      'DIVOC needs PostgreSQL 13 or newer.',
    );
  if (encoding !== 'UTF8')
    throw new StorageError(
      'STORAGE_ENCODING',
      `${name} keeps text as ${encoding}`,
      'Make it anew: createdb --encoding=UTF8 --template=template0 NAME.',
    );
  if (standby) throw new StorageError('STORAGE_READ_ONLY', `${name} is a standby`, 'Name the primary in the url: a standby only reads.');
  await knex.raw('create schema if not exists ??', [schema]).catch(async (error: { code?: string }) => {
    // Two first starts may meet here; and a role that may not make schemas may have been given one.
    const { rows: found } = await knex.raw('select 1 from pg_namespace where nspname = ?', [schema]);
    if (found.length === 0) throw error;
  });
}
