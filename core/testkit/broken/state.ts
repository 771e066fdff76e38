import type { State } from '../../api/ports/state.js';
import { memoryState } from '../memory-state.js';
import type { StateSubject } from '../state-contract.js';

export const soundState = (): StateSubject => ({ mine: memoryState(), others: memoryState() });

const changed = (change: (state: State) => Partial<State>): StateSubject => {
  const { mine, others } = soundState();
  return { mine: { ...methodsOf(mine), ...change(mine) }, others };
};
const methodsOf = (state: State): State => ({
  get: (key) => state.get(key),
  put: (key, value, ifVersion) => state.put(key, value, ifVersion),
  delete: (key) => state.delete(key),
  list: (prefix, options) => state.list(prefix, options),
});

/** For each promise of the contract a memory that breaks it and no other. */
export const brokenStates: Readonly<Record<string, () => StateSubject>> = {
  'what is put is there, as JSON, and changing what was given changes nothing': () => {
    const given = new Map<string, unknown>();
    return changed((state) => ({
      async put(key, value, ifVersion) {
        const isPut = await state.put(key, value, ifVersion);
        if (isPut) given.set(key, value);
        return isPut;
      },
      async get(key) {
        const entry = await state.get(key);
        return entry && { ...entry, value: given.get(key) };
      },
    }));
  },
  'a version that is not the stored one changes nothing': () =>
    changed((state) => ({
      // Whatever is asked for beyond what is there passes for the newest one.
      async put(key, value, ifVersion) {
        const { version = 0 } = (await state.get(key)) ?? {};
        return state.put(key, value, Math.min(ifVersion, version));
      },
    })),
  'of those who put at once one has its way': () =>
    changed((state) => {
      let waiting = 0;
      return {
        async put(key, value, ifVersion) {
          waiting += 1;
          await new Promise((later) => setTimeout(later, 5));
          const isAlone = waiting === 1;
          waiting -= 1;
          return (await state.put(key, value, ifVersion)) || !isAlone;
        },
      };
    }),
  'what is deleted is gone, and may be made again': () => changed(() => ({ async delete() {} })),
  'entries are listed by the beginning of their keys, in the order of bytes, page by page': () =>
    changed((state) => ({
      async list(prefix, options) {
        return (await state.list(prefix, options)).sort((a, b) => a.key.localeCompare(b.key));
      },
    })),
  'instances do not see each other': () => {
    const { mine } = soundState();
    return { mine, others: mine };
  },
};
