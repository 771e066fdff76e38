import type { Clock } from '@divoc/core/api';

/**
 * How many seconds the house's clock is ahead of the one that openid-client reads by itself. It is told the difference, so
 * that it judges tokens, and dates its own assertions, by the house's.
 */
export const secondsAhead = (clock: Clock): number => Math.round((clock.now().getTime() - Date.now()) / 1000);
