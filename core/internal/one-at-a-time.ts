import { AsyncLocalStorage } from 'node:async_hooks';
import type { Knex } from 'knex';
import type { Storage } from './storage.js';
import { StorageError } from './storage-error.js';

export interface OneAtATime {
  readonly transaction: Storage['transaction'];
  /** Refuses others from now on, and waits for those that have begun. */
  stop(): Promise<unknown>;
}

/**
 * Transactions of one process queue here and not in the database, whose waiters each hold a connection. A transaction
 * inside another one would wait for ever, and is refused (STORAGE_NESTED_TRANSACTION), as is one after the stop (STORAGE_STOPPED).
 */
export function oneAtATime(name: string, begin: Storage['transaction']): OneAtATime {
  const inside = new AsyncLocalStorage<{ open: boolean }>();
  let last: Promise<unknown> = Promise.resolve();
  let stopping = false;
  return {
    async transaction<T>(work: (trx: Knex.Transaction) => Promise<T>): Promise<T> {
      if (stopping) throw new StorageError('STORAGE_STOPPED', `${name} has been closed`, 'Begin no transaction after the stop.');
      if (inside.getStore()?.open) {
        const what = 'a transaction was begun inside another one and would wait for ever';
        throw new StorageError('STORAGE_NESTED_TRANSACTION', what, 'Pass the outer transaction on.');
      }
      const mine = last.then(async () => {
        const mark = { open: true };
        try {
          return await inside.run(mark, () => begin(work));
        } finally {
          mark.open = false;
        }
      });
      last = mine.catch(() => undefined);
      return mine;
    },
    stop() {
      stopping = true;
      return last;
    },
  };
}
