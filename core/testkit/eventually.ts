import { setTimeout as pause } from 'node:timers/promises';

/** Resolves when `holds` no longer throws; rejects with what it threw last when that takes longer than `milliseconds`. */
export async function eventually(holds: () => void | Promise<void>, milliseconds = 20_000): Promise<void> {
  const until = performance.now() + milliseconds;
  for (;;) {
    try {
      return await holds();
    } catch (error) {
      if (performance.now() > until) throw error;
      await pause(5);
    }
  }
}
