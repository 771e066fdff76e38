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
import { migrate } from './migrate.js';
import { storePart } from './store-part.js';
import { storeTables } from './tables.js';

export type Line = { level: string; stage?: string; message: string } & Record<string, unknown>;

/** A log that keeps its lines. */
export function listeningLog() {
  const lines: Line[] = [];
  const at = (level: string) => (fields: object, message: string) => void lines.push({ level, ...fields, message });
  return { lines, log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') } };
}

/** A clock that stands until it is moved. */
export function handClock(start = '2026-11-23T10:00:00.000Z'): Clock & { pass(seconds: number): void } {
  let at = Date.parse(start);
  return {
    now: () => new Date(at),
    pass(seconds) {
      at += seconds * 1000;
    },
  };
}

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

export interface OpenStore {
  readonly storage: Storage;
  readonly outbox: Outbox;
  readonly queue: Queue;
  readonly audit: Audit;
  readonly idempotency: Idempotency;
  readonly state: (instance: string) => State;
  readonly lines: Line[];
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
