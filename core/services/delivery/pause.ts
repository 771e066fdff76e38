import { randomInt } from 'node:crypto';

export interface RetrySettings {
  /** Tries before a delivery is dead. */
  readonly attempts: number;
  /** The first pause after a passing trouble. */
  readonly soonSeconds: number;
  /** The first pause when the carrier asked for patience. */
  readonly laterSeconds: number;
  readonly longestSeconds: number;
}

/** Up to a quarter less, so that deliveries that failed together do not return together. */
const chance = (): number => randomInt(1_000_000) / 1_000_000;

/** Seconds until the next try after `failures` of them, three times longer each time; undefined when there is none. */
export function pauseAfter(
  retry: 'soon' | 'later' | 'never',
  failures: number,
  settings: RetrySettings,
  random: () => number = chance,
): number | undefined {
  if (retry === 'never' || failures >= settings.attempts) return undefined;
  const first = retry === 'soon' ? settings.soonSeconds : settings.laterSeconds;
  // The exponent is bounded, since beyond it only the longest pause is left.
  return Math.min(settings.longestSeconds, first * 3 ** Math.min(failures - 1, 20)) * (1 - random() / 4);
}
