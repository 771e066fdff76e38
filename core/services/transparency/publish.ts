import type { Clock, Logger } from '../../api/index.js';
import type { Storage } from '../../internal/index.js';
import { checkpointText, readCheckpoint } from '../../verifier/transparency/checkpoint.js';
import { rootOf } from '../../verifier/transparency/merkle-tree.js';
import { noteOf, noteSignature } from '../../verifier/transparency/signed-note.js';
import type { LogKey } from './log-key.js';
import type { LogStore } from './log-store.js';

export interface Publishing {
  readonly storage: Storage;
  readonly store: LogStore;
  readonly key: () => Promise<LogKey>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Signs the tree as it is, where that is larger than what was signed last. True when there is a new checkpoint. */
export async function publish({ storage, store, key, clock, log }: Publishing): Promise<boolean> {
  const [{ size }, last] = [await store.head(storage.knex), await store.checkpoint(storage.knex)];
  if (last && last.size === size) return false;
  const { noteKey, sign } = await key();
  const text = checkpointText({ origin: noteKey.name, size, root: await rootOf(size, store.hashAt(storage.knex)) });
  const note = noteOf(text, [noteSignature(noteKey, await sign(new TextEncoder().encode(text)))]);
  await storage.transaction(async (trx) => {
    await store.addCheckpoint(trx, size, note, clock.now().toISOString());
    log.debug({ stage: 'log.signing', size }, 'signing the transparency log');
  });
  log.debug({ stage: 'log.signed', size }, 'transparency log signed');
  return true;
}

/** The newest checkpoint with its text read; undefined before the first. */
export async function newestCheckpoint({ storage, store }: Pick<Publishing, 'storage' | 'store'>) {
  const last = await store.checkpoint(storage.knex);
  const noted = last && readCheckpoint(last.note);
  return noted && { ...noted, note: last.note };
}
