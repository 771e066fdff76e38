import type { Knex } from 'knex';
import { LIST_ENTRIES } from './status-permutation.js';
import type { NotHolding, StatusPurpose, StatusStore, ToldEvent } from './status-store.js';

/** The bits of one list, index 0 being the left-most bit of the first byte. */
export type BitsOf = (list: number, purpose: StatusPurpose) => Uint8Array;

/**
 * What does not hold now: read from all events once, and from then on from those that are new, whichever process has
 * written them. The table alone decides; what stands here can be had from it at any time.
 */
export class StatusSnapshot {
  readonly #store: StatusStore;
  /** That of the last event that was read; undefined before the first reading. */
  #position: number | undefined;
  #lists = new Map<string, Uint8Array>();
  #hashed = new Map<string, ToldEvent['state']>();
  #updated: string | undefined;

  constructor(store: StatusStore) {
    this.#store = store;
  }

  /**
   * As it is in the database now: for the list of hashes those of which status lists do not tell in all forms, and the bits
   * of all lists, which the next reading changes. One reading at a time.
   */
  async read(db: Knex): Promise<{ readonly hashed: NotHolding; readonly bitsOf: BitsOf }> {
    const newest = await this.#store.newest(db);
    // A database that has been put back to an earlier state is another one.
    if (this.#position !== undefined && newest < this.#position) this.#forget();
    if (this.#position === undefined) {
      for await (const page of this.#store.all(db)) for (const event of page) this.#apply(event);
      // What was written meanwhile stands on some pages and not on others: it is read again.
      this.#position = newest;
    } else if (newest !== this.#position) {
      for (const event of await this.#store.events(db, this.#position)) {
        this.#apply(event);
        this.#position = event.position ?? this.#position;
      }
    }
    return { hashed: this.#notHolding(), bitsOf: (list, purpose) => this.#lists.get(nameOf(list, purpose)) ?? noBits() };
  }

  #forget(): void {
    this.#position = undefined;
    this.#lists = new Map();
    this.#hashed = new Map();
    this.#updated = undefined;
  }

  /** The events of a certificate come in their order: its last one decides. */
  #apply({ id, state, at, list, place, in_every_form }: ToldEvent): void {
    if (list !== null && place !== null) {
      this.#set(list, 'revocation', place, state === 'revoked' || state === 'superseded');
      this.#set(list, 'suspension', place, state === 'suspended');
    }
    if (in_every_form === 1) return;
    this.#hashed.set(id, state);
    if (this.#updated === undefined || this.#updated < at) this.#updated = at;
  }

  #set(list: number, purpose: StatusPurpose, place: number, isSet: boolean): void {
    const name = nameOf(list, purpose);
    const bits = this.#lists.get(name) ?? noBits();
    const [at, mask] = [place >> 3, 0x80 >> (place & 7)];
    bits[at] = isSet ? (bits[at] ?? 0) | mask : (bits[at] ?? 0) & ~mask;
    this.#lists.set(name, bits);
  }

  #notHolding(): NotHolding {
    const idsOf = (...states: ToldEvent['state'][]) => [...this.#hashed].filter(([, state]) => states.includes(state)).map(([id]) => id);
    const updated = this.#updated !== undefined && { updated: this.#updated };
    return { ended: idsOf('revoked', 'superseded'), suspended: idsOf('suspended'), ...updated };
  }
}

const nameOf = (list: number, purpose: StatusPurpose): string => `${purpose} ${list}`;
const noBits = (): Uint8Array => new Uint8Array(LIST_ENTRIES / 8);
