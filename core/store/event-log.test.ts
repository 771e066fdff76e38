import { expect, it } from 'vitest';
import type { EventTypes } from '../internal/event-types.js';
import { eventLogOf } from './event-log.js';
import { databaseFile, type OpenStore, openStore } from './store.fixture.js';

const things: EventTypes = {
  service: 'things',
  types: [{ action: 'thing.made', version: 1, subject: 'thingId', detail: { size: 'size', colour: 'paint' } }],
};
const logOf = ({ storage }: OpenStore, services = [things], tenant = 'main') => eventLogOf({ storage, tenant }, services);
const make = ({ storage, audit }: OpenStore, subject: string, detail = {}, action = 'thing.made') =>
  storage.transaction((trx) => audit.append(trx, { actor: 'nurse Asha', action, subject, detail }));

it('tells what a service tells of itself: what is listed, under its names, and never who did it', async () => {
  const store = await openStore();
  await make(store, 't1', { size: 3, colour: 'red', secret: 'x' });
  await make(store, 't2', {}, 'thing.hidden');
  const { events, position } = await logOf(store).read(0, 10);
  expect([position, await logOf(store).head()]).toEqual([2, 2]);
  expect(events).toEqual([
    {
      specversion: '1.0',
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-5/),
      source: 'urn:divoc:things',
      type: 'divoc.thing.made.v1',
      subject: 't1',
      time: expect.stringMatching(/Z$/),
      tenant: 'main',
      datacontenttype: 'application/json',
      data: { thingId: 't1', size: 3, paint: 'red' },
    },
  ]);
  expect((await logOf(store).read(0, 10)).events[0]?.id).toBe(events[0]?.id);
});

it('is read on from a position, a few entries at a time, each tenant its own', async () => {
  const file = databaseFile();
  const [store, other] = [await openStore({ file }), await openStore({ file, tenant: 'other' })];
  expect(await logOf(store).read(0, 10)).toEqual({ events: [], position: 0 });
  for (const subject of ['t1', 't2', 't3']) await make(store, subject);
  await make(other, 'o1');
  const first = await logOf(store).read(0, 2);
  const rest = await logOf(store).read(first.position, 2);
  expect([...first.events, ...rest.events].map(({ subject }) => subject)).toEqual(['t1', 't2', 't3']);
  expect(await logOf(store).read(rest.position, 2)).toEqual({ events: [], position: rest.position });
  const [mine] = first.events;
  const [theirs] = (await logOf(other, [things], 'other').read(0, 10)).events;
  expect(theirs).toMatchObject({ subject: 'o1', tenant: 'other' });
  expect(theirs?.id).not.toBe(mine?.id);
});

it('leaves no gap that is filled later: a reader who goes on from where it was misses nothing of busy writers', async () => {
  const file = databaseFile();
  const stores = [await openStore({ file }), await openStore({ file })];
  let isBusy = true;
  const seen: string[] = [];
  const reading = (async () => {
    for (let position = 0; ; ) {
      const wasBusy = isBusy;
      const step = await logOf(stores[0]!).read(position, 7);
      seen.push(...step.events.map(({ subject }) => subject));
      if (step.position === position && !wasBusy) return;
      position = step.position;
    }
  })();
  await Promise.all(stores.flatMap((store, s) => Array.from({ length: 25 }, (_, i) => make(store, `${s}-${i}`))));
  isBusy = false;
  await reading;
  expect(new Set(seen).size).toBe(50);
  expect(seen).toHaveLength(50);
});

it('is refused where two services tell of the same', async () => {
  const store = await openStore();
  expect(() => logOf(store, [things, { ...things, service: 'others' }])).toThrow('two services tell of thing.made');
});
