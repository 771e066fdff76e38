import { randomUUID } from 'node:crypto';
import type { EventLog, HouseEvent } from '../../api/ports/event-log.js';
import { sampleEvent } from '../event-consumer-contract.js';
import type { EventLogSubject } from '../event-log-contract.js';
import { memoryEventLog } from '../memory-event-log.js';

const NOW = '2026-11-23T10:00:00.000Z';

interface Habits {
  readonly idOf?: (subject: string) => string;
  readonly change?: (log: EventLog) => Partial<EventLog>;
}

/** The event log of tests. With its habits left as they are it keeps every promise. */
export function soundEventLog({ idOf = () => randomUUID(), change = () => ({}) }: Habits = {}): EventLogSubject {
  const log = memoryEventLog();
  return {
    log: { head: () => log.head(), read: (after, limit) => log.read(after, limit), ...change(log) },
    happen: async (subject) => log.happen(sampleEvent(idOf(subject), NOW, { subject })),
    happenUnseen: async () => log.happen(undefined),
  };
}

const readingOtherwise = (
  change: (page: Awaited<ReturnType<EventLog['read']>>, after: number) => Partial<Awaited<ReturnType<EventLog['read']>>>,
): EventLogSubject =>
  soundEventLog({
    change: (log) => ({
      async read(after, limit) {
        const page = await log.read(after, limit);
        return { ...page, ...change(page, after) };
      },
    }),
  });
const renamed = (event: HouseEvent): HouseEvent => ({ ...event, id: randomUUID() });

/** For each promise of the contract a log that breaks it and no other. */
export const brokenEventLogs: Readonly<Record<string, () => EventLogSubject>> = {
  'an event is CloudEvents 1.0, with an id of its own': () => soundEventLog({ idOf: (subject) => subject }),
  'an event is the same one whenever it is read': () => readingOtherwise(({ events }) => ({ events: events.map(renamed) })),
  'who goes on from a position has everything once, in the order in which it happened': () =>
    readingOtherwise(({ events }) => ({ events: [...events].sort((a, b) => a.subject.localeCompare(b.subject)) })),
  'what is no event is passed over, however much of it there is': () =>
    readingOtherwise(({ events, position }, after) => ({ position: events.length > 0 ? position : after })),
  'the head is where new readers begin: before all that is to come': () =>
    soundEventLog({ change: (log) => ({ head: async () => (await log.head()) + 1 }) }),
  'a reader misses nothing of writers who write meanwhile': () => {
    // Numbers are given when a transaction begins, as those of a sequence are.
    let begun = 0;
    const subject = soundEventLog();
    return {
      ...subject,
      async happen(what) {
        begun += 1;
        await new Promise((later) => setTimeout(later, 2 * begun));
        await subject.happen(what);
        begun -= 1;
      },
      log: {
        head: () => subject.log.head(),
        async read(after, limit) {
          const page = await subject.log.read(after, limit);
          return { ...page, position: page.events.length > 0 && begun > 0 ? page.position + 1 : page.position };
        },
      },
    };
  },
};
