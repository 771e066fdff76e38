import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import postgres from '../../plugins/storage-postgres/plugin.js';
import sqlite from '../../plugins/storage-sqlite/plugin.js';
import { dropSchema, postgresUrl } from '../../test/postgres.js';
import type { Clock, Part, PartContext } from '../api/plugin.js';
import type { State } from '../api/ports/state.js';
import type { Idempotency } from '../internal/idempotency.js';
import type { Audit, Outbox, Queue } from '../internal/outbox.js';
import type { Storage } from '../internal/storage.js';
import { handClock } from '../testkit/hand-clock.js';
import { type LogLine, listeningLog } from '../testkit/listening-log.js';
import { setUpPart } from '../testkit/set-up-part.js';
import { migrate } from './migrate.js';
import { storePart } from './store-part.js';
import { storeTables } from './tables.js';

const POSTGRES = 'postgres:';

/**
 * A new database: a file in a folder that goes away with the test, or `postgres:SCHEMA` where vitest runs the tests on
 * PostgreSQL (test/vitest.config.mjs).
 */
export function databaseFile(): string {
  if (process.env.DIVOC_TEST_DATABASE === 'postgres') return `${POSTGRES}t_${randomBytes(8).toString('hex')}`;
  const home = mkdtempSync(join(tmpdir(), 'store-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  return join(home, 'divoc.sqlite');
}

function contextOf(more: object): PartContext<never> {
  return { instance: 'test', tenant: 'main', profile: 'production', adopter: '/nowhere', ...more } as PartContext<never>;
}

/** The storage plugin on a real database. */
export const openStorage = async (file: string): Promise<Storage> => (await openStoragePart(file)).storage;

/** And the way to stop it before its test ends. */
export async function openStoragePart(file: string): Promise<{ readonly storage: Storage; stop(): Promise<void> }> {
  const part = await (file.startsWith(POSTGRES) ? openPostgres(file.slice(POSTGRES.length)) : openSqlite(file));
  const stop = async () => part.stop?.();
  onTestFinished(stop);
  return { storage: (part.ports as { storage: Storage }).storage, stop };
}

const openSqlite = (file: string): Promise<Part> => setUpPart(sqlite, { config: { file, durability: 'normal' } });

async function openPostgres(schema: string): Promise<Part> {
  const url = await postgresUrl();
  // For processes that a test starts on the same database.
  process.env.DIVOC_TEST_DATABASE_URL = url;
  const part = await setUpPart(postgres, { config: { url, schema, connections: 3 } });
  onTestFinished(() => dropSchema(url, schema));
  return part;
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
