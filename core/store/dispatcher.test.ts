import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { PartContext } from '../api/plugin.js';
import type { Job, JobHandler } from '../api/ports/jobs.js';
import { Refusal } from '../api/refusal.js';
import { eventually } from '../testkit/eventually.js';
import { dispatcherPart } from './dispatcher-part.js';
import { pauseAfter } from './job-run.js';
import { addJob, databaseFile, listeningLog, type OpenStore, openStore } from './store.fixture.js';

const clock = { now: () => new Date() };
const SETTINGS = { concurrency: 8, leaseSeconds: 30, maxAttempts: 3, maxCrashes: 1000, firstRetrySeconds: 0.02 };

/** The dispatcher part over a real store, started. */
async function dispatch(store: OpenStore, handlers: JobHandler[], settings: Partial<typeof SETTINGS> = {}) {
  const { log, lines } = listeningLog();
  const context = { config: { ...SETTINGS, ...settings }, tenant: 'main', clock, log } as unknown as PartContext<never>;
  const named = Object.fromEntries(handlers.map((handler, i) => [`part-${i}`, handler]));
  const part = await dispatcherPart.setup(context, { queue: store.queue, handlers: named } as never);
  await part.start?.();
  onTestFinished(() => part.stop?.());
  const stages = (id: string) => lines.filter(({ job }) => job === id).map(({ stage }) => stage);
  return { part, lines, stages };
}
const handler = (handle: JobHandler['handle'], queue = 'issue'): JobHandler => ({ queues: [queue], handle });
const state = async ({ storage }: OpenStore, id: string) =>
  storage.knex('outbox_job').where({ id }).first('state', 'attempt', 'last_error');
const never = () => new Promise<void>(() => undefined);

