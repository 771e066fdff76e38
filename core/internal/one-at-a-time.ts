import { AsyncLocalStorage } from 'node:async_hooks';
import type { Storage } from './storage.js';
import { StorageError } from './storage-error.js';

export interface OneAtATime {
  readonly transaction: Storage['transaction'];
  /** Refuses others from now on, and waits for those that have begun. */
  stop(): Promise<unknown>;
}

/** A transaction in which whatever runs was begun. */
interface Mark {
  readonly of: object;
  open: boolean;
  /** The one around it, of another database. */
  readonly outer: Mark | undefined;
}

/** One for all: Node.js hands each storage of this kind on at every promise, whether it is of use there or not. */
const inside = new AsyncLocalStorage<Mark | undefined>();

/** The innermost one that is still open: what was begun in a transaction may outlive it, and is in none then. */
function openMark(): Mark | undefined {
  let mark = inside.getStore();
  while (mark && !mark.open) mark = mark.outer;
  return mark;
}

function isWithin(of: object): boolean {
  let mark = openMark();
  while (mark && !(mark.open && mark.of === of)) mark = mark.outer;
  return mark !== undefined;
}

/**
 * Transactions of one process queue here and not in the database, whose waiters each hold a connection; `alongside` of
 * them may run beside that queue where they ask for it (0: none, they queue too). A transaction inside another one could
 * wait for ever, and is refused (STORAGE_NESTED_TRANSACTION), as is one after the stop (STORAGE_STOPPED).
 */
export function oneAtATime(name: string, begin: Storage['transaction'], alongside = 0): OneAtATime {
  const own = {};
  const [inLine, beside] = [places(1), places(alongside)];
  const running = new Set<Promise<unknown>>();
  let stopping = false;
  return {
    async transaction(work, options = {}) {
      if (stopping) throw new StorageError('STORAGE_STOPPED', `${name} has been closed`, 'Begin no transaction after the stop.');
      if (isWithin(own)) {
        const what = 'a transaction was begun inside another one and would wait for ever';
        throw new StorageError('STORAGE_NESTED_TRANSACTION', what, 'Pass the outer transaction on.');
      }
      const take = options.alongside && alongside > 0 ? beside : inLine;
      const mine = take(async () => {
        const mark: Mark = { of: own, open: true, outer: openMark() };
        try {
          return await inside.run(mark, () => begin(work, options));
        } finally {
          mark.open = false;
        }
      });
      running.add(mine);
      try {
        return await mine;
      } finally {
        running.delete(mine);
      }
    },
    stop() {
      stopping = true;
      return Promise.allSettled(running);
    },
  };
}

/** Runs at most so many pieces of work at once; the others wait in the order in which they came. */
function places(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let free = most;
  return async (work) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((come) => waiting.push(come));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}
