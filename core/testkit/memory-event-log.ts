import type { EventLog, HouseEvent } from '../api/ports/event-log.js';

/** The event log in memory. */
export interface MemoryEventLog extends EventLog {
  /** Adds entries; `undefined` is one that is no event, such as an act that nobody is told of. */
  happen(...entries: readonly (HouseEvent | undefined)[]): void;
}

export function memoryEventLog(): MemoryEventLog {
  const entries: (HouseEvent | undefined)[] = [];
  const later = () => new Promise<void>((done) => setImmediate(done));
  return {
    happen: (...added) => void entries.push(...structuredClone(added)),
    async head() {
      await later();
      return entries.length;
    },
    async read(after, limit) {
      await later();
      const looked = entries.slice(after, after + limit);
      return { events: structuredClone(looked.filter((event) => event !== undefined)), position: after + looked.length };
    },
  };
}