describe('the dispatcher', () => {
  it('runs a job at once and says each step right after its commit', async () => {
    const store = await openStore({ clock });
    const seen: Job[] = [];
    const { stages } = await dispatch(store, [handler(async (job) => void seen.push(job))]);
    const id = await addJob(store, 'issue', 'vaccination/1', { dose: 1 });
    expect(await store.outbox.settled(id, 5000)).toBe(true);
    expect(seen).toEqual([{ id, queue: 'issue', subject: 'vaccination/1', data: { dose: 1 }, attempt: 1 }]);
    await eventually(() => expect(stages(id)).toEqual(['job.claimed', 'job.done']));
    expect(store.lines.filter(({ job }) => job === id).map(({ stage }) => stage)).toEqual(['job.adding', 'job.finishing']);
  });

  it('tries again what failed, later each time, and buries it in the end without its message', async () => {
    const store = await openStore({ clock });
    const at: number[] = [];
    const { part, lines, stages } = await dispatch(store, [
      handler(async () => {
        at.push(performance.now());
        throw Object.assign(new Error('Anna Smith, born 1980'), { code: 'ECONNRESET' });
      }),
    ]);
    expect(await part.health?.()).toEqual({ status: 'pass' });
    const id = await addJob(store);
    expect(await store.outbox.settled(id, 10_000)).toBe(false);
    expect(await state(store, id)).toEqual({ state: 'dead', attempt: 3, last_error: 'ECONNRESET' });
    expect(at).toHaveLength(3);
    await eventually(() =>
      expect(stages(id)).toEqual(['job.claimed', 'job.retrying', 'job.claimed', 'job.retrying', 'job.claimed', 'job.dead']),
    );
    expect(lines.find(({ stage }) => stage === 'job.dead')).toMatchObject({ level: 'error', code: 'ECONNRESET', attempt: 3 });
    expect(JSON.stringify([lines, store.lines])).not.toContain('Smith');
    expect(await part.health?.()).toMatchObject({ status: 'warn', detail: expect.stringContaining('1 job') });
  });

  it('does not repeat what was refused', async () => {
    const store = await openStore({ clock });
    const handle = vi.fn(async () => {
      throw new Refusal(422, 'CERTIFICATE_SUBJECT_INVALID', 'Anna Smith');
    });
    await dispatch(store, [handler(handle)]);
    const id = await addJob(store);
    expect(await store.outbox.settled(id, 5000)).toBe(false);
    expect(await state(store, id)).toEqual({ state: 'dead', attempt: 1, last_error: 'CERTIFICATE_SUBJECT_INVALID' });
    expect(handle).toHaveBeenCalledTimes(1);
  });

  it('succeeds at a later attempt', async () => {
    const store = await openStore({ clock });
    await dispatch(store, [
      handler(async ({ attempt }) => {
        if (attempt < 3) throw 'a string';
      }),
    ]);
    const id = await addJob(store);
    expect(await store.outbox.settled(id, 10_000)).toBe(true);
    expect(await state(store, id)).toEqual({ state: 'done', attempt: 3, last_error: null });
  });

  it('lets no handler that hangs stop others, and takes its job away at the deadline', async () => {
    const store = await openStore({ clock });
    const { stages, lines } = await dispatch(store, [handler(never, 'stuck'), handler(async () => undefined, 'issue')], {
      concurrency: 1,
      leaseSeconds: 0.3,
      maxAttempts: 2,
    });
    const stuck = [await addJob(store, 'stuck'), await addJob(store, 'stuck')];
    for (let i = 0; i < 3; i += 1) expect(await store.outbox.settled(await addJob(store, 'issue'), 1000)).toBe(true);
    // The second one gets its place when the first is given up.
    await eventually(async () => expect(await store.queue.dead()).toBe(2), 8000);
    for (const id of stuck) expect(stages(id)).toEqual(['job.claimed', 'job.retrying', 'job.claimed', 'job.dead']);
    expect(lines.filter(({ code }) => code === 'JOB_DEADLINE')).toHaveLength(4);
  });

  it('takes only what it can run', async () => {
    const store = await openStore({ clock });
    let running = 0;
    let most = 0;
    const ids: string[] = [];
    for (let i = 0; i < 9; i += 1) ids.push(await addJob(store));
    await dispatch(
      store,
      [
        handler(async () => {
          running += 1;
          most = Math.max(most, running);
          const held = await store.storage.knex('outbox_job').where({ state: 'waiting' }).whereNotNull('lease_by');
          expect(held.length).toBeLessThanOrEqual(3);
          await pause(10);
          running -= 1;
        }),
      ],
      { concurrency: 3 },
    );
    expect(await Promise.all(ids.map((id) => store.outbox.settled(id, 5000)))).toEqual(Array(9).fill(true));
    expect(most).toBe(3);
  });

  it('shares the work with a second one and takes over from one that has vanished', async () => {
    const file = databaseFile();
    const [a, b] = [await openStore({ file, clock }), await openStore({ file, clock })];
    const runs: string[] = [];
    const counting = handler(async ({ id }) => {
      await pause(5);
      runs.push(id);
    });
    const lost = await addJob(a);
    // A process that claims and is never heard of again.
    expect(await a.queue.claim(['issue'], 1, 0.2)).toHaveLength(1);
    const ids = await Promise.all(Array.from({ length: 30 }, () => addJob(a)));
    await dispatch(a, [counting], { concurrency: 2 });
    await dispatch(b, [counting], { concurrency: 2 });
    expect(await Promise.all([lost, ...ids].map((id) => a.outbox.settled(id, 8000)))).toEqual(Array(31).fill(true));
    expect(runs.sort()).toEqual([lost, ...ids].sort());
    expect((await state(a, lost)).attempt).toBe(2);
  });

  it('buries unheard a job that has ended its process too often', async () => {
    const store = await openStore({ clock });
    const id = await addJob(store);
    for (let i = 0; i < 4; i += 1) await store.queue.claim(['issue'], 1, 0);
    const handle = vi.fn(async () => undefined);
    await dispatch(store, [handler(handle)], { maxCrashes: 3 });
    expect(await store.outbox.settled(id, 5000)).toBe(false);
    expect(await state(store, id)).toMatchObject({ state: 'dead', last_error: 'JOB_CRASHES_EXHAUSTED' });
    expect(handle).not.toHaveBeenCalled();
  });

  it('does not hold the deaths of its process against a job', async () => {
    const store = await openStore({ clock });
    const id = await addJob(store);
    for (let i = 0; i < 20; i += 1) await store.queue.claim(['issue'], 1, 0);
    await dispatch(store, [handler(async () => undefined)], { maxAttempts: 3 });
    expect(await store.outbox.settled(id, 5000)).toBe(true);
  });

  it('waits at its stop for what runs, and takes nothing more', async () => {
    const store = await openStore({ clock });
    let finished = false;
    const { part } = await dispatch(
      store,
      [
        handler(async () => {
          await pause(150);
          finished = true;
        }),
      ],
      { concurrency: 1 },
    );
    const [first, second] = [await addJob(store), await addJob(store)];
    await eventually(async () => expect((await state(store, first)).attempt).toBe(1));
    await part.stop?.();
    expect(finished).toBe(true);
    expect([(await state(store, first)).state, (await state(store, second)).state]).toEqual(['done', 'waiting']);
  });

  it('goes on when the database was out of reach', async () => {
    const store = await openStore({ clock });
    let broken = true;
    const claim: OpenStore['queue']['claim'] = (...args) =>
      broken ? Promise.reject(Object.assign(new Error('x'), { code: 'STORAGE_BUSY' })) : store.queue.claim(...args);
    const { part, lines } = await dispatch({ ...store, queue: { ...store.queue, claim } }, [handler(async () => undefined)]);
    await eventually(async () => expect(await part.health?.()).toEqual({ status: 'fail', detail: 'jobs cannot be taken: STORAGE_BUSY' }));
    broken = false;
    expect(await store.outbox.settled(await addJob(store), 5000)).toBe(true);
    expect(await part.health?.()).toEqual({ status: 'pass' });
    expect(lines.filter(({ level }) => level === 'error').length).toBeLessThan(3);
  });

  it('calls again a job that asks for it, and counts neither a failure nor a crash', async () => {
    const store = await openStore({ clock });
    let calls = 0;
    const { stages } = await dispatch(store, [
      handler(async () => {
        calls += 1;
        return calls < 5 ? { againInSeconds: 0.01 } : undefined;
      }),
    ]);
    const id = await addJob(store);
    expect(await store.outbox.settled(id, 10_000)).toBe(true);
    expect(await state(store, id)).toEqual({ state: 'done', attempt: 1, last_error: null });
    expect(stages(id).filter((stage) => stage === 'job.postponed')).toHaveLength(4);
  });

  it('refuses two handlers of one queue', async () => {
    const store = await openStore({ clock });
    const two = dispatch(store, [handler(never), handler(never)]);
    await expect(two).rejects.toMatchObject({ code: 'JOBS_QUEUE_TAKEN', message: expect.stringContaining('part-0 and part-1') });
  });
});

it('the pause grows threefold, with jitter, to an hour', () => {
  expect([1, 2, 3, 4].map((attempt) => pauseAfter(attempt, 1, () => 0))).toEqual([1, 3, 9, 27]);
  expect(pauseAfter(2, 1, () => 1)).toBe(1.5);
  expect(pauseAfter(100, 1, () => 0)).toBe(3600);
});
