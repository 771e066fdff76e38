import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { Storage } from '../internal/storage.js';
import type { Contract, Promised } from './contract.js';

/** A storage on an empty database of its own. */
export interface StorageSubject {
  readonly storage: Storage;
  /** The same database opened once more, as another process would. */
  again(): Promise<Storage>;
  /** Stops `storage`. */
  stop(): Promise<void>;
}

/** Stands for a personal value. */
const NAME = 'Nimali Perera-Ünal';

const promise = (name: string, holds: (subject: StorageSubject) => Promise<void>): Promised<StorageSubject> => ({ name, holds });

async function people({ knex }: Storage): Promise<void> {
  await knex.schema.createTable('people', (table) => {
    table.text('name').notNullable().primary();
    table.integer('visits').notNullable().defaultTo(0);
  });
  await knex('people').insert({ name: NAME });
}
const count = async ({ knex }: Storage): Promise<number> => Number((await knex('people').count({ count: '*' }).first())?.count);
const faultOf = (work: Promise<unknown>): Promise<Error & { code?: string }> =>
  work.then(
    () => assert.fail('it was not refused'),
    (error) => error,
  );

/** What every database keeps. */
export const storageContract: Contract<StorageSubject> = {
  port: 'storage/0',
  promises: [
    promise('a transaction keeps all that it wrote, or nothing', async ({ storage }) => {
      await people(storage);
      await storage.transaction(async (trx) => {
        await trx('people').insert({ name: 'a' });
        await trx('people').insert({ name: 'b' });
      });
      assert.equal(await count(storage), 3);
      await storage
        .transaction(async (trx) => {
          await trx('people').insert({ name: 'c' });
          throw new Error('mine');
        })
        .catch(() => undefined);
      assert.equal(await count(storage), 3);
    }),
    promise('what a transaction throws is the error of its work', async ({ storage }) => {
      const mine = new Error('mine');
      assert.equal(await faultOf(storage.transaction(() => Promise.reject(mine))), mine);
    }),
    promise('tables that a transaction made go with it', async ({ storage }) => {
      await storage
        .transaction(async (trx) => {
          await trx.schema.createTable('draft', (table) => void table.text('x'));
          throw new Error('mine');
        })
        .catch(() => undefined);
      assert.equal(await storage.knex.schema.hasTable('draft'), false);
    }),
    promise('a transaction inside another one is refused at once', async ({ storage }) => {
      const inner = storage.transaction(async () => (await faultOf(storage.transaction(async () => 1))).code);
      assert.equal(await Promise.race([inner, pause(3000)]), 'STORAGE_NESTED_TRANSACTION');
    }),
    promise('after a failed statement a transaction takes no others', async ({ storage }) => {
      await people(storage);
      let later: Error & { code?: string } = new Error('nothing was asked');
      await storage
        .transaction(async (trx) => {
          await trx('people')
            .insert({ name: NAME })
            .catch(() => undefined);
          later = await faultOf(trx('people').first().then());
        })
        .catch(() => undefined);
      assert.equal(later.code, 'STORAGE_TRANSACTION_ENDED');
    }),
    promise('a transaction whose failed statement was caught keeps nothing, and says so', async ({ storage }) => {
      await people(storage);
      const work = storage.transaction(async (trx) => {
        await trx('people').insert({ name: 'before' });
        await trx('people')
          .insert({ name: NAME })
          .catch(() => undefined);
      });
      assert.equal((await faultOf(work)).code, 'STORAGE_TRANSACTION_ENDED');
      assert.equal(await count(storage), 1);
    }),
    promise('a savepoint that fails takes back its own part alone', async ({ storage }) => {
      await people(storage);
      await storage.transaction(async (trx) => {
        await trx
          .transaction(async (part) => {
            await part('people').insert({ name: 'part' });
            await part('people').insert({ name: NAME });
          })
          .catch(() => undefined);
        await trx('people').insert({ name: 'rest' });
      });
      assert.equal(await count(storage), 2);
    }),
    promise('what a transaction has read holds until its end', async ({ storage, again }) => {
      await people(storage);
      const other = await again();
      const visit = (at: Storage) =>
        at.transaction(async (trx) => {
          const { visits } = await trx('people').first('visits');
          await pause(2);
          await trx('people').update({ visits: visits + 1 });
        });
      await Promise.all(Array.from({ length: 20 }, (_, i) => visit(i % 2 ? storage : other)));
      assert.equal((await storage.knex('people').first('visits')).visits, 20);
    }),
    promise('a transaction alongside others keeps all or nothing too', async ({ storage }) => {
      await people(storage);
      const alongside = { alongside: true };
      await storage
        .transaction(async (trx) => {
          await trx('people').insert({ name: 'c' });
          throw new Error('mine');
        }, alongside)
        .catch(() => undefined);
      assert.equal(await count(storage), 1);
      await Promise.all(
        Array.from({ length: 20 }, () => storage.transaction(async (trx) => trx('people').increment('visits', 1), alongside)),
      );
      assert.equal((await storage.knex('people').first('visits')).visits, 20);
    }),
    promise('readers wait for no writer and see what is committed', async ({ storage }) => {
      await people(storage);
      await storage.transaction(async (trx) => {
        await trx('people').insert({ name: 'writing' });
        assert.equal(await Promise.race([count(storage), pause(1500)]), 1);
      });
    }),
    promise('a key that is there already is STORAGE_UNIQUE', async ({ storage }) => {
      await people(storage);
      assert.equal((await faultOf(storage.transaction(async (trx) => trx('people').insert({ name: NAME })))).code, 'STORAGE_UNIQUE');
    }),
    promise('no error holds a value', async ({ storage }) => {
      await people(storage);
      const faults = await Promise.all([
        faultOf(storage.transaction(async (trx) => trx('people').insert({ name: NAME }))),
        faultOf(storage.knex('people').insert({ name: NAME }).then()),
        faultOf(storage.knex('people').insert({ name: 'x', visits: null, nothing: NAME }).then()),
      ]);
      const seen = (error: unknown): string =>
        [String(error), (error as Error).stack, JSON.stringify(error), inspect(error, { depth: 9, showHidden: true })].join('\n');
      for (const fault of faults) assert(!seen(fault).includes('Nimali'), 'an error holds a value');
    }),
    promise('text is compared by bytes, and pages follow one another', async ({ storage }) => {
      await storage.knex.schema.createTable('words', (table) => void table.text('word').primary());
      const words = ['Zebra', '_a', 'a', 'a-b', 'ab', 'b', 'É', 'é', 'ﬃ', '😀'];
      await storage.knex('words').insert([...words].reverse().map((word) => ({ word })));
      const read: string[] = [];
      for (let after = ''; ; after = read.at(-1) ?? '') {
        const page = await storage.knex('words').where('word', '>', after).orderBy('word').limit(3).select('word');
        read.push(...page.map(({ word }: { word: string }) => word));
        if (page.length < 3 || read.length > words.length) break;
      }
      assert.deepEqual(read, words);
    }),
    promise('whole numbers, text and bytes come back as they went', async ({ storage }) => {
      await storage.knex.schema.createTable('kept', (table) => {
        table.bigInteger('number');
        table.text('text');
        table.binary('bytes');
      });
      const row = { number: Number.MAX_SAFE_INTEGER, text: JSON.stringify({ a: "it's", b: 'é😀' }), bytes: Buffer.from([0, 255, 39, 0]) };
      await storage.knex('kept').insert(row);
      assert.deepEqual(await storage.knex('kept').first(), row);
    }),
    promise('a stop waits for the transactions that have begun', async ({ storage, stop }) => {
      let isDone = false;
      const slow = storage.transaction(async (trx) => {
        await pause(100);
        await trx.raw('select 1');
        isDone = true;
      });
      await pause(5);
      await stop();
      assert(isDone, 'the stop did not wait');
      await slow;
    }),
    promise('after the stop transactions are refused', async ({ storage, stop }) => {
      await stop();
      assert.equal((await faultOf(storage.transaction(async () => 1))).code, 'STORAGE_STOPPED');
    }),
  ],
};
