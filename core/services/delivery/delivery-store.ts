import type { Knex } from 'knex';
import type { DeliveryState, DeliveryStatus } from '../../api/index.js';

export interface DeliveryRow {
  readonly id: string;
  readonly requestKey: string;
  readonly channel: string;
  readonly position: number;
  readonly certificateId: string;
  readonly owner: string;
  readonly state: DeliveryState;
  /** Encrypted. */
  readonly recipient: string | null;
  readonly failures: number;
  readonly code: string | null;
  readonly links: Readonly<Record<string, string>>;
  readonly reference: string | null;
  /** Instants: RFC 3339, UTC, milliseconds. */
  readonly requestedAt: string;
  readonly changedAt: string;
  readonly dueAt: string;
}

export type Change = Partial<
  Pick<DeliveryRow, 'state' | 'recipient' | 'failures' | 'code' | 'links' | 'reference' | 'changedAt' | 'dueAt'>
>;

/** Where something waits or is dead, by channel. */
export interface ChannelCount {
  readonly channel: string;
  readonly count: number;
  /** When the oldest of them was requested. */
  readonly oldest: string;
}

/** The service's table, of one tenant. */
export class DeliveryStore {
  readonly #tenant: string;
  constructor(tenant: string) {
    this.#tenant = tenant;
  }

  async byId(db: Knex, id: string): Promise<DeliveryRow | undefined> {
    return (await this.#rows(db, { id }))[0];
  }

  /** In the order in which their channels were named. */
  async byKey(db: Knex, requestKey: string): Promise<DeliveryRow[]> {
    return this.#rows(db, { request_key: requestKey });
  }

  async byCertificate(db: Knex, certificateId: string, owner: string): Promise<DeliveryRow[]> {
    return this.#rows(db, { certificate_id: certificateId, owner });
  }

  /** Dead ones with ids above `after`, in the order of their ids. */
  async dead(db: Knex, after: string, limit: number): Promise<DeliveryRow[]> {
    const rows = await this.#table(db).where({ state: 'dead' }).where('id', '>', after).orderBy('id').limit(limit);
    return rows.map(rowOf);
  }

  async add(trx: Knex.Transaction, row: DeliveryRow): Promise<void> {
    await trx('delivery').insert({ tenant: this.#tenant, ...columnsOf(row) });
  }

  /** Changes a delivery that still is as the caller has seen it. False when it is not. */
  async change(trx: Knex.Transaction, id: string, seen: Pick<Change, 'failures'> & { states: DeliveryState[] }, change: Change) {
    const changed = await this.#table(trx)
      .where({ id, ...(seen.failures !== undefined && { failures: seen.failures }) })
      .whereIn('state', seen.states)
      .update(columnsOf(change));
    return changed === 1;
  }

  async counts(db: Knex, state: 'waiting' | 'dead', changedSince = ''): Promise<ChannelCount[]> {
    const rows: Record<keyof ChannelCount, unknown>[] = await this.#table(db)
      .where({ state })
      .where('changed_at', '>=', changedSince)
      .groupBy('channel')
      .orderBy('channel')
      .select('channel')
      .count({ count: '*' })
      .min({ oldest: 'requested_at' });
    return rows.map(({ channel, count, oldest }) => ({ channel: String(channel), count: Number(count), oldest: String(oldest) }));
  }

  /** Forgets the recipients of those that died before `before`; gives how many. */
  async eraseDead(trx: Knex.Transaction, before: string): Promise<number> {
    return this.#table(trx).where({ state: 'dead' }).where('changed_at', '<', before).whereNotNull('recipient').update({ recipient: null });
  }

  /** Waiting ones that were due before `before`, longest overdue first. */
  async overdue(db: Knex, before: string, limit: number): Promise<DeliveryRow[]> {
    const rows = await this.#table(db).where({ state: 'waiting' }).where('due_at', '<', before).orderBy('due_at').limit(limit);
    return rows.map(rowOf);
  }

  #table(db: Knex): Knex.QueryBuilder {
    return db('delivery').where({ tenant: this.#tenant });
  }

  async #rows(db: Knex, where: Readonly<Record<string, string>>): Promise<DeliveryRow[]> {
    const rows = await this.#table(db).where(where).orderBy(['requested_at', 'request_key', 'position']);
    return rows.map(rowOf);
  }
}

export function statusOf({ channel, state, links }: DeliveryRow): DeliveryStatus {
  return { channel, state, links };
}

const COLUMNS: Readonly<Record<keyof DeliveryRow, string>> = {
  id: 'id',
  requestKey: 'request_key',
  channel: 'channel',
  position: 'position',
  certificateId: 'certificate_id',
  owner: 'owner',
  state: 'state',
  recipient: 'recipient',
  failures: 'failures',
  code: 'code',
  links: 'links',
  reference: 'reference',
  requestedAt: 'requested_at',
  changedAt: 'changed_at',
  dueAt: 'due_at',
};
const FIELDS = Object.keys(COLUMNS) as (keyof DeliveryRow)[];

function columnsOf(row: Partial<DeliveryRow>): Record<string, unknown> {
  const named = FIELDS.filter((field) => row[field] !== undefined);
  return Object.fromEntries(named.map((field) => [COLUMNS[field], field === 'links' ? JSON.stringify(row.links) : row[field]]));
}

function rowOf(row: Readonly<Record<string, unknown>>): DeliveryRow {
  const fields = Object.fromEntries(FIELDS.map((field) => [field, row[COLUMNS[field]]])) as unknown as DeliveryRow;
  return { ...fields, position: Number(row.position), failures: Number(row.failures), links: JSON.parse(String(row.links)) };
}
