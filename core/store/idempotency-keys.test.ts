import { describe, expect, it } from 'vitest';
import { idempotencyKeysOf } from './idempotency-keys.js';
import { databaseFile, handClock, listeningLog, openStorage, openStore } from './store.fixture.js';
import { sweep } from './sweep.js';

const scope = { tenant: 'main', actor: 'nurse', route: 'POST /v1/vaccinations', key: 'k' };
const reply = { status: 201, headers: { location: '/v1/vaccinations/1' }, body: '{"id":"1"}' };

/** Two processes on one database, and a clock for both. */
async function two() {
  const file = databaseFile();
  const clock = handClock();
  await openStore({ file });
  const make = async () => idempotencyKeysOf({ storage: await openStorage(file), tenant: 'main', clock, log: listeningLog().log });
  const [a, b] = [await make(), await make()];
  const ask = (keys: typeof a, bodyHash = 'h', more = {}) => keys.begin({ ...scope, ...more, bodyHash, now: clock.now() });
  return { file, clock, a, b, ask };
}

describe('a key', () => {
  it('is claimed once, answers "running" meanwhile, and then the reply', async () => {
    const { a, b, ask } = await two();
    const states = await Promise.all(Array.from({ length: 10 }, (_, i) => ask(i % 2 ? a : b)));
    expect(states.map(({ state }) => state).sort()).toEqual(['new', ...Array(9).fill('running')]);
    // Whoever has not claimed it cannot finish it.
    await a.finish({ ...scope, ...reply });
    await b.finish({ ...scope, ...reply });
    expect(await ask(a)).toEqual({ state: 'replay', ...reply });
    expect(await ask(b)).toEqual({ state: 'replay', ...reply });
  });

  it('is another one for another tenant, actor or route', async () => {
    const { a, ask } = await two();
    for (const more of [{}, { tenant: 'other' }, { actor: 'doctor' }, { route: 'POST /v1/other' }, { key: 'K' }])
      expect(await ask(a, 'h', more)).toEqual({ state: 'new' });
  });

  it('with another body is a mistake, while running, after the reply, and when its process is lost', async () => {
    const { a, b, clock, ask } = await two();
    await ask(a);
    expect(await ask(b, 'other')).toEqual({ state: 'mismatch' });
    clock.pass(61);
    expect(await ask(b, 'other')).toEqual({ state: 'mismatch' });
    await a.finish({ ...scope, ...reply });
    expect(await ask(a, 'other')).toEqual({ state: 'mismatch' });
  });

  it('that was given back may be used again, with any body', async () => {
    const { a, b, ask } = await two();
    await ask(a);
    await b.abandon(scope);
    expect(await ask(b)).toEqual({ state: 'running' });
    await a.abandon(scope);
    expect(await ask(b, 'other')).toEqual({ state: 'new' });
  });

  it('of a process that died is free after a minute; one that lives keeps it', async () => {
    const { a, b, clock, ask } = await two();
    await ask(a);
    for (let minute = 0; minute < 3; minute += 1) {
      clock.pass(50);
      await a.renew();
      expect(await ask(b)).toEqual({ state: 'running' });
    }
    clock.pass(59);
    expect(await ask(b)).toEqual({ state: 'running' });
    clock.pass(1);
    expect(await ask(b)).toEqual({ state: 'new' });
    // The first one was only slow: what it says now must not pass for the second one's reply, nor free its key.
    await a.finish({ ...scope, ...reply });
    await a.abandon(scope);
    expect(await ask(a)).toEqual({ state: 'running' });
  });

  it('is forgotten after 24 hours, and then swept', async () => {
    const { file, a, clock, ask } = await two();
    await ask(a);
    await a.finish({ ...scope, ...reply });
    clock.pass(24 * 3600 - 1);
    expect(await ask(a)).toMatchObject({ state: 'replay' });
    const storage = await openStorage(file);
    const context = { storage, tenant: 'main', clock, log: listeningLog().log };
    expect(await sweep(context, 7)).toEqual({ jobs: 0, keys: 0 });
    clock.pass(1);
    expect(await ask(a, 'other')).toEqual({ state: 'new' });
    clock.pass(24 * 3600);
    expect(await sweep(context, 7)).toEqual({ jobs: 0, keys: 1 });
    expect(await storage.knex('idempotency_key')).toEqual([]);
  });
});
