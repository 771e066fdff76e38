import { randomUUID } from 'node:crypto';
import type { Idempotency, IdempotencyScope, IdempotencyState } from '../internal/idempotency.js';
import { alongside } from './alongside.js';
import { instantIn, type StoreContext } from './store-context.js';

const KEY = ['tenant', 'actor', 'route', 'key'];
const KEPT_SECONDS = 24 * 3600;
/** How long the claim of a process that has died keeps others away. */
const LEASE_SECONDS = 60;
/** How often a living process says that it still holds its claims. */
export const RENEW_SECONDS = 20;

export interface IdempotencyKeys extends Idempotency {
  /** Says that this process still carries out what it has claimed; a slow request keeps its key as long as it runs. */
  renew(): Promise<void>;
}

/** Replies by Idempotency-Key, 24 h. Replies may hold personal data, so the sweep that deletes them is part of the promise. */
export function idempotencyKeysOf({ storage, tenant: own, clock }: StoreContext): IdempotencyKeys {
  const me = randomUUID();
  let mayHold = false;
  const keyOf = ({ tenant, actor, route, key }: IdempotencyScope) => ({ tenant, actor, route, key });
  const claimed = (request: IdempotencyScope) => ({ ...keyOf(request), claimed_by: me, status: null });

  return {
    begin: (request) =>
      alongside(storage, async (trx) => {
        const now = request.now.toISOString();
        const until = (seconds: number) => instantIn({ now: () => request.now }, seconds);
        const claim = { body_hash: request.bodyHash, claimed_by: me, claimed_until: until(LEASE_SECONDS), expires_at: until(KEPT_SECONDS) };
        const ours = (): IdempotencyState => {
          mayHold = true;
          return { state: 'new' };
        };
        // Waits for whoever is just making the same key; whoever comes second finds it.
        const made = await trx('idempotency_key')
          .insert({ ...keyOf(request), ...claim }, ['key'])
          .onConflict(KEY)
          .ignore();
        if (made.length === 1) return ours();
        const found = await trx('idempotency_key').where(keyOf(request)).forUpdate().first();
        // Given back or swept away between the two: whoever sends it again has it.
        if (!found) return { state: 'running' };
        if (found.expires_at > now) {
          // Another body is a mistake of the caller even while the first request is lost: it may have been carried out.
          if (found.body_hash !== request.bodyHash) return { state: 'mismatch' };
          if (found.status != null) return { state: 'replay', status: found.status, headers: JSON.parse(found.headers), body: found.body };
          if (found.claimed_until > now) return { state: 'running' };
        }
        await trx('idempotency_key')
          .where(keyOf(request))
          .update({ ...claim, status: null, headers: null, body: null });
        return ours();
      }),

    finish: (request) =>
      alongside(storage, async (trx) => {
        const { status, headers, body } = request;
        await trx('idempotency_key')
          .where(claimed(request))
          .update({ status, headers: JSON.stringify(headers), body });
      }),

    abandon: (request) =>
      alongside(storage, async (trx) => {
        await trx('idempotency_key').where(claimed(request)).delete();
      }),

    async renew() {
      if (!mayHold) return;
      mayHold = await alongside(storage, async (trx) => {
        const until = instantIn(clock, LEASE_SECONDS);
        const mine = trx('idempotency_key').where({ tenant: own, claimed_by: me, status: null });
        return (await mine.update({ claimed_until: until })) > 0;
      });
    },
  };
}
