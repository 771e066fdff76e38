import type { Knex } from 'knex';
import type { CredentialType, Ending, RevocationReason, SealIntent } from '../../api/index.js';
import type { FormKey } from './form-keys.js';
import { ResealStore } from './reseal-store.js';

/** A recorded intent: everything that the signed credentials will depend on besides the key. */
export interface IntentRow {
  readonly id: string;
  readonly number: string;
  readonly template: string;
  readonly owner: string;
  /**
   * The seal's intent without its type, which `typeHash` names. Its key is that of the primary form; `keys` are those of the
   * others, by form. What was recorded when all forms had one key has neither.
   */
  readonly intent: Omit<SealIntent, 'type'> & { readonly keys?: Readonly<Record<string, FormKey>> };
  readonly typeHash: string;
  /** Instance names of formats, the primary one first; undefined in what was recorded before there could be several. */
  readonly forms?: readonly string[];
  /** The certificate that this one replaces. */
  readonly replaces?: Ending & { readonly id: string };
}

export interface CertificateRow extends IntentRow {
  readonly credential: Readonly<Record<string, unknown>> | string;
  /** The form of `credential`; undefined in what was stored before forms had names. */
  readonly form?: string;
  /** Which seal of the form it is: 0 as it was issued, counted up by each re-issue. */
  readonly seal: number;
}

/** One of the certificates that are looked through for what a key has sealed. */
export interface ListedCertificate {
  readonly row: IntentRow;
  /** As they were stored, the primary one first; an empty name in what was stored before forms had names. */
  readonly forms: readonly string[];
}

/** One form of a certificate. */
export interface Sealed {
  readonly form: string;
  readonly credential: unknown;
}

type StoredForm = Sealed & { readonly seal: number };
/** A certificate that is to be stored, in all its forms, the primary one first. */
export interface SealedForms {
  readonly id: string;
  readonly sealed: readonly Sealed[];
}

type Columns = Record<'id' | 'number' | 'template' | 'owner' | 'intent' | 'type_hash', string> &
  Record<'forms' | 'replaces' | 'replace_reason' | 'replace_actor', string | null> & {
    readonly credential?: string;
    readonly form?: string | null;
  };

/** The service's tables. All reads and writes are of one tenant. */
export class CertificateStore {
  readonly #tenant: string;
  readonly #reseals: ResealStore;
  constructor(tenant: string) {
    this.#tenant = tenant;
    this.#reseals = new ResealStore(tenant);
  }

  async intentByKey(db: Knex, requestKey: string): Promise<IntentRow | undefined> {
    return this.#intent(db, { request_key: requestKey });
  }

