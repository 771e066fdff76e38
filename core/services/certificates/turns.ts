/** Waits for a turn of the event loop when the one that works has had its time, and not at all before. */
export type Turn = () => Promise<void>;

/**
 * Shares the event loop among pieces of long work and everything else: each calls its turn between two steps, and works
 * for about so many milliseconds until the others have theirs. Those that wait are let on one in each turn of the loop,
 * since all in one turn would hold it up as long as all of them together.
 */
export function turnsOf(milliseconds: number): Turn {
  let since = performance.now();
  let line: Promise<unknown> = Promise.resolve();
  return async () => {
    if (performance.now() - since < milliseconds) return;
    const mine = line.then(() => new Promise<void>((go) => setImmediate(go)));
    line = mine;
    await mine;
    since = performance.now();
  };
}
