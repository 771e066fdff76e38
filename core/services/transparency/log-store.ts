import type { Knex } from 'knex';
import { fromBase64, toBase64 } from '../../api/index.js';
import type { Hash, HashAt } from '../../verifier/transparency/merkle-tree.js';

export interface LogHead {
  /** How many entries there are. */
  readonly size: number;
  /** Of the event log: everything up to there has been looked at. */
  readonly position: number;
}

export interface NewEntry {
  readonly eventId: string;
  readonly subject: string;
  readonly record: string;
  readonly opening: string;
}

export interface StoredEntry {
  readonly index: number;
  readonly record: string;
  readonly opening: string;
}

export interface Node {
  readonly level: number;
  readonly index: number;
  readonly hash: Hash;
}

/** Rows of one statement; SQLite takes 32,766 values. */
const CHUNK = 500;

/** The log of one tenant as it is kept. */
export class LogStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async head(db: Knex): Promise<LogHead> {
    const row = await db('log_head').where({ tenant: this.#tenant }).first<{ size: unknown; position: unknown } | undefined>();
    return { size: Number(row?.size ?? 0), position: Number(row?.position ?? 0) };
  }

  /** False when somebody else has moved it from `before` in the meantime: then nothing of this transaction is to be kept. */
  async moveHead(trx: Knex.Transaction, before: LogHead, after: LogHead): Promise<boolean> {
    const tenant = this.#tenant;
    // A log that is new has no row; the insert is refused where another one has made it.
    if (before.position === 0 && before.size === 0)
      await trx('log_head')
        .insert({ tenant, ...before })
        .onConflict('tenant')
        .ignore();
    return (
      (await trx('log_head')
        .where({ tenant, ...before })
        .update(after)) === 1
    );
  }

  async addEntries(trx: Knex.Transaction, from: number, entries: readonly NewEntry[]): Promise<void> {
    const rows = entries.map(({ eventId, ...entry }, at) => ({
      tenant: this.#tenant,
      entry_index: from + at,
      event_id: eventId,
      ...entry,
    }));
    await trx.batchInsert('log_entry', rows, CHUNK);
  }

  async addNodes(trx: Knex.Transaction, nodes: readonly Node[]): Promise<void> {
    const rows = nodes.map(({ level, index, hash }) => ({ tenant: this.#tenant, level, node_index: index, hash: toBase64(hash) }));
    await trx.batchInsert('log_node', rows, CHUNK);
  }

  /** Of complete subtrees, which are there as soon as their last entry is. */
  hashAt(db: Knex): HashAt {
    return async (level, index) => {
      const row = await db('log_node')
        .where({ tenant: this.#tenant, level, node_index: index })
        .first<{ hash: string } | undefined>('hash');
      const hash = row && fromBase64(row.hash);
      if (!hash) throw Object.assign(new Error(`node ${level}/${index} of the log is missing`), { code: 'LOG_NODE_MISSING' });
      return hash;
    };
  }

  /** Hashes of consecutive subtrees, from `from` on. */
  async nodes(db: Knex, level: number, from: number, count: number): Promise<Hash[]> {
    const rows: { hash: string }[] = await db('log_node')
      .where({ tenant: this.#tenant, level })
      .whereBetween('node_index', [from, from + count - 1])
      .orderBy('node_index')
      .select('hash');
    return rows.map(({ hash }) => fromBase64(hash) as Hash);
  }

  async entries(db: Knex, from: number, count: number): Promise<StoredEntry[]> {
    const rows = await this.#rows(db).whereBetween('entry_index', [from, from + count - 1]);
    return rows.map(entryOf);
  }

  /** All that the log says of one certificate, the oldest first. */
  async entriesOf(db: Knex, subject: string): Promise<StoredEntry[]> {
    return (await this.#rows(db).where({ subject })).map(entryOf);
  }

  /** The newest signed checkpoint. */
  async checkpoint(db: Knex): Promise<{ readonly size: number; readonly note: string } | undefined> {
    const row = await db('log_checkpoint')
      .where({ tenant: this.#tenant })
      .orderBy('size', 'desc')
      .first<{ size: unknown; note: string } | undefined>();
    return row && { size: Number(row.size), note: row.note };
  }

  /** The first of each size is kept: a log says one thing of a size. */
  async addCheckpoint(trx: Knex.Transaction, size: number, note: string, at: string): Promise<void> {
    await trx('log_checkpoint').insert({ tenant: this.#tenant, size, note, at }).onConflict(['tenant', 'size']).ignore();
  }

  async updateCheckpoint(trx: Knex.Transaction, size: number, before: string, note: string): Promise<boolean> {
    return (await trx('log_checkpoint').where({ tenant: this.#tenant, size, note: before }).update({ note })) === 1;
  }

  async witnessed(db: Knex, name: string): Promise<number> {
    const row = await db('log_witness').where({ tenant: this.#tenant, name }).first<{ size: unknown } | undefined>('size');
    return Number(row?.size ?? 0);
  }

  async setWitnessed(trx: Knex.Transaction, name: string, size: number): Promise<void> {
    await trx('log_witness').insert({ tenant: this.#tenant, name, size }).onConflict(['tenant', 'name']).merge({ size });
  }

  #rows(db: Knex) {
    return db<Row>('log_entry').where({ tenant: this.#tenant }).orderBy('entry_index').select('entry_index', 'record', 'opening');
  }
}

interface Row {
  readonly tenant: string;
  readonly subject: string;
  readonly entry_index: unknown;
  readonly record: string;
  readonly opening: string;
}

const entryOf = ({ entry_index, record, opening }: Pick<Row, 'entry_index' | 'record' | 'opening'>): StoredEntry => ({
  index: Number(entry_index),
  record,
  opening,
});
