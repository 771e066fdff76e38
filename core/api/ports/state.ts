import { definePort } from '../port.js';

export interface StateEntry {
  readonly key: string;
  readonly value: unknown;
  /** Starts at 1, grows with each change. */
  readonly version: number;
}

/** What a plugin remembers: JSON in its own namespace. SQL stays with the house. */
export interface State {
  get(key: string): Promise<StateEntry | undefined>;
  /** Writes only when the stored version is `ifVersion` (0: must not exist yet). False when it is not. */
  put(key: string, value: unknown, ifVersion: number): Promise<boolean>;
  delete(key: string): Promise<void>;
  /** Entries whose key starts with `prefix`, in key order. */
  list(prefix: string, options?: { after?: string; limit?: number }): Promise<StateEntry[]>;
}

export const state = definePort<State>('state', 0, { scoped: true, methods: ['get', 'put', 'delete', 'list'] });
