import type { Logger } from '../api/plugin.js';

/** Does `work` every so many seconds, never twice at once. A failure is logged and the next turn comes all the same. */
export function every(seconds: number, what: string, log: Logger, work: () => Promise<unknown>): { stop(): Promise<void> } {
  let turn: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const next = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      turn = work()
        .catch((error: Error & { code?: string }) => log.warn({ code: error.code ?? error.name }, `${what} failed; it is tried again`))
        .then(next);
    }, seconds * 1000);
    timer.unref();
  };
  next();
  return {
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await turn;
    },
  };
}
