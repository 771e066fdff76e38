import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '../api/plugin.js';
import type { EventConsumer } from '../api/ports/event-consumer.js';
import type { HouseEvent } from '../api/ports/event-log.js';
import { Refusal } from '../api/refusal.js';
import { type BusUses, busHouse } from './bus-house.js';
import type { Contract, Promised } from './contract.js';
import { sampleEvent } from './event-consumer-contract.js';
import { eventually } from './eventually.js';

/** A bus, and how it is set up over the ports of a house. It should look for events some twenty times a second. */
export interface BusSubject {
  setUp(uses: BusUses): Promise<Part>;
  /** How long it may take to bring an event, in milliseconds; default 5000. */
  readonly patience?: number;
}

const NOW = '2026-11-23T10:00:00.000Z';
/** Whoever would be brought something more has been by then. */
const QUIET_MILLISECONDS = 120;
/** More steps than there are from an event to its end. */
const MOST_STEPS = 60;

const event = (id: string, subject = id, type = 'divoc.certificate.issued.v1'): HouseEvent => sampleEvent(id, NOW, { subject, type });
const promise = (name: string, holds: (subject: BusSubject) => Promise<void>): Promised<BusSubject> => ({ name, holds });

/** A consumer that writes down what it is brought; `answer` is called with how often it was brought that event. */
function listener(answer: (event: HouseEvent, times: number) => unknown = () => undefined, types: readonly string[] = ['*']) {
  /** Ids, as often as they came. */
  const brought: string[] = [];
  const done: string[] = [];
  const consumer: EventConsumer = {
    types,
    async consume(each) {
      brought.push(each.id);
      const end = await answer(each, brought.filter((id) => id === each.id).length);
      if (end === undefined) done.push(each.id);
      return end as undefined;
    },
  };
  return { ...consumer, brought, done };
}

