import { setTimeout as pause } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isRefusal, type PaymentAct } from '../../api/index.js';
import type { Storage } from '../../internal/index.js';
import { bookScheme, memoryState } from '../../testkit/index.js';
import { DUE, type House, type HouseOptions, openHouse } from './payments.fixture.js';

const refused = (code: string, status = 422) => expect.objectContaining({ $divoc: 'refusal', status, code });

describe('many at once', () => {
  it('capture a payment once', async () => {
    const house = await openHouse();
    const id = await house.open();
    const all = await Promise.all(Array.from({ length: 20 }, (_, i) => house.ask('capture', { id, actor: `clerk-${i}` })));
    for (const each of all) expect(each).toEqual(all[0]);
    const tills = Object.entries(await house.balances()).filter(([account]) => account.startsWith('counter/till/'));
    expect(tills).toEqual([[expect.any(String), '25000']]);
    expect(await house.store.storage.knex('payment_receipt')).toHaveLength(1);
  });

  it('capture and cancel it, and one of them wins', async () => {
    const seen = new Set<string>();
    for (let round = 0; round < 6; round += 1) {
      const house = await openHouse();
      const id = await house.open();
      const acts = Array.from({ length: 12 }, (_, i) => ((i + round) % 2 ? 'capture' : 'cancel'));
      const outcomes = await Promise.all(acts.map((act) => house.ask(act, { id }).catch((error: unknown) => error)));
      const { state } = await house.ask<{ state: string }>('read', { id });
      seen.add(state);
      for (const [i, outcome] of outcomes.entries()) {
        const won = (acts[i] === 'capture') === (state === 'captured');
        expect(outcome).toEqual(won ? expect.objectContaining({ state }) : refused('PAYMENT_STATE'));
      }
      expect(await house.balances()).toEqual(state === 'captured' ? { 'income/covid-19': '-25000', 'counter/till/clerk-1': '25000' } : {});
    }
    expect([...seen].every((state) => ['captured', 'cancelled'].includes(state))).toBe(true);
  });

  it('capture different payments, and the receipts have no gap', async () => {
    const house = await openHouse();
    const ids = await Promise.all(Array.from({ length: 15 }, () => house.open()));
    await Promise.all(ids.map((id) => house.call('capture', { id })));
    const numbers = (await Promise.all(ids.map((id) => house.ask<{ number: string }>('receipt', { id }))))
      .map(({ number }) => number)
      .sort();
    expect(numbers).toEqual(ids.map((_, i) => `counter-${String(i + 1).padStart(6, '0')}`));
  });
});

/** A scheme whose capture waits until it is let go. */
function slowScheme() {
  const book = bookScheme(memoryState());
  let letGo = () => {};
  const gate = new Promise<void>((done) => {
    letGo = done;
  });
  let asked = 0;
  const capture = async (act: PaymentAct) => {
    asked += 1;
    await gate;
    return book.capture(act);
  };
  return { scheme: { ...book, capture }, letGo: () => letGo(), asked: () => asked };
}

