import assert from 'node:assert/strict';
import type { EventLog, HouseEvent } from '../api/ports/event-log.js';
import type { Contract, Promised } from './contract.js';

/** An event log, and how something gets into it. */
export interface EventLogSubject {
  readonly log: EventLog;
  /** Something happens to a subject, and is told. */
  happen(subject: string): Promise<void>;
  /** Something happens of which nobody is told. */
  happenUnseen(): Promise<void>;
}

const promise = (name: string, holds: (subject: EventLogSubject) => Promise<void>): Promised<EventLogSubject> => ({ name, holds });
const subjectsOf = (events: readonly HouseEvent[]): string[] => events.map(({ subject }) => subject);

/** Everything after a position, page by page. */
async function readOn(log: EventLog, from: number, limit: number): Promise<{ events: HouseEvent[]; position: number }> {
  const events: HouseEvent[] = [];
  for (let position = from; ; ) {
    const page = await log.read(position, limit);
    events.push(...page.events);
    if (page.position === position) return { events, position };
    assert.ok(page.position > position && page.events.length <= limit, 'a page leads back, or holds too much');
    position = page.position;
  }
}

/** What whoever reads `event-log/0` relies on. */
export const eventLogContract: Contract<EventLogSubject> = {
  port: 'event-log/0',
  promises: [
    promise('an event is CloudEvents 1.0, with an id of its own', async ({ log, happen }) => {
      for (const subject of ['a', 'b', 'a']) await happen(subject);
      const { events } = await readOn(log, 0, 10);
      assert.equal(new Set(events.map(({ id }) => id)).size, 3);
      for (const event of events) {
        assert.deepEqual([event.specversion, event.datacontenttype], ['1.0', 'application/json']);
        assert.match(event.source, /^urn:divoc:[a-z-]+$/);
        assert.match(event.type, /^divoc\.[a-z0-9.-]+\.v[1-9]\d*$/);
        assert.match(event.time, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
        assert.deepEqual(JSON.parse(JSON.stringify(event.data)), event.data);
      }
    }),
    promise('an event is the same one whenever it is read', async ({ log, happen }) => {
      for (const subject of ['a', 'b']) await happen(subject);
      const { events } = await readOn(log, 0, 10);
      assert.deepEqual((await readOn(log, 0, 1)).events, events);
    }),
    promise('who goes on from a position has everything once, in the order in which it happened', async ({ log, happen }) => {
      for (const subject of ['a', 'b', 'c']) await happen(subject);
      const before = await readOn(log, 0, 2);
      for (const subject of ['d', 'a']) await happen(subject);
      const after = await readOn(log, before.position, 2);
      assert.deepEqual(
        [subjectsOf(before.events), subjectsOf(after.events)],
        [
          ['a', 'b', 'c'],
          ['d', 'a'],
        ],
      );
    }),
    promise('what is no event is passed over, however much of it there is', async ({ log, happen, happenUnseen }) => {
      await happen('a');
      for (let i = 0; i < 5; i += 1) await happenUnseen();
      await happen('b');
      assert.deepEqual(subjectsOf((await readOn(log, 0, 2)).events), ['a', 'b']);
    }),
    promise('the head is where new readers begin: before all that is to come', async ({ log, happen }) => {
      await happen('a');
      const head = await log.head();
      assert.deepEqual(await log.read(head, 10), { events: [], position: head });
      await happen('b');
      assert.deepEqual(subjectsOf((await readOn(log, head, 10)).events), ['b']);
    }),
    promise('a reader misses nothing of writers who write meanwhile', async ({ log, happen }) => {
      const subjects = Array.from({ length: 12 }, (_, i) => `s${i}`);
      let isBusy = true;
      const writing = Promise.all(subjects.map(happen)).finally(() => {
        isBusy = false;
      });
      const seen: string[] = [];
      for (let position = 0, wasBusy = true; wasBusy; ) {
        wasBusy = isBusy;
        const page = await readOn(log, position, 3);
        seen.push(...subjectsOf(page.events));
        position = page.position;
      }
      await writing;
      assert.deepEqual(seen.sort(), subjects.sort());
    }),
  ],
};
