import { guardStatements } from '@divoc/core/internal';
import type { Knex } from 'knex';
// @ts-expect-error knex has no types for its dialects
import SqliteTransaction from 'knex/lib/dialects/sqlite3/execution/sqlite-transaction.js';
// @ts-expect-error knex has no types for its dialects
import SqliteClient from 'knex/lib/dialects/sqlite3/index.js';
import { inWords } from './storage-error.js';

/** What we need of knex's own Transaction (lib/execution/transaction.js, 3.3); the plugin's tests would notice a change. */
interface TransactionInside {
  readonly trxClient: { query(connection: Connection, sql: string): Promise<unknown> };
  _completed: boolean;
  _resolver(value: unknown): void;
  _rejecter(error: unknown): void;
}
interface Connection {
  /** knex closes a connection that has this, when the pool gives it out next. */
  __knex__disposed?: unknown;
}
const Transaction = SqliteTransaction as new (...args: unknown[]) => TransactionInside;

/**
 * knex says `BEGIN;`, which takes no lock. A transaction that reads first and writes later then fails at its first
 * write with SQLITE_BUSY_SNAPSHOT whenever another process has written in between, and no timeout helps: its snapshot
 * is old (https://sqlite.org/isolation.html). `BEGIN IMMEDIATE;` waits for the write lock and keeps it.
 */
class ImmediateTransaction extends Transaction {
  /** Rejects when there is no lock to be had; knex's own `query` would go on and call the work all the same. */
  begin(connection: Connection): Promise<unknown> {
    return this.trxClient.query(connection, 'BEGIN IMMEDIATE;');
  }

  commit(connection: Connection, value: unknown): Promise<void> {
    return this.#end(
      connection,
      'COMMIT;',
      () => this._resolver(value),
      (error) => this._rejecter(error),
    );
  }

  /** The work's own error is the one to tell of, even where SQLite had already rolled back by itself. */
  rollback(connection: Connection, error: unknown): Promise<void> {
    const reject = () => this._rejecter(error ?? new Error('the transaction was rolled back'));
    return this.#end(connection, 'ROLLBACK;', reject, reject);
  }

  /** A failed COMMIT (a full disk, a deferred constraint) may leave its transaction open; closing the connection ends it. */
  async #end(connection: Connection, sql: string, then: () => void, otherwise: (error: unknown) => void): Promise<void> {
    const sent = this.trxClient.query(connection, sql);
    this._completed = true;
    try {
      await sent;
      then();
    } catch (error) {
      connection.__knex__disposed = error;
      otherwise(error);
    }
  }
}

/** knex's sqlite3 client, with transactions that hold the write lock from their first statement on. */
class ImmediateClient extends (SqliteClient as new (...args: unknown[]) => object) {
  transaction(...args: unknown[]): unknown {
    return new ImmediateTransaction(this, ...args);
  }
}

/** A class of clients for this file, whose faults name it. */
export function clientOf(file: string): typeof Knex.Client {
  class Client extends ImmediateClient {}
  guardStatements(Client.prototype, (fault) => inWords(fault, file));
  return Client as unknown as typeof Knex.Client;
}
