import type { Clock, Health } from '../../api/index.js';
import type { Storage } from '../../internal/index.js';
import { lastEntry } from './ledger.js';
import { entryFaults } from './ledger-check.js';
import type { PaymentStore } from './payment-store.js';

/** Entries that one look reads: health is asked for every few seconds, and has two seconds. */
const AT_ONCE = 2000;
const STUCK_SECONDS = 600;

/**
 * Checks the entries that came since the last look, and whether acts wait for their scheme. A fault stays: the books do not
 * mend themselves. `divoc ledger verify` reads all of them.
 */
export function healthOf({
  tenant,
  storage,
  store,
  clock,
}: {
  tenant: string;
  storage: Storage;
  store: PaymentStore;
  clock: Clock;
}): () => Promise<Health> {
  let seen: number | undefined;
  let fault: string | undefined;
  return async () => {
    const last = await lastEntry(storage.knex, tenant);
    seen ??= Math.max(0, last - AT_ONCE);
    if (fault === undefined) {
      const upTo = Math.min(last, seen + AT_ONCE);
      const { faults } = await entryFaults(storage.knex, tenant, seen, upTo);
      fault = faults[0]?.text;
      seen = upTo;
    }
    if (fault !== undefined) return { status: 'fail', detail: `the ledger: ${fault}; run: divoc ledger verify` };
    const waiting = await store.waitingSince(storage.knex, new Date(clock.now().getTime() - STUCK_SECONDS * 1000).toISOString());
    if (waiting === 0) return { status: 'pass' };
    return { status: 'warn', detail: `${waiting} payment${waiting === 1 ? '' : 's'} wait for the scheme since more than ten minutes` };
  };
}
