import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { Knex } from 'knex';
import type { Clock, CredentialFormat, Logger, SealIntent, StatusListEntry } from '../../api/index.js';
import type { Audit, Signer, SignerKey, Storage } from '../../internal/index.js';
import { formKeyOf } from './form-keys.js';
import type { Placing, SignedList, StatusListStore } from './status-list-store.js';
import { statusListType } from './status-list-type.js';
import type { BitsOf } from './status-snapshot.js';
import type { StatusPurpose } from './status-store.js';

/** On a thread of its own: a full list takes longer than the event loop may be held up. */
const packed = promisify<Uint8Array, Buffer>(gzip);
const DAY = 86_400_000;
/** Signed anew after this time, so that whoever fetches a list has nearly its whole validity before them. */
const RENEWED_AFTER = DAY;

export interface StatusListsOptions {
  readonly did: string;
  readonly publicUrl: string;
  /** What is told of certificates in lists, the entries' order; none: certificates have no entries. */
  readonly purposes: readonly StatusPurpose[];
  readonly validForDays: number;
  /** Seals the lists. */
  readonly format: CredentialFormat;
  readonly storage: Storage;
  readonly store: StatusListStore;
  readonly signer: Signer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * The issuer's status lists (https://www.w3.org/TR/vc-bitstring-status-list/). A certificate has one place, which is its
 * index in the list of each purpose: one bit tells one purpose, and one counter serves both.
 */
export class StatusLists {
  readonly type;
  readonly #options: StatusListsOptions;

  constructor(options: StatusListsOptions) {
    this.#options = options;
    this.type = statusListType(options.publicUrl);
  }

  /** Places certificates in the transaction that records their intents, and says where the status of each will stand, by id. */
  async allocate(trx: Knex.Transaction, placing: readonly Placing[]): Promise<ReadonlyMap<string, readonly StatusListEntry[]>> {
    const places = await this.#options.store.allocate(trx, placing);
    return new Map(places.map(({ id, list, place }) => [id, this.entries(list, place)]));
  }

  entries(list: number, place: number): readonly StatusListEntry[] {
    return this.#options.purposes.map((statusPurpose) => ({
      statusPurpose,
      statusListIndex: place,
      statusListCredential: this.#url(nameOf(statusPurpose, list)),
    }));
  }

  /**
   * All lists as credentials, by URL, with these bits set: those that changed since they were signed, whose key no longer
   * signs, or that are a day old, are signed again. One that cannot be signed stays as it was, and is told in the log: what
   * else there is to be trusted, such as that its key was revoked, waits for no list.
   */
  async renew(bitsOf: BitsOf): Promise<Readonly<Record<string, unknown>>> {
    const { storage, store, purposes } = this.#options;
    const lists = await storage.transaction((trx) => store.lists(trx));
    const credentials: Record<string, unknown> = {};
    for (const list of lists) {
      for (const purpose of purposes) {
        const name = nameOf(purpose, list);
        const signed = await this.#current(name, purpose, bitsOf(list, purpose)).catch((error) => this.#before(name, error));
        if (signed) credentials[this.#url(name)] = JSON.parse(signed.credential);
      }
    }
    return credentials;
  }

  /** A list as it was last signed. */
  find(name: string): Promise<SignedList | undefined> {
    return this.#options.store.signed(this.#options.storage.knex, name);
  }

  #before(name: string, { code, name: kind }: Error & { readonly code?: string }): Promise<SignedList | undefined> {
    this.#options.log.error({ code: code ?? kind, list: name }, 'a status list could not be signed; the one from before is published');
    return this.find(name);
  }

  async #current(name: string, purpose: StatusPurpose, bits: Uint8Array): Promise<SignedList> {
    const { storage, store, clock, audit, signer, format } = this.#options;
    const key = await signer.active(format.needs);
    const content = createHash('sha256').update(bits).digest('base64url');
    const known = await this.find(name);
    const age = known && clock.now().getTime() - Date.parse(known.signedAt);
    if (known?.content === content && known.key === key.id && age !== undefined && age < RENEWED_AFTER) return known;
    const signed = await this.#sign({ name, purpose, bits, key, content });
    await storage.transaction(async (trx) => {
      await store.keep(trx, signed);
      await audit.append(trx, { actor: 'certificates', action: 'status-list.signed', subject: name, detail: { key: key.id, content } });
    });
    return signed;
  }

  async #sign(wanted: { name: string; purpose: StatusPurpose; bits: Uint8Array; key: SignerKey; content: string }): Promise<SignedList> {
    const { name, purpose, bits, key, content } = wanted;
    const { did, format, signer, clock, validForDays } = this.#options;
    const now = clock.now();
    const [signedAt, validUntil] = [now.toISOString(), new Date(now.getTime() + validForDays * DAY).toISOString()];
    const url = this.#url(name);
    const encodedList = `u${(await packed(bits)).toString('base64url')}`;
    const intent: SealIntent = {
      id: url,
      issuer: did,
      type: this.type,
      validFrom: signedAt,
      validUntil,
      created: signedAt,
      ...formKeyOf(did, key),
      subject: { id: `${url}#list`, type: 'BitstringStatusList', statusPurpose: purpose, encodedList },
    };
    const credential = JSON.stringify(await format.seal(intent, (data) => signer.sign(key.id, data)));
    return { name, content, key: key.id, signedAt, validUntil, credential };
  }

  #url(name: string): string {
    return `${this.#options.publicUrl}/status/${name}`;
  }
}

/** `r1`, `s1`: it stands in every certificate, and every byte of it in a QR code. */
const nameOf = (purpose: StatusPurpose, list: number): string => `${purpose === 'revocation' ? 'r' : 's'}${list}`;
