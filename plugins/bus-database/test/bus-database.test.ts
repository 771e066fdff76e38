import type { EventConsumer, HouseEvent, JobHandler, NewJob } from '@divoc/core/api';
import { busContract, holdTo, memoryState, sampleEvent, setUpPart } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { busOf } from '../src/bus.js';
import { follower } from '../src/follower.js';

const NOW = '2026-11-23T10:00:00.000Z';
const event = (n: number, type = 'divoc.certificate.issued.v1') => sampleEvent(`${n}`, NOW, { type, subject: `s${n % 2}` });

/** A log in memory, and a queue that keeps a key once, as the house's does. */
function house(names: Record<string, readonly string[]>) {
  const log: HouseEvent[] = [];
  const jobs: NewJob[] = [];
  const heard: [string, unknown][] = [];
  let failing = false;
  const consumers: Record<string, EventConsumer> = Object.fromEntries(
    Object.entries(names).map(([name, types]) => [name, { types, consume: async ({ id }) => void heard.push([name, id]) }]),
  );
  const addAll = async (added: readonly NewJob[]) => {
    if (failing) throw Object.assign(new Error('no'), { code: 'STORAGE_UNREACHABLE' });
    for (const job of added) if (!jobs.some(({ queue, key }) => queue === job.queue && key === job.key)) jobs.push(job);
    return [];
  };
  const ports = {
    eventLog: {
      head: async () => log.length,
      read: async (after: number, limit: number) => {
        const events = log.slice(after, after + limit);
        return { events, position: after + events.length };
      },
    },
    jobQueue: { addAll, add: async () => '' },
    state: memoryState(),
    consumers,
  };
  const keys = (name: string) => jobs.filter(({ queue }) => queue === `event:${name}`).map(({ key }) => key);
  return { log, jobs, heard, ports, keys, fail: (is: boolean) => (failing = is) };
}

describe('bus-database', () =>
  holdTo(it, busContract, () => ({ setUp: (uses) => setUpPart(plugin, { config: { lookEveryMilliseconds: 50 }, uses: { ...uses } }) })));

describe('the bus', () => {
  it('queues for each consumer what it wants, in line by subject, from the time when it came on', async () => {
    const at = house({ all: ['*'], ends: ['divoc.certificate.revoked.v1'], none: ['divoc.payment.*'] });
    at.log.push(event(0));
    const bus = busOf(at.ports);
    await bus.enrol();
    at.log.push(event(1), event(2, 'divoc.certificate.revoked.v1'));
    expect(await bus.advance()).toBe(true);
    expect(await bus.advance()).toBe(false);
    expect([at.keys('all'), at.keys('ends'), at.keys('none')]).toEqual([['1', '2'], ['2'], []]);
    expect(at.jobs[0]).toEqual({ queue: 'event:all', subject: 's1', key: '1', inOrder: true, data: event(1) });
  });

  it('goes on where it was after a restart, and from now on for a consumer that is new', async () => {
    const at = house({ old: ['*'] });
    await busOf(at.ports).enrol();
    at.log.push(event(1));
    const later = busOf({ ...at.ports, consumers: { ...at.ports.consumers, fresh: { types: ['*'], consume: async () => undefined } } });
    await later.enrol();
    at.log.push(event(2));
    await later.advance();
    expect([at.keys('old'), at.keys('fresh')]).toEqual([['1', '2'], ['2']]);
  });

  it('loses nothing and doubles nothing when it dies between queue and position, or another process does the same', async () => {
    const at = house({ all: ['*'] });
    await busOf(at.ports).enrol();
    for (let n = 0; n < 450; n += 1) at.log.push(event(n));
    at.ports.state.crashBefore = 1;
    await expect(busOf(at.ports).advance()).rejects.toThrow('killed');
    at.ports.state.crashBefore = undefined;
    at.fail(true);
    await expect(busOf(at.ports).advance()).rejects.toThrow('no');
    at.fail(false);
    const [a, b] = [busOf(at.ports), busOf(at.ports)];
    for (let i = 0; i < 6; i += 1) await Promise.all([a.advance(), b.advance()]);
    expect(at.keys('all')).toEqual(Array.from({ length: 450 }, (_, n) => `${n}`));
  });

  it('hands a job to its own consumer, and passes on what that says', async () => {
    const at = house({ one: ['*'], two: ['*'] });
    const later: EventConsumer = { types: ['*'], consume: async () => ({ againInSeconds: 7 }) };
    const { jobs } = busOf({ ...at.ports, consumers: { ...at.ports.consumers, later } });
    expect(jobs.queues).toEqual(['event:one', 'event:two', 'event:later']);
    const job = (queue: string) => ({ id: 'j', queue, subject: 's', data: event(5), attempt: 1 });
    await jobs.handle(job('event:two'));
    expect(at.heard).toEqual([['two', '5']]);
    expect(await jobs.handle(job('event:later'))).toEqual({ againInSeconds: 7 });
  });
});

it('as a part it follows the log until it is stopped, and health says what keeps it', async () => {
  const at = house({ all: ['*'] });
  const part = await setUpPart(plugin, { config: { lookEveryMilliseconds: 50 }, uses: at.ports });
  expect((part.ports as { jobs: JobHandler }).jobs.queues).toEqual(['event:all']);
  await part.start?.();
  at.log.push(event(1));
  await expect.poll(() => at.keys('all')).toEqual(['1']);
  at.fail(true);
  at.log.push(event(2));
  await expect.poll(() => part.health?.()).toEqual({ status: 'fail', detail: 'events are not carried on: STORAGE_UNREACHABLE' });
  at.fail(false);
  await expect.poll(() => at.keys('all')).toEqual(['1', '2']);
  await expect.poll(() => part.health?.()).toEqual({ status: 'pass' });
  await part.stop?.();
  at.log.push(event(3));
  await new Promise((later) => setTimeout(later, 150));
  expect(at.keys('all')).toEqual(['1', '2']);
});

it('stops only after the turn that it is in', async () => {
  let isDone = false;
  const turn = async () => {
    await new Promise((later) => setTimeout(later, 50));
    isDone = true;
    return true;
  };
  const following = follower(turn, 10, { debug() {}, info() {}, warn() {}, error() {} });
  following.start();
  await new Promise((later) => setTimeout(later, 20));
  await following.stop();
  expect(isDone).toBe(true);
});
