import type { State, StateEntry } from '../api/ports/state.js';

/** The state port in memory, versions and all. `crashBefore` makes the n-th write from now fail before it happens. */
export interface MemoryState extends State {
  readonly entries: ReadonlyMap<string, StateEntry>;
  crashBefore: number | undefined;
}

export function memoryState(): MemoryState {
  const entries = new Map<string, StateEntry>();
  const later = () => new Promise<void>((done) => setImmediate(done));
  return {
    entries,
    crashBefore: undefined,
    async get(key) {
      await later();
      return structuredClone(entries.get(key));
    },
    async put(key, value, ifVersion) {
      await later();
      if (this.crashBefore !== undefined && --this.crashBefore === 0) throw new Error('the process was killed');
      if ((entries.get(key)?.version ?? 0) !== ifVersion) return false;
      entries.set(key, { key, value: JSON.parse(JSON.stringify(value)), version: ifVersion + 1 });
      return true;
    },
    async delete(key) {
      await later();
      entries.delete(key);
    },
    async list(prefix, { after = '', limit = 100 } = {}) {
      await later();
      const keys = [...entries.keys()].filter((key) => key.startsWith(prefix) && key > after).sort();
      return structuredClone(keys.slice(0, limit).map((key) => entries.get(key) as StateEntry));
    },
  };
}
