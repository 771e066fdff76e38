import type { Knex } from 'knex';
import { declare, definePort, type Provision } from '../api/port.js';

/** A database connection. Only `core/store` and the services use it; plugins keep `state` instead. */
export interface Storage {
  readonly dialect: 'sqlite' | 'postgres';
  readonly knex: Knex;
  /** Runs `work` in one transaction that holds the write lock from its first statement on. */
  transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T>;
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
