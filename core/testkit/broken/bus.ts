import { setTimeout as pause } from 'node:timers/promises';
import type { Part } from '../../api/plugin.js';
import { type EventConsumer, wants } from '../../api/ports/event-consumer.js';
import type { HouseEvent } from '../../api/ports/event-log.js';
import type { NewJob } from '../../api/ports/job-queue.js';
import { isRefusal } from '../../api/refusal.js';
import type { BusSubject } from '../bus-contract.js';
import type { BusUses } from '../bus-house.js';

interface Habits {
  readonly isWanted?: (consumer: EventConsumer, event: HouseEvent) => boolean;
  readonly jobOf?: (job: NewJob) => NewJob;
  /** What stands between a job and its consumer. */
  readonly bring?: (consume: () => ReturnType<EventConsumer['consume']>) => ReturnType<EventConsumer['consume']>;
  readonly beginsAt?: (head: number) => number;
  /** Reads on from where it was itself, whatever others have done. */
  readonly isAlone?: boolean;
  readonly savesFirst?: boolean;
  /** Goes on for so many milliseconds when it is told to stop. */
  readonly lingers?: number;
}

/** A small bus of one position for each consumer. With its habits left as they are it keeps every promise. */
export const soundBus = (habits: Habits = {}): BusSubject => ({ setUp: async (uses) => smallBus(uses, habits), patience: 1000 });

let processes = 0;

function smallBus({ eventLog, jobQueue, state, consumers }: BusUses, habits: Habits): Part {
  const { isWanted = (consumer, { type }) => wants(consumer, type), jobOf = (job) => job, bring = (consume) => consume() } = habits;
  const process = ++processes;
  const own = new Map<string, number>();
  const stopping = new AbortController();
  let loop: Promise<unknown> = Promise.resolve();

  const advance = async (name: string, consumer: EventConsumer): Promise<void> => {
    const saved = await state.get(name);
    const from = (habits.isAlone ? own.get(name) : undefined) ?? (saved?.value as number);
    const { events, position } = await eventLog.read(from, 2);
    if (position === from) return;
    const queue = `to:${name}`;
    const keyOf = ({ id }: HouseEvent) => (habits.isAlone ? `${process}/${id}` : id);
    const jobs = events
      .filter((event) => isWanted(consumer, event))
      .map((event) => jobOf({ queue, subject: event.subject, data: event, key: keyOf(event), inOrder: true }));
    const save = () => state.put(name, position, saved?.version ?? 0);
    if (habits.savesFirst) await save();
    if (jobs.length > 0) await jobQueue.addAll(jobs);
    own.set(name, position);
    if (!habits.savesFirst) await save();
  };
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      // What could not be read is read at the next turn.
      await Promise.all(Object.entries(consumers).map(([name, consumer]) => advance(name, consumer).catch(() => undefined)));
      await pause(5);
    }
  };

  return {
    ports: {
      jobs: {
        queues: Object.keys(consumers).map((name) => `to:${name}`),
        handle: async ({ queue, data }: { queue: string; data: unknown }) =>
          bring(async () => consumers[queue.slice(3)]?.consume(data as HouseEvent)),
      },
    },
    async start() {
      const head = await eventLog.head();
      for (const name of Object.keys(consumers)) await state.put(name, habits.beginsAt?.(head) ?? head, 0);
      loop = follow();
    },
    async stop() {
      if (habits.lingers !== undefined) return void setTimeout(() => stopping.abort(), habits.lingers);
      stopping.abort();
      await loop;
    },
  };
}

/** One consumer's turn after the other. */
function oneForAll(): BusSubject {
  let last: Promise<unknown> = Promise.resolve();
  return soundBus({
    bring(consume) {
      const turn = last.then(consume);
      last = turn.catch(() => undefined);
      return turn;
    },
  });
}

/** For each promise of the contract a bus that breaks it and no other. */
export const brokenBuses: Readonly<Record<string, () => BusSubject>> = {
  'each event is brought once to each consumer that wants its type, as it was told': () => soundBus({ isWanted: () => true }),
  'events of one subject come one after the other, in their order, also while one is tried again': () =>
    soundBus({ jobOf: ({ inOrder: _, ...job }) => job }),
  'what a consumer fails at comes again, and so does what it puts off, however often': () =>
    soundBus({
      async bring(consume) {
        if (await consume()) throw new Error('not taken');
      },
    }),
  'what a consumer refuses is brought once and parked, and the next one of its subject comes': () =>
    soundBus({
      bring: (consume) =>
        consume().catch((error: Error) => {
          throw isRefusal(error) ? new Error(error.message) : error;
        }),
    }),
  'a consumer that fails, refuses or hangs holds up no other': oneForAll,
  'a consumer that is new hears of what happens from then on, and one that comes back goes on': () => soundBus({ beginsAt: () => 0 }),
  'two processes of it bring an event once': () => soundBus({ isAlone: true }),
  'a process that is killed at any of its steps loses no event and mixes up no subject': () => soundBus({ savesFirst: true }),
  'it stops: nothing is brought then, and what happens meanwhile is brought later': () => soundBus({ lingers: 400 }),
};
