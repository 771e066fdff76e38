import type { Knex } from 'knex';
import type { Storage } from '../internal/storage.js';

/**
 * A transaction of the store's own small work, which need not wait for those who hold the write lock. Each statement in
 * it says its own condition or works on rows that it has locked, so that nothing rests on what was read before.
 */
export const alongside = <T>(storage: Storage, work: (trx: Knex.Transaction) => Promise<T>): Promise<T> =>
  storage.transaction(work, { alongside: true });

/**
 * Locks the rows that it finds and passes over those that somebody else has locked: what many take from at once, none
 * waits for another and none gets what another has. SQLite's one writer needs no such locks.
 */
export const takingFreeRows = ({ dialect }: Storage, query: Knex.QueryBuilder): Knex.QueryBuilder =>
  dialect === 'postgres' ? query.forUpdate().skipLocked() : query;
