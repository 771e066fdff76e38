import { AsyncLocalStorage } from 'node:async_hooks';
import { oneAtATime } from '../../internal/one-at-a-time.js';
import type { Storage, TransactionOptions } from '../../internal/storage.js';
import type { StorageSubject } from '../storage-contract.js';

type Knex = Storage['knex'];
type Transaction = Parameters<Parameters<Storage['transaction']>[0]>[0];
type Work<T> = (trx: Transaction) => Promise<T>;
type Fault = Error & { code?: string; detail?: string };
/** What the house keeps on a connection and in knex's client, and what a broken storage takes away. */
interface Inside {
  query(connection: { divocFault?: unknown }, statement: unknown): Promise<unknown>;
  acquireConnection(): Promise<{ divocFault?: unknown }>;
  transaction(...args: unknown[]): { trxClient: Inside; begin(connection: object): Promise<unknown> };
  readonly pool: { max: number };
  readonly config: { postProcessResponse?: (answer: unknown) => unknown };
}
const insideOf = (knex: Knex): Inside => knex.client as Inside;

/** The subject with other transactions. */
const transactions = (subject: StorageSubject, transaction: Storage['transaction']): StorageSubject => ({
  ...subject,
  storage: { ...subject.storage, transaction },
});

/** The subject with other answers of its database. */
function answers(subject: StorageSubject, change: (answer: unknown) => unknown): StorageSubject {
  insideOf(subject.storage.knex).config.postProcessResponse = change;
  return subject;
}

const inRows = (answer: unknown, change: (value: unknown) => unknown): unknown => {
  const row = (of: unknown) =>
    typeof of === 'object' && of !== null ? Object.fromEntries(Object.entries(of).map(([name, value]) => [name, change(value)])) : of;
  return Array.isArray(answer) ? answer.map(row) : row(answer);
};

/** For each promise of the contract: what breaks it and no other, laid over a sound storage. */
export const brokenStorages: Readonly<Record<string, (subject: StorageSubject) => StorageSubject>> = {
  'a transaction keeps all that it wrote, or nothing': (subject) =>
    transactions(subject, async <T>(work: Work<T>, options: TransactionOptions = {}) => {
      if (options.alongside) return subject.storage.transaction(work, options);
      const ended = await subject.storage.transaction(async (trx) => {
        try {
          return { value: await work(trx) };
        } catch (error) {
          // What the database has ended, and a step of it, are taken back all the same.
          if ((error as Fault).code || (await trx.schema.hasTable('draft'))) throw error;
          return { error };
        }
      });
      if ('error' in ended) throw ended.error;
      return ended.value as T;
    }),
  'what a transaction throws is the error of its work': (subject) =>
    transactions(subject, (work, options) =>
      subject.storage.transaction(work, options).catch((error: Fault) => {
        throw Object.assign(new Error('a transaction failed'), { code: error.code });
      }),
    ),
  'tables that a transaction made go with it': (subject) =>
    transactions(subject, async (work, options) => {
      const made: string[] = [];
      try {
        return await subject.storage.transaction((trx) => {
          trx.on('query', ({ sql }: { sql: string }) => /^create table/i.test(sql) && made.push(sql));
          return work(trx);
        }, options);
      } catch (error) {
        for (const sql of made) await subject.storage.knex.raw(sql);
        throw error;
      }
    }),
  'a transaction inside another one is refused at once': (subject) => {
    const outer = new AsyncLocalStorage<Transaction>();
    return transactions(subject, async (work, options) => {
      const trx = outer.getStore();
      return trx && !trx.isCompleted() ? work(trx) : subject.storage.transaction((own) => outer.run(own, () => work(own)), options);
    });
  },
  'after a failed statement a transaction takes no others': (subject) =>
    transactions(subject, (work, options) =>
      subject.storage.transaction(async (trx) => {
        const client = insideOf(trx as unknown as Knex);
        const { query } = client;
        const connection = await client.acquireConnection();
        // What comes later is answered as if it had been done.
        client.query = async (at, statement) =>
          connection.divocFault && typeof statement !== 'string' ? { response: [], rows: [] } : query.call(client, at, statement);
        return work(trx);
      }, options),
    ),
  'a transaction whose failed statement was caught keeps nothing, and says so': (subject) =>
    transactions(subject, async (work, options) => {
      let value: unknown;
      let isThrough = false;
      try {
        await subject.storage.transaction(async (trx) => {
          value = await work(trx);
          isThrough = true;
        }, options);
      } catch (error) {
        // The quiet rollback of PostgreSQL.
        if (!isThrough) throw error;
      }
      return value as never;
    }),
  'a savepoint that fails takes back its own part alone': (subject) =>
    transactions(subject, (work, options) =>
      subject.storage.transaction((trx) => {
        Object.defineProperty(trx, 'transaction', { value: (part: Work<unknown>) => part(trx) });
        return work(trx);
      }, options),
    ),
  'what a transaction has read holds until its end': (subject) => {
    const { knex, dialect } = subject.storage;
    const client = insideOf(knex);
    const { transaction } = client;
    if (dialect === 'sqlite')
      client.transaction = (...args) => {
        const made = transaction.apply(client, args);
        made.begin = (connection) => made.trxClient.query(connection, 'BEGIN;');
        return made;
      };
    const own = oneAtATime('the database', (work) => knex.transaction(work), 3);
    return {
      ...transactions(subject, (work) => own.transaction(work, { alongside: true })),
      async stop() {
        await own.stop();
        await subject.stop();
      },
    };
  },
  'a transaction alongside others keeps all or nothing too': (subject) =>
    transactions(subject, (work, options) =>
      options?.alongside ? work(subject.storage.knex as unknown as Transaction) : subject.storage.transaction(work, options),
    ),
  'readers wait for no writer and see what is committed': (subject) => {
    insideOf(subject.storage.knex).pool.max = 1;
    return subject;
  },
  'a key that is there already is STORAGE_UNIQUE': (subject) =>
    transactions(subject, (work, options) =>
      subject.storage.transaction(work, options).catch((error: Fault) => {
        throw error.code === 'STORAGE_UNIQUE' ? Object.assign(error, { code: '23505' }) : error;
      }),
    ),
  'no error holds a value': (subject) =>
    transactions(subject, async (work, options) => {
      let values: unknown;
      try {
        return await subject.storage.transaction((trx) => {
          trx.on('query-error', (_error: Fault, { bindings }: { bindings: unknown }) => {
            values = bindings;
          });
          return work(trx);
        }, options);
      } catch (error) {
        throw values === undefined ? error : Object.assign(error as Fault, { detail: `Key (name)=(${values})` });
      }
    }),
  'text is compared by bytes, and pages follow one another': (subject) =>
    answers(subject, (answer) =>
      Array.isArray(answer) && answer[0]?.word ? [...answer].sort((a, b) => a.word.localeCompare(b.word)) : answer,
    ),
  'whole numbers, text and bytes come back as they went': (subject) =>
    answers(subject, (answer) => inRows(answer, (value) => (Buffer.isBuffer(value) ? value.toString('latin1') : value))),
  'a stop waits for the transactions that have begun': (subject) => ({
    ...subject,
    async stop() {
      void subject.stop();
    },
  }),
  'after the stop transactions are refused': (subject) =>
    transactions(subject, (work, options) =>
      subject.storage.transaction(work, options).catch((error: Fault) => {
        if (error.code !== 'STORAGE_STOPPED') throw error;
        return undefined as never;
      }),
    ),
};
