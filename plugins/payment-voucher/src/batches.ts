import { type Clock, isMoney, type Logger, type Money, randomSymbols } from '@divoc/core/api';
import { refuse } from './refusals.js';
import { codeHash, newVoucherCode, printedCode } from './voucher-code.js';
import { type Batch, type Place, placeOf, serialOf, type Voucher, type VoucherStore } from './voucher-store.js';

export interface BatchRequest {
  readonly count: number;
  readonly value: Money;
  readonly programme: string;
  readonly doseNumber?: number;
  readonly facility?: string;
  /** RFC 3339. */
  readonly expiresAt: string;
  readonly label?: string;
}

export interface IssuedVoucher {
  readonly serial: string;
  readonly code: string;
}

/** Minor units and counts of a batch. */
export interface Totals {
  readonly value: string;
  readonly captured: string;
  readonly held: string;
  readonly remaining: string;
  readonly used: number;
  readonly revoked: number;
}

export interface Batches {
  /** The codes are given out here and never again. Throws a Refusal (422). */
  issue(request: BatchRequest, actor: string): Promise<{ batch: Batch; vouchers: IssuedVoucher[] }>;
  find(id: string): Promise<{ batch: Batch; totals: Totals }>;
  /** Takes a batch, or one voucher of it, out of use: what was captured stays captured, what is held may still be. */
  revoke(id: string, serial: string | undefined, actor: string): Promise<{ batch: Batch; totals: Totals }>;
  /** By its serial number. */
  voucher(serial: string): Promise<{ place: Place; batch: Batch; voucher: Voucher }>;
}

export function batchesOf({ store, clock, log }: { store: VoucherStore; clock: Clock; log: Logger }): Batches {
  const batchOf = async (id: string): Promise<Batch> => {
    const batch = /^[0-9A-HJKMNP-TV-Z]{8}$/.test(id) ? await store.batch(id) : undefined;
    if (!batch) throw refuse('BATCH_UNKNOWN');
    return batch;
  };
  const find = async (id: string) => {
    const batch = await batchOf(id);
    return { batch, totals: totalsOf(batch, await store.vouchers(id)) };
  };
  const voucher = async (serial: string) => {
    const place = placeOf(serial);
    const found = place && (await store.voucher(place));
    if (!place || !found) throw refuse('VOUCHER_UNKNOWN');
    return { place, batch: await batchOf(place.batch), voucher: found };
  };

  return {
    find,
    voucher,
    async issue(request, actor) {
      assertIssuable(request, clock.now());
      const draft = { ...request, state: 'issuing', issuedBy: actor, issuedAt: clock.now().toISOString() } as const;
      let batch: Batch = { ...draft, id: randomSymbols(8) };
      while (!(await store.addBatch(batch))) batch = { ...draft, id: randomSymbols(8) };
      const vouchers: IssuedVoucher[] = [];
      for (let number = 1; number <= request.count; number += 1) {
        const place = { batch: batch.id, number };
        const code = newVoucherCode();
        await store.addVoucher(place, { balance: request.value.amount, uses: {} }, codeHash(code));
        vouchers.push({ serial: serialOf(place), code: printedCode(code) });
      }
      // Good from here on; a crash before leaves vouchers whose codes nobody knows.
      const issued = await store.changeBatch(batch.id, (now) => ({ ...now, state: 'issued' }));
      log.info({ batch: batch.id, count: request.count, actor }, 'issued vouchers');
      return { batch: issued as Batch, vouchers };
    },
    async revoke(id, serial, actor) {
      await batchOf(id);
      const revokedAt = clock.now().toISOString();
      const once = <T extends { readonly revokedAt?: string }>(now: T): T | undefined =>
        now.revokedAt === undefined ? { ...now, revokedAt } : undefined;
      if (serial === undefined) await store.changeBatch(id, once);
      else {
        const { place } = await voucher(serial);
        if (place.batch !== id) throw refuse('VOUCHER_UNKNOWN');
        await store.changeVoucher(place, once);
      }
      log.info({ batch: id, serial, actor }, 'revoked vouchers');
      return find(id);
    },
  };
}

function assertIssuable({ value, expiresAt }: BatchRequest, now: Date): void {
  if (!isMoney(value)) throw refuse('BATCH_INVALID', { pointer: '/value/currency', detail: 'is no currency of ISO 4217' });
  if (value.amount === '0') throw refuse('BATCH_INVALID', { pointer: '/value/amount', detail: 'a voucher is worth more than nothing' });
  if (Date.parse(expiresAt) <= now.getTime()) throw refuse('BATCH_INVALID', { pointer: '/expiresAt', detail: 'lies in the past' });
}

function totalsOf(batch: Batch, vouchers: readonly Voucher[]): Totals {
  const uses = vouchers.flatMap((voucher) => Object.values(voucher.uses));
  const sum = (state: 'captured' | 'held') => uses.reduce((all, use) => (use.state === state ? all + BigInt(use.amount) : all), 0n);
  return {
    value: String(BigInt(batch.value.amount) * BigInt(vouchers.length)),
    captured: String(sum('captured')),
    held: String(sum('held')),
    remaining: String(vouchers.reduce((all, { balance }) => all + BigInt(balance), 0n)),
    used: vouchers.filter((voucher) => Object.values(voucher.uses).some(({ state }) => state === 'captured')).length,
    revoked: vouchers.filter(({ revokedAt }) => revokedAt !== undefined).length,
  };
}
