import { v7 as uuidv7 } from 'uuid';
import {
  type Actor,
  type Clock,
  type ListOptions,
  type Logger,
  type PutOptions,
  type PutOutcome,
  Refusal,
  type Registry,
  type RegistryEntry,
  type RegistryTypeName,
} from '../../api/index.js';
import type { Audit, Storage } from '../../internal/index.js';
import type { EntityType } from './entity-type.js';
import type { VersionRow } from './registry-store.js';

export const READ_PERSONAL = 'registry:read-personal';

export interface RegistryOptions {
  readonly types: Readonly<Record<RegistryTypeName, EntityType>>;
  readonly storage: Storage;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Logger;
}

type Json = Readonly<Record<string, unknown>>;

/** Whoever loses the race for a version looks again; more often than this nobody loses it. */
const ATTEMPTS = 10;

export function registryOf(options: RegistryOptions): Registry {
  const { types, storage, audit, clock, log } = options;

  /** Writes the next version with its audit entry. False when somebody else was first. */
  const keep = (type: EntityType, row: VersionRow, action: string, keyHash?: string): Promise<boolean> =>
    storage.transaction(async (trx) => {
      if (!(await type.store.add(trx, keyHash, row, row.state === 'active' ? type.terms(row.record) : []))) return false;
      const detail = { version: row.version, ...(row.act && { batch: row.act.batch }) };
      await audit.append(trx, { actor: row.changedBy, action: `${type.name}.${action}`, subject: row.id, detail });
      log.debug({ stage: 'registry.recording', type: type.name, entity: row.id, version: row.version }, 'recording');
      return true;
    });

  const tryPut = async (
    type: EntityType,
    record: Json,
    actor: Actor,
    { act, ifVersion, id: wanted }: PutOptions,
  ): Promise<PutOutcome | undefined> => {
    const keyHash = await type.keyHash(record);
    const present = await type.store.byKey(storage.knex, keyHash);
    if (wanted !== undefined && present?.id !== wanted) throw await notItsKey(type, storage, wanted);
    const id = present?.id ?? uuidv7({ msecs: clock.now().getTime() });
    const fingerprint = await type.fingerprint(id, record);
    if (present && act) {
      const earlier = await type.store.ofBatch(storage.knex, id, act.batch);
      if (earlier) return repeated(earlier, act.item, fingerprint);
    }
    if (ifVersion !== undefined && ifVersion !== (present?.version ?? 0)) throw stale();
    if (present?.state === 'retired') throw retired();
    if (present?.fingerprint === fingerprint) return { outcome: 'unchanged', id, version: present.version };
    // Nothing that may leave the process (a key in an HSM) happens inside the transaction.
    const version = (present?.version ?? 0) + 1;
    const { open, personal } = type.personal.split(record);
    const row: VersionRow = {
      id,
      version,
      state: 'active',
      record: open,
      ...(personal && { personal: await type.seal(personal, { id, version }) }),
      fingerprint,
      ...(act && { act }),
      changedBy: actor.id,
      changedAt: clock.now().toISOString(),
    };
    const outcome = present ? 'changed' : 'created';
    return (await keep(type, row, outcome, keyHash)) ? { outcome, id, version } : undefined;
  };

  const entryOf = async (type: EntityType, row: VersionRow, actor: Actor): Promise<RegistryEntry> => {
    const mayRead = actor.scopes.includes(READ_PERSONAL);
    const personal = mayRead && row.personal !== undefined ? await type.open(row.personal, row) : undefined;
    const record = mayRead ? type.personal.join({ open: row.record, ...(personal && { personal }) }) : type.personal.openOnly(row.record);
    return { id: row.id, version: row.version, state: row.state, changedAt: row.changedAt, record };
  };

  return {
    types,
    async put(name, record, actor, putOptions = {}) {
      const type = types[name];
      type.check(record);
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const outcome = await tryPut(type, record, actor, putOptions);
        if (outcome) return outcome;
      }
      throw new Error(`an entity of type ${name} changes faster than it can be written`);
    },

    async get(name, id, actor) {
      const row = await types[name].store.byId(storage.knex, id);
      if (!row) throw unknown();
      return entryOf(types[name], row, actor);
    },

    async list(name, { after, limit = 50, state, where = {} }: ListOptions, actor) {
      const type = types[name];
      const most = Math.min(Math.max(Math.trunc(limit), 1), 200);
      const filters = Object.entries(where);
      const strange = filters.find(([field]) => !type.indexed.includes(field));
      if (strange) throw new Refusal(400, 'FILTER_UNKNOWN', `There is no such filter; known here: ${type.indexed.join(', ')}.`);
      const rows = await type.store.list(storage.knex, { after, limit: most + 1, state, where: filters });
      const page = rows.slice(0, most);
      const items = await Promise.all(page.map((row) => entryOf(type, row, actor)));
      const last = page.at(-1);
      return { items, ...(rows.length > most && last && { next: last.id }) };
    },

    async setState(name, id, state, actor) {
      const type = types[name];
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const present = await type.store.byId(storage.knex, id);
        if (!present) throw unknown();
        if (present.state === state) return entryOf(type, present, actor);
        const version = present.version + 1;
        const { act: _act, personal, ...same } = present;
        const moved = personal === undefined ? undefined : await type.seal(await type.open(personal, present), { id, version });
        const row = {
          ...same,
          version,
          state,
          ...(moved !== undefined && { personal: moved }),
          changedBy: actor.id,
          changedAt: clock.now().toISOString(),
        };
        if (await keep(type, row, state === 'retired' ? 'retired' : 'reinstated')) return entryOf(type, row, actor);
      }
      throw new Error(`an entity of type ${name} changes faster than it can be written`);
    },
  };
}

/** What a batch has done to an entity before: the same item is answered as it was then, another one must say the same. */
function repeated(earlier: VersionRow, item: string, fingerprint: string): PutOutcome {
  const { id, version } = earlier;
  if (earlier.act?.item === item && earlier.fingerprint === fingerprint)
    return { outcome: version === 1 ? 'created' : 'changed', id, version };
  if (earlier.fingerprint === fingerprint) return { outcome: 'unchanged', id, version };
  throw new Refusal(409, 'KEY_REPEATED', 'An earlier item of this batch says something else of the same entity.');
}

async function notItsKey(type: EntityType, storage: Storage, id: string): Promise<Refusal> {
  if (!(await type.store.byId(storage.knex, id))) return unknown();
  const errors = type.key.map((name) => ({
    pointer: `/${name}`,
    code: 'KEY_DIFFERS',
    detail: 'this field names the entity and cannot be changed',
    fix: 'Send what it was created with; a new key is a new entity.',
  }));
  return new Refusal(422, 'KEY_DIFFERS', 'The record is that of another entity.', { errors });
}

const unknown = () => new Refusal(404, 'ENTITY_UNKNOWN', 'There is no such entity.');
const stale = () => new Refusal(412, 'VERSION_STALE', 'The entity is at another version by now. Read it again, then decide.');
const retired = () => new Refusal(409, 'ENTITY_RETIRED', 'The entity was taken out of use. Reinstate it first, if that was wrong.');
