import type { Clock, Logger } from '../api/plugin.js';
import type { Storage } from '../internal/storage.js';

/** What each piece of the store works with. */
export interface StoreContext {
  readonly storage: Storage;
  readonly tenant: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** The instant `seconds` from now, as the tables keep it. */
export const instantIn = (clock: Clock, seconds: number): string => new Date(clock.now().getTime() + seconds * 1000).toISOString();
