import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import sqlite from '../../plugins/storage-sqlite/plugin.js';
import type { Clock, Part, PartContext } from '../api/plugin.js';
import type { State } from '../api/ports/state.js';
import type { Idempotency } from '../internal/idempotency.js';
import type { Audit, Outbox, Queue } from '../internal/outbox.js';
import type { Storage } from '../internal/storage.js';
import { handClock } from '../testkit/hand-clock.js';
import { type LogLine, listeningLog } from '../testkit/listening-log.js';
import { migrate } from './migrate.js';
import { storePart } from './store-part.js';
import { storeTables } from './tables.js';

/** A file in a folder that goes away with the test. */
export function databaseFile(): string {
  const home = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return join(home, 'divoc.sqlite');
}

function contextOf(more: object): PartContext<never> {
  return { instance: 'test', tenant: 'main', profile: 'production', adopter: '/nowhere', ...more } as PartContext<never>;
}

/** The SQLite plugin on a real file. */
export async function openStorage(file: string): Promise<Storage> {
  const config = { file, durability: 'normal', busyTimeout: 10_000 };
  const part = await sqlite.setup(contextOf({ config, home: '/nowhere', log: listeningLog().log, clock: handClock() }), {} as never);
  onTestFinished(() => part.stop?.());
  return (part.ports as { storage: Storage }).storage;
}

export { handClock, listeningLog };

export interface OpenStore {
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly queue: Queue;
  readonly audit: Audit;
  readonly idempotency: Idempotency;
  readonly state: (instance: string) => State;
  readonly lines: LogLine[];
  readonly part: Part;
}

/** The store part as the kernel would set it up, on a database of its own or on one that is shared. */
export async function openStore(options: { file?: string; tenant?: string; clock?: Clock } = {}): Promise<OpenStore> {
  const { file = databaseFile(), tenant = 'main', clock = handClock() } = options;
  const storage = await openStorage(file);
  await migrate([{ owner: 'store', steps: storeTables }], storage, clock);
  const { log, lines } = listeningLog();
  const part = await storePart.setup(contextOf({ config: { keepDoneJobsDays: 7 }, tenant, clock, log }), { storage } as never);
  return { storage, lines, part, ...(part.ports as unknown as Pick<OpenStore, 'outbox' | 'queue' | 'audit' | 'idempotency' | 'state'>) };
}

/** Adds a job in a transaction of its own. */
export const addJob = ({ storage, outbox }: OpenStore, queue = 'issue', subject = 's', data: unknown = {}): Promise<string> =>
  storage.transaction((trx) => outbox.add(trx, { queue, subject, data }));
