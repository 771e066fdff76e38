import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JobQueue } from '../api/ports/job-queue.js';
import type { ClaimedJob } from '../internal/outbox.js';
import { addJob, databaseFile, handClock, openStore } from './store.fixture.js';
import { sweep } from './sweep.js';

const only = (jobs: readonly ClaimedJob[]): ClaimedJob => {
  expect(jobs).toHaveLength(1);
  return jobs[0]!;
};

describe('a job', () => {
  it('exists exactly when its transaction commits', async () => {
    const store = await openStore();
    const { storage, outbox, queue } = store;
    let lost = '';
    const failing = storage.transaction(async (trx) => {
      lost = await outbox.add(trx, { queue: 'issue', subject: 's', data: {} });
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await outbox.settled(lost, 10_000)).toBe(false);
    const kept = await addJob(store, 'issue', 'vaccination/1', { dose: 1 });
    expect(kept).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    const job = only(await queue.claim(['issue'], 10, 30));
    expect(job).toMatchObject({ id: kept, queue: 'issue', subject: 'vaccination/1', data: { dose: 1 }, attempt: 1 });
  });

  it('goes to one holder only, however many reach for it', async () => {
    const file = databaseFile();
    const stores = [await openStore({ file }), await openStore({ file })];
    for (let i = 0; i < 20; i += 1) await addJob(stores[0]!);
    const claims = await Promise.all(Array.from({ length: 12 }, (_, i) => stores[i % 2]!.queue.claim(['issue'], 3, 30)));
    const ids = claims.flat().map(({ id }) => id);
    expect(ids).toHaveLength(20);
    expect(new Set(ids).size).toBe(20);
    expect(Math.max(...claims.map(({ length }) => length))).toBe(3);
  });

  it('comes oldest first, only from the queues asked for, and only to its tenant', async () => {
    const file = databaseFile();
    const clock = handClock();
    const [store, other] = [await openStore({ file, clock }), await openStore({ file, clock, tenant: 'other' })];
    const ids: string[] = [];
    for (let i = 0; i < 3; i += 1) {
      ids.push(await addJob(store));
      await addJob(store, 'deliver');
      clock.pass(1);
    }
    expect(await other.queue.claim(['issue'], 10, 30)).toEqual([]);
    const first = await store.queue.claim(['issue'], 2, 30);
    const rest = await store.queue.claim(['issue'], 10, 30);
    expect([...first, ...rest].map(({ id }) => id)).toEqual(ids);
  });
});

describe('a lease', () => {
  it('that has ended makes the job due again, and its late holder changes nothing', async () => {
    const file = databaseFile();
    const clock = handClock();
    const [a, b] = [await openStore({ file, clock }), await openStore({ file, clock })];
    const id = await addJob(a);
    const late = only(await a.queue.claim(['issue'], 1, 30));
    clock.pass(29);
    expect(await b.queue.claim(['issue'], 1, 30)).toEqual([]);
    clock.pass(1);
    const now = only(await b.queue.claim(['issue'], 1, 30));
    expect(now).toMatchObject({ id, attempt: 2 });
    expect(await a.queue.done(late)).toBe(false);
    await a.queue.failed(late, { code: 'LATE' }, undefined);
    expect(await a.queue.dead()).toBe(0);
    expect(await b.queue.done(now)).toBe(true);
    expect(await b.queue.done(now)).toBe(false);
    clock.pass(3600);
    expect(await a.queue.claim(['issue'], 1, 30)).toEqual([]);
  });

  it('ends with a failure: the job returns after its pause, or never', async () => {
    const clock = handClock();
    const store = await openStore({ clock });
    await addJob(store);
    await store.queue.failed(only(await store.queue.claim(['issue'], 1, 30)), { code: 'NO_WAY' }, 5);
    clock.pass(4.999);
    expect(await store.queue.claim(['issue'], 1, 30)).toEqual([]);
    clock.pass(0.001);
    const again = only(await store.queue.claim(['issue'], 1, 30));
    expect(again.attempt).toBe(2);
    await store.queue.failed(again, { code: 'NO_WAY' }, undefined);
    expect(await store.queue.dead()).toBe(1);
    expect(await store.storage.knex('outbox_job').first('state', 'last_error')).toEqual({ state: 'dead', last_error: 'NO_WAY' });
    clock.pass(1e6);
    expect(await store.queue.claim(['issue'], 1, 30)).toEqual([]);
  });
});

describe('who waits for a job', () => {
  it('is woken at once when it is done in this process', async () => {
    const store = await openStore();
    const id = await addJob(store);
    const job = only(await store.queue.claim(['issue'], 1, 30));
    let ended = 0;
    const waiting = store.outbox.settled(id, 10_000).then((done) => {
      ended = performance.now();
      return done;
    });
    await pause(50);
    await store.queue.done(job);
    const finished = performance.now();
    expect(await waiting).toBe(true);
    expect(ended - finished).toBeLessThan(5000);
    expect(await store.outbox.settled(id, 0)).toBe(true);
  });

  it('sees it when it is done in another one', async () => {
    const file = databaseFile();
    const [here, there] = [await openStore({ file }), await openStore({ file })];
    const id = await addJob(here);
    const waiting = here.outbox.settled(id, 10_000);
    await there.queue.done(only(await there.queue.claim(['issue'], 1, 30)));
    expect(await waiting).toBe(true);
  });

  it('is told false when the time is up, and at once when the job dies', async () => {
    const store = await openStore();
    const id = await addJob(store);
    const began = performance.now();
    expect(await store.outbox.settled(id, 80)).toBe(false);
    expect(performance.now() - began).toBeGreaterThan(75);
    const waiting = store.outbox.settled(id, 10_000);
    await store.queue.failed(only(await store.queue.claim(['issue'], 1, 30)), { code: 'X' }, undefined);
    expect(await waiting).toBe(false);
    expect(performance.now() - began).toBeLessThan(8000);
  });
});

describe('a wait for work', () => {
  it('ends with a commit, with a signal, and at its time; a commit before it is not missed', async () => {
    const store = await openStore();
    const timed = async (work: Promise<unknown>): Promise<number> => {
      const began = performance.now();
      await work;
      return performance.now() - began;
    };
    const waiting = timed(store.queue.wake(10_000));
    await pause(20);
    await addJob(store);
    expect(await waiting).toBeLessThan(8000);
    await addJob(store);
    expect(await timed(store.queue.wake(10_000))).toBeLessThan(5000);
    expect(await timed(store.queue.wake(60))).toBeGreaterThan(50);
    expect(await timed(store.queue.wake(10_000, AbortSignal.timeout(30)))).toBeLessThan(8000);
    expect(await timed(store.queue.wake(10_000, AbortSignal.abort()))).toBeLessThan(5000);
  });
});

describe('the sweep', () => {
  it('deletes old done jobs in batches, and never one that waits or is dead', async () => {
    const clock = handClock();
    const store = await openStore({ clock });
    const { storage } = store;
    const old = {
      tenant: 'main',
      queue: 'issue',
      subject: 's',
      data: '{}',
      attempt: 1,
      due_at: '2020-01-01T00:00:00.000Z',
      added_at: '2020-01-01T00:00:00.000Z',
    };
    const rows = Array.from({ length: 1300 }, (_, i) => ({ ...old, id: `done-${i}`, state: 'done', ended_at: '2020-01-01T00:00:00.000Z' }));
    await storage.knex.batchInsert('outbox_job', rows, 50);
    // A waiting row with an end is impossible; a sweep must spare even that.
    for (const state of ['waiting', 'dead']) await storage.knex('outbox_job').insert({ ...old, id: state, state, ended_at: old.added_at });
    await storage.knex('outbox_job').insert({ ...old, id: 'fresh', state: 'done', ended_at: '2026-11-16T10:00:00.001Z' });
    await storage.knex('outbox_job').insert({ ...old, id: 'stranger', tenant: 'other', state: 'done', ended_at: old.added_at });
    const context = { storage, tenant: 'main', clock, log: { debug() {}, info() {}, warn() {}, error() {} } };
    expect(await sweep(context, 7)).toEqual({ jobs: 1300, keys: 0 });
    expect((await storage.knex('outbox_job').pluck('id')).sort()).toEqual(['dead', 'fresh', 'stranger', 'waiting']);
    clock.pass(0.002);
    expect(await sweep(context, 7)).toEqual({ jobs: 1, keys: 0 });
  });
});

it('takes a job of a part that has no transaction', async () => {
  const store = await openStore();
  const jobQueue = store.part.ports.jobQueue as JobQueue;
  const id = await jobQueue.add({ queue: 'files', subject: 'upload-1', data: { upload: 'upload-1' } });
  const [job] = await store.queue.claim(['files'], 10, 30);
  expect(job).toMatchObject({ id, queue: 'files', subject: 'upload-1', data: { upload: 'upload-1' }, attempt: 1 });
});
