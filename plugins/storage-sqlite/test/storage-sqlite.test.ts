import { execFile, execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Logger, Part, PartContext } from '@divoc/core/api';
import type { Storage } from '@divoc/core/internal';
import knexOf from 'knex';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';

let home: string;
let warnings: string[];
const opened: Part[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'sqlite-'));
  warnings = [];
});
afterEach(async () => {
  for (const part of opened.splice(0)) await part.stop?.();
  chmodSync(home, 0o700);
  rmSync(home, { recursive: true, force: true });
});

const log: Logger = {
  debug() {},
  info() {},
  warn: (fields, message) => void warnings.push(JSON.stringify({ ...fields, message })),
  error() {},
};
async function open(settings: object = {}): Promise<Part & { storage: Storage }> {
  const config = { file: 'divoc.sqlite', durability: 'normal', busyTimeout: 5000, ...settings };
  const part = await plugin.setup({ config, home, log } as unknown as PartContext<never>, {} as never);
  opened.push(part);
  return { ...part, storage: (part.ports as { storage: Storage }).storage };
}
const file = () => join(home, 'divoc.sqlite');
const mode = (path: string) => (statSync(path).mode & 0o777).toString(8);
async function counter(storage: Storage): Promise<void> {
  await storage.knex.schema.createTable('counter', (table) => void table.integer('value').notNullable());
  await storage.knex('counter').insert({ value: 0 });
}
const value = async (storage: Storage): Promise<number> => (await storage.knex('counter').first('value')).value;

describe('the file', () => {
  it('is made for its owner alone, with its log, in a folder of its own', async () => {
    const { storage } = await open({ file: 'deep/down/divoc.sqlite' });
    await counter(storage);
    const folder = join(home, 'deep', 'down');
    expect(mode(folder)).toBe('700');
    for (const name of ['divoc.sqlite', 'divoc.sqlite-wal', 'divoc.sqlite-shm']) expect(mode(join(folder, name)), name).toBe('600');
  });

  it('is closed to others again when a backup was copied back, with a word about it', async () => {
    writeFileSync(file(), '', { mode: 0o644 });
    chmodSync(file(), 0o644);
    await open();
    expect(mode(file())).toBe('600');
    expect(warnings.join()).toContain('644');
  });

  it('may not stand where every user could replace it', async () => {
    mkdirSync(join(home, 'open'));
    chmodSync(join(home, 'open'), 0o777);
    await expect(open({ file: 'open/divoc.sqlite' })).rejects.toMatchObject({ code: 'STORAGE_FOLDER_EXPOSED' });
  });

  it('keeps what was committed, and leaves no log behind after a clean stop', async () => {
    const first = await open();
    await counter(first.storage);
    await first.stop?.();
    expect(existsSync(`${file()}-wal`)).toBe(false);
    await expect(first.storage.transaction(async () => 1)).rejects.toMatchObject({ code: 'STORAGE_STOPPED' });
    expect(await value((await open()).storage)).toBe(0);
  });

  it.each([
    ['is not a database', 'STORAGE_NOT_A_DATABASE', () => writeFileSync(file(), 'Dear diary, '.repeat(100), { mode: 0o600 })],
    ['is a folder', 'STORAGE_CANNOT_OPEN', () => mkdirSync(file())],
    ['stands under a file', 'STORAGE_CANNOT_OPEN', () => writeFileSync(join(home, 'sub'), '')],
  ])('that %s is refused by name and with a fix', async (what, code, make) => {
    make();
    const settings = what === 'stands under a file' ? { file: 'sub/divoc.sqlite' } : {};
    const error = (await open(settings).catch((thrown) => thrown)) as Error & { fix: string };
    expect(error).toMatchObject({ code, message: expect.stringContaining('divoc.sqlite') });
    expect(error.message).toContain(error.fix);
    expect(error.fix.length).toBeGreaterThan(10);
  });

  it('of a newer SQLite is refused', async () => {
    const { storage, stop } = await open();
    await counter(storage);
    await stop?.();
    const bytes = readFileSync(file());
    bytes.writeUInt32BE(9, 44); // The schema format number, https://sqlite.org/fileformat.html#schemaformat
    writeFileSync(file(), bytes);
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_FILE_TOO_NEW' });
  });

  it.skipIf(process.getuid?.() === 0)('in a folder that may not be written to is refused', async () => {
    chmodSync(home, 0o500);
    await expect(open()).rejects.toMatchObject({ code: 'STORAGE_CANNOT_OPEN', fix: expect.stringContaining('user') });
  });

  it('that was removed or replaced while in use fails the health check', async () => {
    const { health } = await open();
    expect(await health?.()).toEqual({ status: 'pass' });
    renameSync(file(), `${file()}.away`);
    expect(await health?.()).toMatchObject({ status: 'fail', detail: expect.stringContaining('removed') });
    writeFileSync(file(), '');
    expect(await health?.()).toMatchObject({ status: 'fail', detail: expect.stringContaining('replaced') });
  });
});

describe('each connection', () => {
  it.each([
    ['full', 2],
    ['normal', 1],
  ])('with durability %s has the pragmas that were promised', async (durability, synchronous) => {
    const { storage } = await open({ durability });
    const pragmas = ['journal_mode', 'synchronous', 'foreign_keys', 'trusted_schema', 'busy_timeout'];
    // Several at once, so that the pool opens all of its connections.
    const seen = await Promise.all(
      Array.from({ length: 3 }, () =>
        storage.knex.transaction(async (trx) =>
          Promise.all(pragmas.map(async (name) => Object.values((await trx.raw(`PRAGMA ${name}`))[0])[0])),
        ),
      ),
    );
    for (const values of seen) expect(values).toEqual(['wal', synchronous, 1, 0, 5000]);
  });
});

