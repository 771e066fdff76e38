import { describe, expect, it } from 'vitest';
import type { JobQueue } from '../api/ports/job-queue.js';
import { databaseFile, handClock, type OpenStore, openStore } from './store.fixture.js';

const portOf = ({ part }: OpenStore) => (part.ports as { jobQueue: JobQueue }).jobQueue;
const line = (subject: string, data: unknown, key?: string) => ({ queue: 'q', subject, data, inOrder: true, ...(key && { key }) });
const dataOf = (jobs: readonly { data: unknown }[]) => jobs.map(({ data }) => data);

describe('jobs in order', () => {
  it('of one subject come one after the other, those of others meanwhile', async () => {
    const store = await openStore();
    await portOf(store).addAll([line('a', 1), line('a', 2), line('b', 3), line('a', 4)]);
    const first = await store.queue.claim(['q'], 10, 30);
    expect(dataOf(first).sort()).toEqual([1, 3]);
    expect(await store.queue.claim(['q'], 10, 30)).toEqual([]);
    for (const job of first) await store.queue.done(job);
    const second = await store.queue.claim(['q'], 10, 30);
    expect(dataOf(second)).toEqual([2]);
    await store.queue.done(second[0]!);
    expect(dataOf(await store.queue.claim(['q'], 10, 30))).toEqual([4]);
  });

  it('wait for the attempts of the one before, and not for one that is dead', async () => {
    const clock = handClock();
    const store = await openStore({ clock });
    await portOf(store).addAll([line('a', 1), line('a', 2)]);
    const [job] = await store.queue.claim(['q'], 10, 30);
    await store.queue.failed(job!, { code: 'X' }, 60);
    expect(await store.queue.claim(['q'], 10, 30)).toEqual([]);
    clock.pass(61);
    const [again] = await store.queue.claim(['q'], 10, 30);
    expect(again).toMatchObject({ data: 1, attempt: 2 });
    await store.queue.postponed(again!, 5);
    expect(await store.queue.claim(['q'], 10, 30)).toEqual([]);
    clock.pass(6);
    const [third] = await store.queue.claim(['q'], 10, 30);
    await store.queue.failed(third!, { code: 'X' }, undefined);
    expect(dataOf(await store.queue.claim(['q'], 10, 30))).toEqual([2]);
  });

  it('keep their order when several processes add and take at once', async () => {
    const file = databaseFile();
    const stores = [await openStore({ file }), await openStore({ file })];
    // Each adds its own run of numbers to the same lines.
    await Promise.all(
      stores.map(async (store, s) => {
        for (let i = 0; i < 10; i += 1) await portOf(store).addAll(['a', 'b'].map((subject) => line(subject, [s, i])));
      }),
    );
    const seen: Record<string, [number, number][]> = { a: [], b: [] };
    await Promise.all(
      [...stores, ...stores].map(async ({ queue }) => {
        for (let idle = 0; idle < 20; idle += 1) {
          for (const job of await queue.claim(['q'], 3, 30)) {
            idle = 0;
            seen[job.subject]!.push(job.data as [number, number]);
            expect(await queue.done(job)).toBe(true);
          }
        }
      }),
    );
    for (const subject of ['a', 'b']) {
      expect(seen[subject]).toHaveLength(20);
      for (const s of [0, 1]) expect(seen[subject]!.filter(([by]) => by === s).map(([, i]) => i)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    }
  });
});

describe('a key', () => {
  it('makes a job of a queue once, also after it is done', async () => {
    const store = await openStore();
    const [id, same] = await portOf(store).addAll([line('a', 1, 'k'), line('a', 1, 'k')]);
    expect(same).toBe(id);
    expect(await portOf(store).add({ ...line('a', 1, 'k'), queue: 'other' })).not.toBe(id);
    const [job, ...none] = await store.queue.claim(['q'], 10, 30);
    expect([job?.id, none]).toEqual([id, []]);
    await store.queue.done(job!);
    expect(await portOf(store).add(line('a', 1, 'k'))).toBe(id);
    expect(await store.queue.claim(['q'], 10, 30)).toEqual([]);
  });

  it('is one for two processes that add it at once', async () => {
    const file = databaseFile();
    const stores = [await openStore({ file }), await openStore({ file })];
    const keys = Array.from({ length: 10 }, (_, i) => `k${i}`);
    await Promise.all(stores.flatMap((store) => keys.map((key) => portOf(store).add(line('a', key, key)))));
    expect(await stores[0]!.storage.knex('outbox_job').select('id')).toHaveLength(10);
  });
});