describe('a slow scheme', () => {
  it('keeps others waiting, who are told to come back', async () => {
    const { scheme, letGo, asked } = slowScheme();
    const house = await openHouse({ schemes: { counter: scheme }, config: { waitMilliseconds: 100 } });
    const id = await house.open();
    const first = house.ask('capture', { id });
    await expect.poll(asked).toBe(1);
    for (const act of ['capture', 'cancel']) {
      await expect(house.call(act, { id })).rejects.toMatchObject({ status: 503, code: 'PAYMENT_BUSY', headers: { 'retry-after': '1' } });
    }
    expect(await house.ask('read', { id })).toMatchObject({ state: 'due', pending: 'capture' });
    letGo();
    expect(await first).toMatchObject({ state: 'captured' });
    expect(asked()).toBe(1);
  });

  it('that is late is asked again by the queue, and its late answer counts no second time', async () => {
    const { scheme, letGo, asked } = slowScheme();
    const house = await openHouse({ schemes: { counter: scheme }, config: { actSeconds: 1, waitMilliseconds: 0 } });
    const id = await house.open();
    await expect(house.call('capture', { id })).rejects.toMatchObject({ status: 503, code: 'PAYMENT_UNDECIDED' });
    await house.turn();
    expect(asked()).toBe(1);
    letGo();
    await pause(20);
    expect(await house.ask('read', { id })).toMatchObject({ state: 'due', pending: 'capture' });
    house.clock.pass(20);
    await house.turn();
    expect(await house.ask('read', { id })).toMatchObject({ state: 'captured' });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'counter/till/clerk-1': '25000' });
  });

  it('that fails leaves the act to the next one who asks, and health tells after ten minutes', async () => {
    const book = bookScheme(memoryState());
    let down = true;
    const capture = async (act: PaymentAct) => (down ? Promise.reject(new Error('no route to host')) : book.capture(act));
    const house = await openHouse({ schemes: { counter: { ...book, capture } } });
    const id = await house.open();
    await expect(house.call('capture', { id })).rejects.toThrow('no route to host');
    expect(await house.health()).toEqual({ status: 'pass' });
    house.clock.pass(601);
    expect(await house.health()).toMatchObject({ status: 'warn', detail: expect.stringContaining('1 payment wait') });
    await expect(house.call('cancel', { id })).rejects.toThrow('no route to host');
    down = false;
    // What was begun is finished first, as it was begun.
    await expect(house.call('cancel', { id })).rejects.toEqual(refused('PAYMENT_STATE'));
    expect(await house.ask('read', { id })).toMatchObject({ state: 'captured' });
    expect(await house.health()).toEqual({ status: 'pass' });
  });
});

describe('a scheme that says what cannot be booked', () => {
  it.each([{ account: '../safe' }, { account: '' }, { account: 'till/x', reference: 'a\nb' }, { account: 'Till' }])(
    '%j: nothing is',
    async (settlement) => {
      const house = await openHouse({ schemes: { counter: { ...bookScheme(memoryState()), capture: async () => settlement } } });
      const id = await house.open();
      await expect(house.call('capture', { id })).rejects.toThrow('the scheme counter');
      expect(await house.ask('read', { id })).toMatchObject({ state: 'due', pending: 'capture' });
      expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'receivable/counter': '25000' });
    },
  );
});

/** Kills the process, as far as the service can tell, before or after its n-th transaction. */
function dying(at: number, when: 'before' | 'after') {
  let transactions = 0;
  const wrap = (storage: Storage): Storage => ({
    ...storage,
    async transaction(work) {
      transactions += 1;
      const mine = transactions;
      if (mine === at && when === 'before') throw new Error('the process was killed');
      const result = await storage.transaction(work);
      if (mine === at && when === 'after') throw new Error('the process was killed');
      return result;
    },
  });
  return {
    wrap,
    arm: () => {
      transactions = 0;
    },
  };
}

