import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventConsumer, HouseEvent } from '@divoc/core/api';
import { eventConsumerContract, holdTo, listeningLog, sampleEvent, setUpPart } from '@divoc/core/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import plugin from '../plugin.js';
import { linesIn } from './lines-in.js';

const NOW = '2026-11-23T23:59:59.999Z';
const id = (n: number) => `${String(n).padStart(8, '0')}-1111-5111-8111-111111111111`;
const event = (n: number, time = NOW) => sampleEvent(id(n), time);

async function sink(home = mkdtempSync(join(tmpdir(), 'divoc-file-'))) {
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const { log, lines } = listeningLog();
  const part = await setUpPart(plugin, { home, instance: 'journal', log });
  const { consumer } = part.ports as { consumer: EventConsumer };
  const folder = join(home, 'events', 'journal');
  const file = (day = '2026-11-23') => join(folder, `${day}.jsonl`);
  const read = (day?: string) =>
    readFileSync(file(day), 'utf8')
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as HouseEvent);
  return { home, folder, file, read, part, consumer, lines };
}

describe('sink-file', () => {
  holdTo(it, eventConsumerContract, async () => {
    const { consumer, home, folder } = await sink();
    const events = join(home, 'events');
    return {
      consumer,
      effects: () => (existsSync(folder) ? linesIn(folder).map((line) => (JSON.parse(line) as HouseEvent).id) : []),
      // A file stands where the folder should be: that stops root, too.
      outage(isOn) {
        rmSync(events, { recursive: true, force: true });
        if (isOn) writeFileSync(events, '');
      },
    };
  });

  it('has a file for each day, in which the events of that day stand whole and in their order', async () => {
    const { consumer, read, file } = await sink();
    for (const each of [event(1), event(2), event(3, '2026-11-24T00:00:00.000Z'), event(4)]) await consumer.consume(each);
    expect(read()).toEqual([event(1), event(2), event(4)]);
    expect(read('2026-11-24')).toEqual([event(3, '2026-11-24T00:00:00.000Z')]);
    expect(statSync(file()).mode & 0o007).toBe(0);
  });

  it('mixes up no lines when many come at once', async () => {
    const { consumer, read } = await sink();
    await Promise.all(Array.from({ length: 200 }, (_, n) => consumer.consume(event(n % 100))));
    expect(read().map((each) => each.id)).toEqual(Array.from({ length: 100 }, (_, n) => id(n)));
  });

  it.each([1, 5, 100])('goes on after a crash that left the last line %i bytes short, and writes that event again', async (missing) => {
    const { consumer, home, file, read } = await sink();
    for (let n = 0; n < 3; n += 1) await consumer.consume(event(n));
    truncateSync(file(), statSync(file()).size - missing);
    const later = await sink(home);
    for (let n = 0; n < 5; n += 1) await later.consumer.consume(event(n));
    expect(read().map((each) => each.id)).toEqual([0, 1, 2, 3, 4].map(id));
  });

  it('knows the last events of a file that is large', async () => {
    const { consumer, home, file, read } = await sink();
    await consumer.consume(event(0));
    const text = Array.from({ length: 40_000 }, (_, n) => `${JSON.stringify(event(n))}\n`).join('');
    writeFileSync(file(), text);
    const later = await sink(home);
    for (const n of [39_999, 30_000, 40_000]) await later.consumer.consume(event(n));
    expect(read()).toHaveLength(40_001);
  });

  it('says what is wrong in health until it can write again, and gives nothing up', async () => {
    const { consumer, part, home, read } = await sink();
    writeFileSync(join(home, 'events'), '');
    expect(await consumer.consume(event(1))).toEqual({ againInSeconds: 30 });
    expect(await part.health?.()).toMatchObject({ status: 'fail', detail: expect.stringMatching(/^events cannot be written: E[A-Z]+$/) });
    rmSync(join(home, 'events'));
    expect(await consumer.consume(event(1))).toBeUndefined();
    expect(await part.health?.()).toEqual({ status: 'pass' });
    expect(read()).toEqual([event(1)]);
  });
});
