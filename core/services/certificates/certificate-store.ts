import type { Knex } from 'knex';
import type { CredentialType, SealIntent } from '../../api/index.js';

/** A recorded intent: everything that the signed credential will depend on besides the key. */
export interface IntentRow {
  readonly id: string;
  readonly number: string;
  readonly template: string;
  readonly owner: string;
  /** The seal's intent without its type, which `typeHash` names. */
  readonly intent: Omit<SealIntent, 'type'>;
  readonly typeHash: string;
}

export interface CertificateRow extends IntentRow {
  readonly credential: Readonly<Record<string, unknown>>;
}

type Columns = Record<'id' | 'number' | 'template' | 'owner' | 'intent' | 'type_hash', string> & { readonly credential?: string };

/** The service's tables. All reads and writes are of one tenant. */
export class CertificateStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async intentByKey(db: Knex, requestKey: string): Promise<IntentRow | undefined> {
    const row = await db('certificate_intent').where({ tenant: this.#tenant, request_key: requestKey }).first<Columns | undefined>();
    return row && intentOf(row);
  }

  async isNumberTaken(db: Knex, number: string): Promise<boolean> {
    return (await db('certificate_intent').where({ tenant: this.#tenant, number }).first('id')) !== undefined;
  }

  async addIntent(trx: Knex.Transaction, requestKey: string, row: IntentRow): Promise<void> {
    await trx('certificate_intent').insert({
      tenant: this.#tenant,
      id: row.id,
      request_key: requestKey,
      number: row.number,
      type_hash: row.typeHash,
      intent: JSON.stringify(row.intent),
      template: row.template,
      owner: row.owner,
      created_at: row.intent.created,
    });
  }

  /** False when the certificate had been stored before: sealing is repeatable, so it is the same one. */
  async addCertificate(trx: Knex.Transaction, id: string, credential: unknown, at: string): Promise<boolean> {
    if (await this.hasCertificate(trx, id)) return false;
    await trx('certificate').insert({ tenant: this.#tenant, id, credential: JSON.stringify(credential), stored_at: at });
    return true;
  }

  async hasCertificate(db: Knex, id: string): Promise<boolean> {
    return (await db('certificate').where({ tenant: this.#tenant, id }).first('id')) !== undefined;
  }

  async certificate(db: Knex, id: string): Promise<CertificateRow | undefined> {
    const row = await db('certificate')
      .join('certificate_intent', (on) =>
        on.on('certificate.tenant', 'certificate_intent.tenant').andOn('certificate.id', 'certificate_intent.id'),
      )
      .where({ 'certificate.tenant': this.#tenant, 'certificate.id': id })
      .first<Columns | undefined>('certificate_intent.*', 'certificate.credential');
    return row?.credential === undefined ? undefined : { ...intentOf(row), credential: JSON.parse(row.credential) };
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

function intentOf({ id, number, template, owner, intent, type_hash }: Columns): IntentRow {
  return { id, number, template, owner, intent: JSON.parse(intent), typeHash: type_hash };
}
