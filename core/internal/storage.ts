import type { Knex } from 'knex';
import { declare, definePort, type Provision } from '../api/port.js';

export interface TransactionOptions {
  /**
   * Runs it beside the one that holds the write lock, where the database can. What it has read may change before it
   * ends, so this is for single statements that say their own condition, or for rows that it has locked.
   */
  readonly alongside?: boolean;
}

/**
 * A database connection. Only `core/store` and the services use it; plugins keep `state` instead. Text is compared by
 * bytes. A fault is a StorageError without any value: STORAGE_UNIQUE, STORAGE_CONSTRAINT, STORAGE_REFUSED (a trigger), …
 */
export interface Storage {
  readonly dialect: 'sqlite' | 'postgres';
  readonly knex: Knex;
  /**
   * Runs `work` in one transaction that holds the write lock from its first statement on. A statement that fails ends it:
   * later ones are refused, and nothing of it is kept, even where its error was caught (STORAGE_TRANSACTION_ENDED).
   * `trx.transaction` makes a savepoint, which bounds that.
   */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>, options?: TransactionOptions): Promise<T>;
}

/** No deadline: a step of a large database takes as long as it takes, and what was given up might still commit. */
export const storage = definePort<Storage>('storage', 0, { methods: ['transaction'], deadlineSeconds: null });

/** One step of the database's shape. Names are unique and ordered within their owner: `0001-records`. */
export interface Migration {
  readonly name: string;
  up(trx: Knex): Promise<void>;
}

/** A part's tables, declared so that `divoc db migrate` reads them from the plan and sets up nothing but the storage. */
export const migrations = definePort<boolean, readonly Migration[]>('migrations', 0);

/** `provides: { migrations: declareMigrations([...]) }`, with `true` as the port's value. */
export const declareMigrations = (steps: readonly Migration[]): Provision<boolean, readonly Migration[]> => declare(migrations, steps);
