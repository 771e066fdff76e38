import { otherFault } from './statement-faults.js';
import { StorageError } from './storage-error.js';

/** What a database driver says of a fault, without the values that it was given. */
export interface DriverFault {
  readonly code?: string;
  /** The driver's class of error. */
  readonly name?: string;
  /** The driver's own words. They may hold values: repeat only those that are known to hold none. */
  readonly text: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/** What we need of knex's Client (lib/client.js, 3.3); the tests of both databases would notice a change. */
interface ClientInside {
  /** True for the client of a transaction. */
  readonly transacting?: boolean;
  query(connection: Connection, statement: Statement): Promise<unknown>;
  acquireConnection(): Promise<unknown>;
}
/** Text: knex's own BEGIN, COMMIT, ROLLBACK, SAVEPOINT, RELEASE. */
type Statement = string | { readonly sql?: string };
interface Connection {
  /** The fault that ended the transaction of this connection. */
  divocFault?: StorageError | undefined;
}

/**
 * Makes all statements of a knex client behave alike on every database, and puts their faults into words.
 *
 * PostgreSQL takes nothing more in a transaction in which a statement has failed, and answers its COMMIT with a quiet
 * rollback; SQLite goes on as if nothing had been. Here such a transaction is over on both: every later statement is
 * refused, and so is the COMMIT (STORAGE_TRANSACTION_ENDED). A savepoint (`trx.transaction`) bounds the damage.
 *
 * knex writes the values of a statement into its errors, and PostgreSQL those of the row: neither leaves this place.
 */
export function guardStatements(prototype: object, inWords: (fault: DriverFault) => StorageError | undefined): void {
  const client = prototype as ClientInside;
  const { query, acquireConnection } = client;
  const worded = (error: unknown, sql?: string): StorageError => {
    const fault = faultOf(error, sql);
    return inWords(fault) ?? otherFault(fault.code ?? fault.name, sql);
  };

  client.acquireConnection = function () {
    return acquireConnection.call(this).catch((error: unknown) => {
      throw worded(error);
    });
  };

  client.query = async function (connection, statement) {
    const isOwn = typeof statement === 'string';
    const isRollback = isOwn && statement.startsWith('ROLLBACK');
    if (isOwn && statement.startsWith('BEGIN')) connection.divocFault = undefined;
    const before = this.transacting ? connection.divocFault : undefined;
    if (before && !isRollback) {
      if (isOwn && statement.startsWith('COMMIT')) await query.call(this, connection, 'ROLLBACK;');
      throw ended(before);
    }
    try {
      const done = await query.call(this, connection, statement);
      if (isRollback) connection.divocFault = undefined;
      // Whatever has escaped us: the server says what became of a COMMIT.
      const { command } = (done as { response?: { command?: string } } | undefined)?.response ?? {};
      if (isOwn && statement.startsWith('COMMIT') && command === 'ROLLBACK') throw ended();
      return done;
    } catch (error) {
      if (error instanceof StorageError) throw error;
      const fault = worded(error, isOwn ? statement : statement.sql);
      if (this.transacting) connection.divocFault ??= fault;
      throw fault;
    }
  };
}

const ended = (fault?: StorageError): StorageError =>
  new StorageError(
    'STORAGE_TRANSACTION_ENDED',
    `a statement of this transaction has failed (${fault?.code ?? 'unnoticed'}), so that nothing of it is kept`,
    'Let the error pass. For what may be there already write onConflict(…).ignore(), for what may fail take a savepoint (trx.transaction).',
    { cause: fault },
  );

function faultOf(error: unknown, sql: string | undefined): DriverFault {
  const { code, name, message = '', table, column, constraint } = (error ?? {}) as Record<string, string | undefined>;
  // With compileSqlOnError: false, knex puts `sql - ` in front.
  const prefix = `${sql} - `;
  const text = message.startsWith(prefix) ? message.slice(prefix.length) : sql === undefined ? message : '';
  const known = { code, name, table, column, constraint };
  return { text, ...Object.fromEntries(Object.entries(known).filter(([, value]) => typeof value === 'string')) };
}
