import type { Health, Logger } from '@divoc/core/api';

export interface Follower {
  start(): void;
  /** Resolves when the present turn has ended. */
  stop(): Promise<void>;
  health(): Health;
}

/** Takes a turn, and the next one at once where there was something to do, else after a pause. Goes on after a failure. */
export function follower(turn: () => Promise<boolean>, pauseMilliseconds: number, log: Logger): Follower {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStopped = false;
  let trouble: string | undefined;

  const next = (milliseconds: number): void => {
    if (isStopped) return;
    timer = setTimeout(() => {
      running = step();
    }, milliseconds);
    timer.unref();
  };
  const step = async (): Promise<void> => {
    let isMore = false;
    try {
      isMore = await turn();
      trouble = undefined;
    } catch (error) {
      const { code, name } = error as Error & { code?: string };
      trouble = code ?? name;
      log.error({ code: trouble }, 'events could not be read; it is tried again');
    }
    next(isMore ? 0 : pauseMilliseconds);
  };

  return {
    start: () => next(0),
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
    health: () => (trouble === undefined ? { status: 'pass' } : { status: 'fail', detail: `events are not carried on: ${trouble}` }),
  };
}
