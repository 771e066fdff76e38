import { type EventConsumer, type EventLog, type HouseEvent, type JobHandler, type JobQueue, type State, wants } from '@divoc/core/api';

export interface BusPorts {
  readonly eventLog: EventLog;
  readonly jobQueue: JobQueue;
  readonly state: State;
  /** By instance. */
  readonly consumers: Readonly<Record<string, EventConsumer>>;
}

export interface Bus {
  readonly jobs: JobHandler;
  /** Gives each consumer that is new the position of now. */
  enrol(): Promise<void>;
  /** Queues for each consumer what has happened since it was last looked. True when there may be more. */
  advance(): Promise<boolean>;
}

const QUEUE = 'event:';
/** Entries looked through at once, which are one transaction of jobs. */
const BATCH = 200;

/**
 * Copies the event log into a queue of jobs for each consumer, from its own position on. Leases, retries, parked events and
 * their warning are the queue's. Whatever several processes or a crash do twice is done once: a job's key is its event's
 * id, and a position moves only from where it was read.
 */
export function busOf({ eventLog, jobQueue, state, consumers }: BusPorts): Bus {
  const names = Object.keys(consumers);
  const keyOf = (name: string): string => `position/${name}`;

  const advanceOne = async (name: string, consumer: EventConsumer): Promise<boolean> => {
    const entry = await state.get(keyOf(name));
    if (!entry) throw Object.assign(new Error(`the position of ${name} is gone`), { code: 'BUS_POSITION_LOST' });
    const before = entry.value as number;
    const { events, position } = await eventLog.read(before, BATCH);
    if (position === before) return false;
    const wanted = events.filter(({ type }) => wants(consumer, type));
    if (wanted.length > 0) {
      await jobQueue.addAll(
        wanted.map((event) => ({ queue: QUEUE + name, subject: event.subject, data: event, key: event.id, inOrder: true })),
      );
    }
    await state.put(keyOf(name), position, entry.version);
    return true;
  };

  return {
    jobs: {
      queues: names.map((name) => QUEUE + name),
      handle: async ({ queue, data }) => consumers[queue.slice(QUEUE.length)]?.consume(data as HouseEvent),
    },
    async enrol() {
      const head = await eventLog.head();
      // Refused where there is one already: it goes on from there.
      for (const name of names) await state.put(keyOf(name), head, 0);
    },
    async advance() {
      const more = await Promise.all(Object.entries(consumers).map(([name, consumer]) => advanceOne(name, consumer)));
      return more.includes(true);
    },
  };
}
