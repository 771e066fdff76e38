import type { Storage } from '../../internal/index.js';
import { noteKeyText } from '../../verifier/transparency/signed-note.js';
import type { LogKey } from './log-key.js';
import type { LogStore } from './log-store.js';
import type { PublicLog } from './routes.js';

/** What everybody may read of a log, as it is kept. */
export function publicLog({ knex }: Pick<Storage, 'knex'>, store: LogStore, key: () => Promise<LogKey>): PublicLog {
  return {
    checkpoint: async () => (await store.checkpoint(knex))?.note,
    key: async () => noteKeyText((await key()).noteKey),
    size: async () => (await store.checkpoint(knex))?.size ?? 0,
    hashes: (level, from, count) => store.nodes(knex, level, from, count),
    records: async (from, count) => (await store.entries(knex, from, count)).map(({ record }) => record),
  };
}
