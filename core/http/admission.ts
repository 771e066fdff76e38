import { refuse } from './errors.js';

/** Runs at most `limit` pieces of work at a time and refuses more with 503: waiting longer than its caller helps nobody. */
export function admission(limit: number): <T>(work: () => Promise<T>) => Promise<T> {
  let running = 0;
  return async (work) => {
    if (running >= limit) throw refuse('OVERLOADED', undefined, { headers: { 'retry-after': '1' } });
    running++;
    try {
      return await work();
    } finally {
      running--;
    }
  };
}
