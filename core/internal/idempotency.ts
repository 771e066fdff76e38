import { definePort } from '../api/port.js';

/** What names one request: the same key of another actor, or on another route, is another request. */
export interface IdempotencyScope {
  readonly tenant: string;
  readonly actor: string;
  readonly route: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
}

export type IdempotencyState =
  | { readonly state: 'new' }
  | { readonly state: 'replay'; readonly status: number; readonly headers: Record<string, string>; readonly body: string }
  | { readonly state: 'mismatch' }
  | { readonly state: 'running' };

/** Remembers replies for 24 h, so that a request sent twice is carried out once. */
export interface Idempotency {
  /** Claims the key ('new'), or says what became of it. */
  begin(request: IdempotencyScope & { readonly bodyHash: string; readonly now: Date }): Promise<IdempotencyState>;
  /** Keeps the reply of a claimed key. */
  finish(
    request: IdempotencyScope & { readonly status: number; readonly headers: Record<string, string>; readonly body: string },
  ): Promise<void>;
  /** Gives a claimed key back: the request came to nothing and may be sent again. */
  abandon(request: IdempotencyScope): Promise<void>;
}

export const idempotency = definePort<Idempotency>('idempotency', 0, { methods: ['begin', 'finish', 'abandon'] });
