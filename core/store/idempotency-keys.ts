import { randomUUID } from 'node:crypto';
import type { Idempotency, IdempotencyScope } from '../internal/idempotency.js';
import { instantIn, type StoreContext } from './store-context.js';

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
      storage.transaction(async (trx) => {
        const now = request.now.toISOString();
        const found = await trx('idempotency_key').where(keyOf(request)).where('expires_at', '>', now).first();
        // Another body is a mistake of the caller even while the first request is lost: it may have been carried out.
        if (found && found.body_hash !== request.bodyHash) return { state: 'mismatch' };
        if (found?.status != null) return { state: 'replay', status: found.status, headers: JSON.parse(found.headers), body: found.body };
        if (found && found.claimed_until > now) return { state: 'running' };
        const until = (seconds: number) => instantIn({ now: () => request.now }, seconds);
        const claim = { body_hash: request.bodyHash, claimed_by: me, claimed_until: until(LEASE_SECONDS), expires_at: until(KEPT_SECONDS) };
        await trx('idempotency_key').where(keyOf(request)).delete();
        await trx('idempotency_key').insert({ ...keyOf(request), ...claim });
        mayHold = true;
        return { state: 'new' };
      }),

    finish: (request) =>
      storage.transaction(async (trx) => {
        const { status, headers, body } = request;
        await trx('idempotency_key')
          .where(claimed(request))
          .update({ status, headers: JSON.stringify(headers), body });
      }),

    abandon: (request) =>
      storage.transaction(async (trx) => {
        await trx('idempotency_key').where(claimed(request)).delete();
      }),

    async renew() {
      if (!mayHold) return;
      mayHold = await storage.transaction(async (trx) => {
        const until = instantIn(clock, LEASE_SECONDS);
        const mine = trx('idempotency_key').where({ tenant: own, claimed_by: me, status: null });
        return (await mine.update({ claimed_until: until })) > 0;
      });
    },
  };
}
