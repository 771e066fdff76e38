import type { Clock } from '../api/plugin.js';

/** A clock that stands until it is moved. */
export interface HandClock extends Clock {
  pass(seconds: number): void;
}

export function handClock(start = '2026-11-23T10:00:00.000Z'): HandClock {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    pass(seconds) {
      at += seconds * 1000;
    },
  };
}
