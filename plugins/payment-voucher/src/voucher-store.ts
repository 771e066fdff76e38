import type { Money, State } from '@divoc/core/api';

export interface Batch {
  readonly id: string;
  /** Vouchers of a batch that was not issued to its end are good for nothing: nobody was given their codes. */
  readonly state: 'issuing' | 'issued';
  readonly count: number;
  /** Of each voucher. */
  readonly value: Money;
  /** For which doses: all of the programme's where no number is named. */
  readonly programme: string;
  readonly doseNumber?: number;
  /** The only facility where they are good. */
  readonly facility?: string;
  readonly expiresAt: string;
  /** What the issuer calls it. */
  readonly label?: string;
  readonly issuedBy: string;
  readonly issuedAt: string;
  readonly revokedAt?: string;
}

/** What one payment has done with a voucher. `given-up`: the claim of that number, or an earlier one, came to nothing. */
export type Use =
  | { readonly state: 'held' | 'captured' | 'cancelled' | 'refunded'; readonly amount: string; readonly at: string }
  | { readonly state: 'given-up'; readonly claim: number };

export interface Voucher {
  /** Minor units that are left. */
  readonly balance: string;
  /** By payment: the balance and what was taken from it change in one write. */
  readonly uses: Readonly<Record<string, Use>>;
  readonly revokedAt?: string;
}

/** Where a voucher is kept. */
export interface Place {
  readonly batch: string;
  /** From 1. */
  readonly number: number;
}

/** `7KQ29XWT-0017`: names a voucher, and is not worth money. */
export const serialOf = ({ batch, number }: Place): string => `${batch}-${String(number).padStart(4, '0')}`;

export function placeOf(serial: string): Place | undefined {
  const [, batch, number] = /^([0-9A-HJKMNP-TV-Z]{8})-(\d{4})$/.exec(serial) ?? [];
  return batch === undefined ? undefined : { batch, number: Number(number) };
}

/**
 * The keys of this plugin's state: `batch/<id>`, `voucher/<id>/<number>`, `code/<hash>` (its place) and `payment/<id>` (the
 * voucher that a payment has claimed; the entry's version numbers the claim).
 */
export function voucherStore(state: State) {
  const voucherKey = ({ batch, number }: Place) => `voucher/${batch}/${String(number).padStart(4, '0')}`;

  /** Changes an entry until nobody else has written meanwhile; `next` gives what it becomes, or undefined to leave it. */
  const change = async <T>(key: string, next: (now: T) => T | undefined): Promise<T | undefined> => {
    for (;;) {
      const entry = await state.get(key);
      if (!entry) return undefined;
      const changed = next(entry.value as T);
      if (changed === undefined) return entry.value as T;
      if (await state.put(key, changed, entry.version)) return changed;
    }
  };
  const valueAt = async <T>(key: string): Promise<T | undefined> => (await state.get(key))?.value as T | undefined;

  return {
    batch: (id: string) => valueAt<Batch>(`batch/${id}`),
    addBatch: (batch: Batch) => state.put(`batch/${batch.id}`, batch, 0),
    changeBatch: (id: string, next: (now: Batch) => Batch | undefined) => change<Batch>(`batch/${id}`, next),
    async batches(after: string | undefined, limit: number): Promise<Batch[]> {
      const entries = await state.list('batch/', { limit, ...(after !== undefined && { after: `batch/${after}` }) });
      return entries.map(({ value }) => value as Batch);
    },
    voucher: (place: Place) => valueAt<Voucher>(voucherKey(place)),
    changeVoucher: (place: Place, next: (now: Voucher) => Voucher | undefined) => change<Voucher>(voucherKey(place), next),
    async vouchers(batch: string): Promise<Voucher[]> {
      return (await state.list(`voucher/${batch}/`, { limit: 1000 })).map(({ value }) => value as Voucher);
    },
    async addVoucher(place: Place, voucher: Voucher, hash: string): Promise<void> {
      const isNew = (await state.put(voucherKey(place), voucher, 0)) && (await state.put(`code/${hash}`, place, 0));
      if (!isNew) throw new Error('a voucher that was just made is there already');
    },
    placeOfCode: (hash: string) => valueAt<Place>(`code/${hash}`),
    async claimOf(payment: string): Promise<{ place?: Place; claim: number }> {
      const entry = await state.get(`payment/${payment}`);
      return { ...(entry?.value as { place?: Place } | undefined), claim: entry?.version ?? 0 };
    },
    /** Claims a voucher for a payment, or ends its claim (undefined); `claim` is the number of the one before. False when it is not. */
    claim: (payment: string, place: Place | undefined, claim: number) => state.put(`payment/${payment}`, place ? { place } : {}, claim),
  };
}

export type VoucherStore = ReturnType<typeof voucherStore>;