  /** Those that were recorded before, by the keys of their requests. */
  async intentsByKey(db: Knex, requestKeys: readonly string[]): Promise<ReadonlyMap<string, IntentRow>> {
    const rows: (Columns & { readonly request_key: string })[] = await db('certificate_intent')
      .where({ tenant: this.#tenant })
      .whereIn('request_key', requestKeys);
    return new Map(rows.map((row) => [row.request_key, intentOf(row)]));
  }

  /** What is recorded of those of these certificates that are not stored yet, by id. */
  async unstoredOf(db: Knex, ids: readonly string[]): Promise<ReadonlyMap<string, IntentRow['intent']>> {
    const rows: { id: string; intent: string }[] = await db('certificate_intent as i')
      .leftJoin('certificate as c', (on) => on.on('c.tenant', 'i.tenant').andOn('c.id', 'i.id'))
      .where('i.tenant', this.#tenant)
      .whereIn('i.id', ids)
      .whereNull('c.id')
      .select('i.id', 'i.intent');
    return new Map(rows.map(({ id, intent }) => [id, JSON.parse(intent)]));
  }

  /** Only before there is a certificate: what was sealed keeps its intent for ever. */
  async changeIntent(trx: Knex.Transaction, id: string, intent: IntentRow['intent']): Promise<void> {
    await trx('certificate_intent')
      .where({ tenant: this.#tenant, id })
      .update({ intent: JSON.stringify(intent) });
  }

  /** The intent of whatever replaces this certificate, whether it has been stored yet or not. */
  async intentReplacing(db: Knex, id: string): Promise<IntentRow | undefined> {
    return this.#intent(db, { replaces: id });
  }

  async #intent(db: Knex, where: object): Promise<IntentRow | undefined> {
    const row = await db('certificate_intent')
      .where({ tenant: this.#tenant, ...where })
      .first<Columns | undefined>();
    return row && intentOf(row);
  }

  /** Which of these numbers are somebody's. */
  async takenNumbers(db: Knex, numbers: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await db('certificate_intent').where({ tenant: this.#tenant }).whereIn('number', numbers).pluck<string[]>('number'));
  }

  async addIntents(trx: Knex.Transaction, intents: readonly (readonly [requestKey: string, row: IntentRow])[]): Promise<void> {
    const rows = intents.map(([requestKey, row]) => ({
      tenant: this.#tenant,
      id: row.id,
      request_key: requestKey,
      number: row.number,
      type_hash: row.typeHash,
      intent: JSON.stringify(row.intent),
      template: row.template,
      owner: row.owner,
      created_at: row.intent.created,
      forms: row.forms ? JSON.stringify(row.forms) : null,
      replaces: row.replaces?.id ?? null,
      replace_reason: row.replaces?.reason ?? null,
      replace_actor: row.replaces?.actor ?? null,
    }));
    await trx('certificate_intent').insert(rows);
  }

  /** Certificates that had not been stored before, each with all its forms, the primary one first. */
  async addCertificates(trx: Knex.Transaction, certificates: readonly SealedForms[], at: string): Promise<void> {
    const tenant = this.#tenant;
    const text = ({ credential }: Sealed) => JSON.stringify(credential);
    const primary = certificates.map(({ id, sealed: [first] }) => {
      if (!first) throw new Error(`the certificate ${id} has no form`);
      return { tenant, id, form: first.form, credential: text(first), stored_at: at };
    });
    const others = certificates.flatMap(({ id, sealed: [, ...rest] }) =>
      rest.map((one) => ({ tenant, id, form: one.form, credential: text(one) })),
    );
    await trx('certificate').insert(primary);
    if (others.length > 0) await trx('certificate_form').insert(others);
  }

  async hasCertificate(db: Knex, id: string): Promise<boolean> {
    return (await this.storedOf(db, [id])).has(id);
  }

  /** Which of these are stored. */
  async storedOf(db: Knex, ids: readonly string[]): Promise<ReadonlySet<string>> {
    return new Set(await db('certificate').where({ tenant: this.#tenant }).whereIn('id', ids).pluck<string[]>('id'));
  }

  /** In its primary form, as it was sealed last, or last up to a seal (0: as it was issued). */
  async certificate(db: Knex, id: string, upTo?: number): Promise<CertificateRow | undefined> {
    const row = await this.#certificates(db)
      .where({ 'certificate.id': id })
      .first<Columns | undefined>('certificate_intent.*', 'certificate.credential', 'certificate.form');
    if (row?.credential === undefined) return undefined;
    const newest = (await this.#reseals.newest(db, id, upTo)).get(row.form ?? '');
    const { credential, version: seal } = newest ?? { credential: JSON.parse(row.credential), version: 0 };
    return { ...intentOf(row), credential, ...(row.form && { form: row.form }), seal };
  }

  /** Its other forms, by name, as they were sealed last. */
  async otherForms(db: Knex, id: string): Promise<readonly StoredForm[]> {
    const rows: { form: string; credential: string }[] = await db('certificate_form').where({ tenant: this.#tenant, id }).orderBy('form');
    if (rows.length === 0) return [];
    const newest = await this.#reseals.newest(db, id);
    return rows.map(({ form, credential }) => {
      const seal = newest.get(form) ?? { credential: JSON.parse(credential), version: 0 };
      return { form, credential: seal.credential, seal: seal.version };
    });
  }

  /** Those whose ids follow, without what was sealed. */
  async listed(db: Knex, after: string, limit: number): Promise<readonly ListedCertificate[]> {
    const rows: Columns[] = await this.#certificates(db)
      .where('certificate.id', '>', after)
      .orderBy('certificate.id')
      .limit(limit)
      .select('certificate_intent.*', 'certificate.form');
    const ids = rows.map(({ id }) => id);
    const others: { id: string; form: string }[] = await db('certificate_form')
      .where({ tenant: this.#tenant })
      .whereIn('id', ids)
      .orderBy(['id', 'form'])
      .select('id', 'form');
    return rows.map((row) => {
      const named = others.filter(({ id }) => id === row.id).map(({ form }) => form);
      return { row: intentOf(row), forms: [row.form ?? '', ...named] };
    });
  }

  #certificates(db: Knex) {
    return db('certificate')
      .join('certificate_intent', (on) =>
        on.on('certificate.tenant', 'certificate_intent.tenant').andOn('certificate.id', 'certificate_intent.id'),
      )
      .where({ 'certificate.tenant': this.#tenant });
  }

  /** Keeps a type from the first start with it on. */
  async keepType(trx: Knex.Transaction, type: CredentialType, at: string): Promise<void> {
    const key = { tenant: this.#tenant, hash: type.hash };
    if (await trx('credential_type').where(key).first('hash')) return;
    await trx('credential_type').insert({ ...key, document: JSON.stringify(type.document), first_used_at: at });
  }

  /** The type of this hash, if it was ever kept. */
  async type(db: Knex, hash: string): Promise<CredentialType['document'] | undefined> {
    const row = await db('credential_type').where({ tenant: this.#tenant, hash }).first<{ document: string } | undefined>('document');
    return row && JSON.parse(row.document);
  }

  /** All types that certificates were issued with, by hash. */
  async types(db: Knex): Promise<ReadonlyMap<string, CredentialType['document']>> {
    const rows: { hash: string; document: string }[] = await db('credential_type').where({ tenant: this.#tenant }).orderBy('hash');
    return new Map(rows.map(({ hash, document }) => [hash, JSON.parse(document)]));
  }
}

function intentOf({ id, number, template, owner, intent, type_hash, forms, replaces, replace_reason, replace_actor }: Columns): IntentRow {
  const replaced = replaces !== null && { id: replaces, reason: replace_reason as RevocationReason, actor: String(replace_actor) };
  return {
    id,
    number,
    template,
    owner,
    intent: JSON.parse(intent),
    typeHash: type_hash,
    ...(forms !== null && { forms: JSON.parse(forms) }),
    ...(replaced && { replaces: replaced }),
  };
}