describe('a transaction', () => {
  /** Two connections; the first reads, the second adds 10 and commits, the first adds 1 to what it had read. */
  async function crossing(first: Storage['transaction'], second: Storage['transaction']): Promise<void> {
    let other: Promise<unknown> = Promise.resolve();
    const mine = first(async (trx) => {
      const { value } = await trx('counter').first('value');
      other = second(async (theirs) => theirs('counter').increment('value', 10));
      await Promise.race([other, pause(300)]);
      await trx('counter').update({ value: value + 1 });
    });
    await Promise.all([mine, mine.then(() => other)]);
  }

  it('as knex begins it fails when another one wrote in between (else the next test would prove nothing)', async () => {
    const { storage } = await open();
    await counter(storage);
    const plain = () => knexOf({ client: 'sqlite3', connection: { filename: file() }, useNullAsDefault: true });
    const [a, b] = [plain(), plain()];
    try {
      await expect(
        crossing(
          (work) => a.transaction(work),
          (work) => b.transaction(work),
        ),
      ).rejects.toMatchObject({ code: 'SQLITE_BUSY' });
    } finally {
      await Promise.all([a.destroy(), b.destroy()]);
    }
  });

  it('holds the write lock from its first statement, so that the other one waits', async () => {
    const [a, b] = [await open(), await open()];
    await counter(a.storage);
    await crossing(a.storage.transaction, b.storage.transaction);
    expect(await value(b.storage)).toBe(11);
  });

  it('loses no update among three processes', async () => {
    const { storage } = await open();
    await counter(storage);
    const script = fileURLToPath(new URL('increment.fixture.mjs', import.meta.url));
    const children = Array.from({ length: 2 }, () => promisify(execFile)(process.execPath, [script, file(), '150']));
    for (let i = 0; i < 150; i += 1) {
      await storage.transaction(async (trx) => {
        const { value } = await trx('counter').first('value');
        await trx('counter').update({ value: value + 1 });
      });
    }
    expect((await Promise.all(children)).map(({ stdout, stderr }) => [stdout, stderr])).toEqual(Array(2).fill(['0', '']));
    expect(await value(storage)).toBe(450);
  });

  it('loses no update among many of one process, and lets readers through meanwhile', async () => {
    const { storage } = await open();
    await counter(storage);
    const add = () =>
      storage.transaction(async (trx) => {
        const { value } = await trx('counter').first('value');
        await pause(1);
        await trx('counter').update({ value: value + 1 });
      });
    const writers = Promise.all(Array.from({ length: 60 }, add));
    expect(await value(storage)).toBeLessThan(60);
    await writers;
    expect(await value(storage)).toBe(60);
  });

  it('rolls back with its own error and leaves the next one a clean connection', async () => {
    const { storage } = await open();
    await counter(storage);
    const boom = new Error('boom');
    await expect(
      storage.transaction(async (trx) => {
        await trx('counter').update({ value: 7 });
        throw boom;
      }),
    ).rejects.toBe(boom);
    expect(await value(storage)).toBe(0);
    expect(await storage.transaction(async (trx) => trx('counter').update({ value: 8 }))).toBe(1);
  });

  it('whose COMMIT fails is gone, and does not poison its connection', async () => {
    const { storage } = await open();
    await storage.knex.raw('create table parent (id integer primary key)');
    await storage.knex.raw('create table child (id integer references parent (id) deferrable initially deferred)');
    // One more than there are connections, so that each of them has had a failed commit.
    for (let i = 0; i < 4; i += 1)
      await expect(storage.transaction(async (trx) => trx('child').insert({ id: 1 }))).rejects.toMatchObject({
        code: 'STORAGE_CONSTRAINT',
      });
    await storage.transaction(async (trx) => trx('parent').insert({ id: 1 }));
    expect([await storage.knex('child'), await storage.knex('parent')]).toEqual([[], [{ id: 1 }]]);
  });

  it('calls no work without the lock, and says who holds it', async () => {
    const [a, b] = [await open(), await open({ busyTimeout: 50 })];
    let called = false;
    await a.storage.transaction(async () => {
      const waiting = b.storage.transaction(async () => {
        called = true;
      });
      await expect(waiting).rejects.toMatchObject({ code: 'STORAGE_BUSY', fix: expect.stringContaining('busyTimeout') });
    });
    expect(called).toBe(false);
    await b.storage.transaction(async () => undefined);
  });

  it('inside another one is an error and no deadlock', async () => {
    const { storage } = await open();
    let later: Promise<unknown> = Promise.resolve();
    await storage.transaction(async () => {
      await expect(storage.transaction(async () => 1)).rejects.toMatchObject({ code: 'STORAGE_NESTED_TRANSACTION' });
      later = pause(50).then(() => storage.transaction(async () => 'afterwards'));
    });
    // What merely began inside may use the database when the outer transaction has ended.
    expect(await later).toBe('afterwards');
  });

  it('is finished by a stop that comes meanwhile', async () => {
    const { storage, stop } = await open();
    await counter(storage);
    const slow = storage.transaction(async (trx) => {
      await pause(50);
      await trx('counter').update({ value: 5 });
    });
    await pause(5);
    await Promise.all([slow, stop?.()]);
    expect(await value((await open()).storage)).toBe(5);
  });
});

it('imports without any effect', () => {
  const entry = new URL('../dist/plugin.js', import.meta.url).href;
  const code = `import(${JSON.stringify(entry)}).then(({ default: p }) => console.log(p.id, Object.isFrozen(p)))`;
  expect(execFileSync(process.execPath, ['-e', code], { cwd: home, encoding: 'utf8' })).toBe('storage-sqlite true\n');
});
