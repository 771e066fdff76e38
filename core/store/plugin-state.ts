import { canonicalJson } from '../api/canonical-json.js';
import type { State, StateEntry } from '../api/ports/state.js';
import { alongside } from './alongside.js';
import type { StoreContext } from './store-context.js';
import { StoreError } from './store-error.js';

const MOST = 1000;

/** The memory of one plugin instance, out of reach of all others. */
export function pluginStateOf({ storage, tenant }: Pick<StoreContext, 'storage' | 'tenant'>, instance: string): State {
  const at = (key: string) => ({ tenant, instance, key: valid(key) });
  return {
    async get(key) {
      const row = await storage.knex('plugin_state').where(at(key)).first('key', 'value', 'version');
      return row && entryOf(row);
    },

    async put(key, value, ifVersion) {
      // Strict, so that a member that JSON cannot hold is an error here and not a surprise on reading.
      const text = canonicalJson(value);
      const where = at(key);
      return alongside(storage, async (trx) => {
        if (ifVersion !== 0) {
          const changed = await trx('plugin_state')
            .where({ ...where, version: ifVersion })
            .update({ value: text, version: ifVersion + 1 });
          return changed === 1;
        }
        const made = await trx('plugin_state')
          .insert({ ...where, value: text, version: 1 }, ['key'])
          .onConflict(['tenant', 'instance', 'key'])
          .ignore();
        return made.length === 1;
      });
    },

    async delete(key) {
      const where = at(key);
      await alongside(storage, async (trx) => {
        await trx('plugin_state').where(where).delete();
      });
    },

    async list(prefix, { after, limit = 100 } = {}) {
      // Keys with one prefix stand together in byte order: no LIKE, whose wildcards a key may hold.
      const rows = await storage
        .knex('plugin_state')
        .where({ tenant, instance })
        .where('key', '>=', prefix)
        .modify((query) => after !== undefined && query.where('key', '>', after))
        .orderBy('key')
        .limit(Math.min(Math.max(Math.trunc(limit), 0), MOST))
        .select('key', 'value', 'version');
      const beyond = rows.findIndex(({ key }: StateEntry) => !key.startsWith(prefix));
      return (beyond === -1 ? rows : rows.slice(0, beyond)).map(entryOf);
    },
  };
}

const entryOf = (row: { key: string; value: string; version: number }): StateEntry => ({ ...row, value: JSON.parse(row.value) });

/** What both databases keep and compare alike. */
function valid(key: string): string {
  if (typeof key === 'string' && /^[^\p{Cc}\p{Surrogate}]{1,512}$/u.test(key)) return key;
  throw new StoreError('STATE_KEY_INVALID', 'this key cannot be kept');
}