/** What every bus keeps: whichever part brings the events of `event-log/0` to those who provide `event-consumer/0`. */
export const busContract: Contract<BusSubject> = {
  port: 'bus',
  promises: [
    promise('each event is brought once to each consumer that wants its type, as it was told', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      const heard: HouseEvent[] = [];
      const [all, ends, none] = [
        listener((each) => void heard.push(each)),
        listener(undefined, ['divoc.certificate.revoked.*']),
        listener(undefined, ['divoc.payment.*']),
      ];
      const { stop } = await house.begin({ all, ends, none });
      const events = [event('1'), event('2', '2', 'divoc.certificate.revoked.v1'), event('3')];
      house.log.happen(events[0], undefined, events[1], events[2]);
      await eventually(() => assert.deepEqual([all.done.length, ends.done.length], [3, 1]), patience);
      await pause(QUIET_MILLISECONDS);
      await stop();
      assert.deepEqual(
        heard.sort((a, b) => a.id.localeCompare(b.id)),
        events,
      );
      assert.deepEqual([ends.brought, none.brought], [['2'], []]);
    }),
    promise(
      'events of one subject come one after the other, in their order, also while one is tried again',
      async ({ setUp, patience }) => {
        const house = busHouse(setUp);
        const all = listener(async ({ id }, times) => {
          if (id === '1' && times === 1) throw new Error('not yet');
          await pause(id === '1' ? 20 : 0);
        });
        const { stop } = await house.begin({ all });
        house.log.happen(event('1', 's'), event('2', 's'), event('3', 's'));
        await eventually(() => assert.equal(all.done.length, 3), patience);
        await stop();
        assert.deepEqual(all.done, ['1', '2', '3']);
      },
    ),
    promise('what a consumer fails at comes again, and so does what it puts off, however often', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      const all = listener(({ id }, times) => {
        if (id === '1' && times <= 2) throw new Error('not yet');
        return id === '2' && times <= 20 ? { againInSeconds: 0.001 } : undefined;
      });
      const { stop } = await house.begin({ all });
      house.log.happen(event('1'), event('2'));
      await eventually(() => assert.deepEqual([...all.done].sort(), ['1', '2']), patience);
      await stop();
    }),
    promise('what a consumer refuses is brought once and parked, and the next one of its subject comes', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      const all = listener(({ id }) => {
        if (id === '1') throw new Refusal(422, 'NEVER', 'No.');
      });
      const { stop } = await house.begin({ all });
      house.log.happen(event('1', 's'), event('2', 's'));
      await eventually(() => assert.deepEqual(all.done, ['2']), patience);
      await pause(QUIET_MILLISECONDS);
      await stop();
      assert.deepEqual(all.brought, ['1', '2']);
    }),
    promise('a consumer that fails, refuses or hangs holds up no other', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      let release: () => void = () => undefined;
      const hanging = new Promise<void>((done) => {
        release = done;
      });
      const stuck = listener(({ id }) => (id === '1' ? hanging : Promise.reject(new Error('down'))));
      const well = listener();
      const { stop } = await house.begin({ stuck, well });
      house.log.happen(event('1'), event('2'), event('3'));
      try {
        await eventually(() => assert.equal(well.done.length, 3), patience);
      } finally {
        release();
        await stop();
      }
    }),
    promise('a consumer that is new hears of what happens from then on, and one that comes back goes on', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      const [old, fresh] = [listener(), listener()];
      house.log.happen(event('0'));
      const first = await house.begin({ old });
      house.log.happen(event('1'));
      await eventually(() => assert.deepEqual(old.done, ['1']), patience);
      await first.stop();
      house.log.happen(event('2'));
      const second = await house.begin({ old, fresh });
      house.log.happen(event('3'));
      await eventually(() => assert.deepEqual([old.done.length, fresh.done.length], [3, 1]), patience);
      await second.stop();
      assert.deepEqual([[...old.done].sort(), fresh.done], [['1', '2', '3'], ['3']]);
    }),
    promise('two processes of it bring an event once', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      const all = listener();
      const processes = [await house.begin({ all }), await house.begin({ all })];
      const ids = Array.from({ length: 30 }, (_, i) => `${i}`);
      house.log.happen(...ids.map((id) => event(id)));
      await eventually(() => assert.ok(new Set(all.done).size === ids.length), patience);
      await pause(QUIET_MILLISECONDS);
      for (const { stop } of processes) await stop();
      assert.equal(all.brought.length, ids.length);
    }),
    promise('a process that is killed at any of its steps loses no event and mixes up no subject', async ({ setUp, patience }) => {
      for (let dieAt = 1, isOver = false; !isOver; dieAt += 1) {
        assert.ok(dieAt <= MOST_STEPS, `it takes more than ${MOST_STEPS} steps to bring three events`);
        const house = busHouse(setUp);
        const all = listener();
        // Whoever was there before the kill is there after it: the log is known from here on.
        await (await house.begin({ all })).stop();
        house.log.happen(event('1', 's'), event('2', 's'), event('3', 't'));
        const doomed = await house.begin({ all }, dieAt);
        await eventually(() => assert.ok(doomed.isDead || new Set(all.done).size === 3), patience);
        await doomed.stop();
        isOver = !doomed.isDead;
        const next = await house.begin({ all });
        await eventually(() => assert.equal(new Set(all.done).size, 3), patience).catch(() => {
          assert.fail(`killed before step ${dieAt}, only ${all.done.join(', ') || 'nothing'} was brought`);
        });
        await next.stop();
        const firsts = [...new Set(all.done)].filter((id) => id !== '3');
        assert.deepEqual(firsts, ['1', '2']);
      }
    }),
    promise('it stops: nothing is brought then, and what happens meanwhile is brought later', async ({ setUp, patience }) => {
      const house = busHouse(setUp);
      const all = listener();
      const first = await house.begin({ all });
      house.log.happen(event('1'));
      await eventually(() => assert.deepEqual(all.done, ['1']), patience);
      await first.stop();
      house.log.happen(event('2'));
      await pause(QUIET_MILLISECONDS);
      assert.deepEqual([all.brought, house.queue.waiting()], [['1'], 0]);
      const second = await house.begin({ all });
      await eventually(() => assert.deepEqual(all.done, ['1', '2']), patience);
      await second.stop();
    }),
  ],
};