describe('a crash', () => {
  const acts = { authorize: [], capture: [], cancel: ['authorize'], refund: ['capture'] } as const;
  const ended = { authorize: 'authorized', capture: 'captured', cancel: 'cancelled', refund: 'refunded' } as const;
  const finishers: Record<string, (house: House, id: string, act: string) => Promise<unknown>> = {
    'the same act, asked again': (house, id, act) => house.call(act, { id }),
    'the queue': async (house) => {
      await house.turn();
      house.clock.pass(60);
      await house.turn();
    },
  };

  for (const [act, before] of Object.entries(acts)) {
    for (const [who, finish] of Object.entries(finishers)) {
      it(`at any point of ${act} is mended by ${who}`, async () => {
        for (const when of ['before', 'after'] as const) {
          for (let at = 1; ; at += 1) {
            const { wrap, arm } = dying(at, when);
            const house = await openHouse({ storage: wrap, config: { waitMilliseconds: 0 } });
            arm();
            const id = await house.open().catch(() => undefined);
            if (id === undefined) continue;
            for (const earlier of before) await house.call(earlier, { id }).catch(() => undefined);
            const error = await house.call(act, { id }).then(
              () => undefined,
              (thrown: Error) => thrown,
            );
            const next = await openHouse(restarted(house));
            // The holder of an act is as good as dead after a while.
            next.clock.pass(60);
            for (const earlier of before) await next.call(earlier, { id }).catch(() => undefined);
            const { state } = await next.ask<{ state: string }>('read', { id });
            const nothingBegun = state !== ended[act as keyof typeof ended] && !(await pending(next, id));
            if (nothingBegun && who === 'the queue') await next.call(act, { id });
            else await finish(next, id, act);
            expect(await next.ask('read', { id })).toMatchObject({ state: ended[act as keyof typeof ended] });
            expect(await next.ask('read', { id })).not.toHaveProperty('pending');
            await next.balances();
            if (error === undefined && at > 8) break;
          }
        }
      });
    }
  }

  const restarted = (house: House): HouseOptions => ({
    store: house.store,
    clock: house.clock,
    schemes: house.schemes,
    config: { waitMilliseconds: 0 },
  });
  const pending = async (house: House, id: string) => (await house.ask<{ pending?: string }>('read', { id })).pending !== undefined;
});

describe('any sequence of acts', () => {
  const command = fc.record({
    act: fc.constantFrom('open', 'authorize', 'capture', 'cancel', 'refund'),
    payment: fc.nat(3),
    clerk: fc.nat(2),
    wrong: fc.boolean(),
    seconds: fc.nat(120),
  });

  it('leaves what a small model says, with balanced books', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(command, { maxLength: 30 }), async (commands) => {
        const house = await openHouse();
        const ids: string[] = [];
        const model: { state: string; till?: string }[] = [];
        const tills: Record<string, number> = {};
        for (const { act, payment, clerk, wrong, seconds } of commands) {
          house.clock.pass(seconds);
          const actor = `clerk-${clerk}`;
          if (act === 'open') {
            ids.push(await house.open({}, actor));
            model.push({ state: 'due' });
          }
          const [id, known] = [ids[payment], model[payment]];
          if (act === 'open' || !id || !known) continue;
          const input = wrong ? { received: { ...DUE, amount: '1' } } : {};
          const outcome = await house.ask<{ state: string }>(act, { id, actor, body: { input } }).catch((error: unknown) => error);
          const to = { authorize: 'authorized', capture: 'captured', cancel: 'cancelled', refund: 'refunded' }[act] as string;
          const from: Record<string, string[]> = {
            authorize: ['due'],
            capture: ['due', 'authorized'],
            cancel: ['due', 'authorized'],
            refund: ['captured'],
          };
          const asks = (act === 'authorize' || act === 'capture') && known.state === 'due';
          const done = known.state === to;
          const works = done || (from[act]?.includes(known.state) && !(wrong && asks));
          expect([act, known.state, wrong, isRefusal(outcome) ? 'refused' : (outcome as { state: string }).state]).toEqual([
            act,
            known.state,
            wrong,
            works ? to : 'refused',
          ]);
          if (!works || done) continue;
          known.state = to;
          if (act === 'capture') tills[actor] = (tills[actor] ?? 0) + 25_000;
          if (act === 'refund') tills[actor] = (tills[actor] ?? 0) - 25_000;
        }
        const count = (...states: string[]) => 25_000 * model.filter(({ state }) => states.includes(state)).length;
        const expected = {
          'income/covid-19': -count('due', 'authorized', 'captured'),
          'receivable/counter': count('due', 'authorized'),
          ...Object.fromEntries(Object.entries(tills).map(([clerk, amount]) => [`counter/till/${clerk}`, amount])),
        };
        const whole = Object.fromEntries(
          Object.entries(expected).flatMap(([account, amount]) => (amount === 0 ? [] : [[account, String(amount)]])),
        );
        expect(await house.balances()).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });
});
