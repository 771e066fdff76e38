import type { Knex } from 'knex';
import type { RegistryAct } from '../../api/index.js';

/** One version of an entity, as the table keeps it. */
export interface VersionRow {
  readonly id: string;
  readonly version: number;
  readonly state: 'active' | 'retired';
  readonly record: Readonly<Record<string, unknown>>;
  /** The encrypted personal fields. */
  readonly personal?: string;
  readonly fingerprint: string;
  readonly act?: RegistryAct;
  readonly changedBy: string;
  /** RFC 3339, UTC. */
  readonly changedAt: string;
}

export interface ListQuery {
  readonly after: string | undefined;
  readonly limit: number;
  readonly state: string | undefined;
  readonly where: readonly (readonly [field: string, value: string])[];
}

/** Field and value of what is indexed. */
export type Term = readonly [field: string, value: string];

const COLUMNS = [
  'v.id',
  'v.version',
  'v.state',
  'v.record',
  'v.personal',
  'v.fingerprint',
  'v.batch',
  'v.item',
  'v.changed_by',
  'v.changed_at',
];

/** The registry's tables, of one tenant and type. */
export class RegistryStore {
  readonly #own: { readonly tenant: string; readonly type: string };
  constructor(tenant: string, type: string) {
    this.#own = { tenant, type };
  }

  /** The present version of the entity with this key. */
  async byKey(db: Knex, keyHash: string): Promise<VersionRow | undefined> {
    return rowOf(await this.#present(db).where('e.key_hash', keyHash).first(COLUMNS));
  }

  async byId(db: Knex, id: string): Promise<VersionRow | undefined> {
    return rowOf(await this.#present(db).where('e.id', id).first(COLUMNS));
  }

  /** The latest version that this batch gave the entity. */
  async ofBatch(db: Knex, id: string, batch: string): Promise<VersionRow | undefined> {
    const versions = db('registry_version as v').where({
      'v.tenant': this.#own.tenant,
      'v.type': this.#own.type,
      'v.id': id,
      'v.batch': batch,
    });
    return rowOf(await versions.orderBy('v.version', 'desc').first(COLUMNS));
  }

  /** In the order of creation, one more than `limit` when there are more. */
  async list(db: Knex, { after, limit, state, where }: ListQuery): Promise<VersionRow[]> {
    const query = this.#present(db).orderBy('e.id').limit(limit);
    if (after !== undefined) query.where('e.id', '>', after);
    if (state !== undefined) query.where('e.state', state);
    for (const [field, value] of where) {
      const ids = db('registry_term')
        .where({ ...this.#own, field, value })
        .select('id');
      query.whereIn('e.id', ids);
    }
    const rows: unknown[] = await query.select(COLUMNS);
    return rows.flatMap((row) => rowOf(row) ?? []);
  }

  /** Writes a version after the one before it. False when somebody else was first, and then nothing is written. */
  async add(trx: Knex.Transaction, keyHash: string | undefined, row: VersionRow, terms: readonly Term[]): Promise<boolean> {
    const { id, version, state } = row;
    if (version === 1) {
      const made = await trx('registry_entity')
        .insert({ ...this.#own, id, key_hash: keyHash, version, state }, ['id'])
        .onConflict(['tenant', 'type', 'key_hash'])
        .ignore();
      if (made.length !== 1) return false;
    } else {
      const changed = await trx('registry_entity')
        .where({ ...this.#own, id, version: version - 1 })
        .update({ version, state });
      if (changed !== 1) return false;
    }
    await trx('registry_version').insert({
      ...this.#own,
      id,
      version,
      state,
      record: JSON.stringify(row.record),
      personal: row.personal ?? null,
      fingerprint: row.fingerprint,
      batch: row.act?.batch ?? null,
      item: row.act?.item ?? null,
      changed_by: row.changedBy,
      changed_at: row.changedAt,
    });
    await trx('registry_term')
      .where({ ...this.#own, id })
      .delete();
    if (terms.length > 0) await trx('registry_term').insert(terms.map(([field, value]) => ({ ...this.#own, field, value, id })));
    return true;
  }

  #present(db: Knex): Knex.QueryBuilder {
    return db('registry_entity as e')
      .join('registry_version as v', (on) => {
        on.on('v.tenant', 'e.tenant').andOn('v.type', 'e.type').andOn('v.id', 'e.id').andOn('v.version', 'e.version');
      })
      .where({ 'e.tenant': this.#own.tenant, 'e.type': this.#own.type });
  }
}

function rowOf(row: unknown): VersionRow | undefined {
  if (row === undefined) return undefined;
  const { id, version, state, record, personal, fingerprint, batch, item, changed_by, changed_at } = row as Record<string, string | null>;
  return {
    id: String(id),
    version: Number(version),
    state: state as VersionRow['state'],
    record: JSON.parse(String(record)),
    ...(typeof personal === 'string' && { personal }),
    fingerprint: String(fingerprint),
    ...(typeof batch === 'string' && { act: { batch, item: String(item) } }),
    changedBy: String(changed_by),
    changedAt: String(changed_at),
  };
}
