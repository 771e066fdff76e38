import { describe, expect, it } from 'vitest';
import { definePlugin } from '../api/plugin.js';
import { declareMigrations, type Migration } from '../internal/storage.js';
import { migrate, migrationsOf, pendingMigrations } from './migrate.js';
import { databaseFile, handClock, openStorage } from './store.fixture.js';
import { storePart } from './store-part.js';
import { storeTables } from './tables.js';

const clock = handClock();
const step = (
  name: string,
  up: Migration['up'] = (trx) => trx.schema.createTable(`t_${name.slice(5)}`, (table) => void table.text('x')),
): Migration => ({ name, up });
const owned = (...steps: Migration[]) => [{ owner: 'acme', steps }];
const [one, two, three] = [step('0001-one'), step('0002-two'), step('0003-three')] as const;

describe('migrate', () => {
  it('applies what is pending, once, in order, and notes when', async () => {
    const storage = await openStorage(databaseFile());
    const told: string[] = [];
    expect((await pendingMigrations(owned(one, two), storage)).map(({ name }) => name)).toEqual(['0001-one', '0002-two']);
    expect(await migrate(owned(one), storage, clock)).toEqual([{ owner: 'acme', name: '0001-one' }]);
    const all = [...owned(one, two, three), { owner: 'other', steps: [step('0001-else')] }];
    await migrate(all, storage, clock, ({ owner, name }) => told.push(`${owner} ${name}`));
    expect(told).toEqual(['acme 0002-two', 'acme 0003-three', 'other 0001-else']);
    expect(await migrate(all, storage, clock)).toEqual([]);
    expect(await pendingMigrations(all, storage)).toEqual([]);
    expect(await storage.knex('divoc_migration').where({ owner: 'acme' }).orderBy('position')).toMatchObject(
      ['0001-one', '0002-two', '0003-three'].map((name, i) => ({ name, position: i + 1, applied_at: '2026-11-23T10:00:00.000Z' })),
    );
    for (const table of ['t_one', 't_two', 't_three', 't_else']) expect(await storage.knex.schema.hasTable(table)).toBe(true);
  });

  it('leaves nothing of a step that fails, and goes on from there', async () => {
    const storage = await openStorage(databaseFile());
    const bad = step('0002-two', async (trx) => {
      await two.up(trx);
      throw new Error('half way');
    });
    await expect(migrate(owned(one, bad, three), storage, clock)).rejects.toThrow('half way');
    expect(await storage.knex.schema.hasTable('t_two')).toBe(false);
    expect((await migrate(owned(one, two, three), storage, clock)).map(({ name }) => name)).toEqual(['0002-two', '0003-three']);
  });

  it('applies each step once when several run at once', async () => {
    const file = databaseFile();
    const storages = await Promise.all(Array.from({ length: 4 }, () => openStorage(file)));
    const steps = [...owned(one, two, three), { owner: 'store', steps: storeTables }];
    const applied = await Promise.all(storages.map((storage) => migrate(steps, storage, clock)));
    expect(applied.flat()).toHaveLength(3 + storeTables.length);
  });

  it.each([
    ['a newer version made', owned(one), 'DATABASE_NEWER', "'0002-two' of acme"],
    ['had its steps renamed', owned(one, step('0002-too')), 'DATABASE_NEWER', '0002-two'],
    ['had a step put in between', owned(one, step('0001-more'), two), 'MIGRATIONS_REORDERED', 'step 2'],
  ])('refuses, before it does anything, a database that %s', async (_, declared, code, text) => {
    const storage = await openStorage(databaseFile());
    await migrate(owned(one, two), storage, clock);
    const all = [{ owner: 'first', steps: [three] }, ...declared];
    for (const work of [() => migrate(all, storage, clock), () => pendingMigrations(all, storage)])
      await expect(work()).rejects.toMatchObject({ code, message: expect.stringContaining(text), fix: expect.any(String) });
    expect(await storage.knex.schema.hasTable('t_three')).toBe(false);
  });

  it('lets the tables be of a part that is no longer in the plan', async () => {
    const storage = await openStorage(databaseFile());
    await migrate([...owned(one), { owner: 'gone', steps: [two] }], storage, clock);
    expect(await pendingMigrations(owned(one), storage)).toEqual([]);
  });
});

describe('the steps of a plan', () => {
  const part = (id: string, ...steps: Migration[]) => ({
    descriptor: definePlugin()({
      id,
      summary: '',
      provides: { tables: declareMigrations(steps) },
      setup: async () => ({ ports: { tables: true as const } }),
    }),
  });

  it('come in the order of the plan, once for each kind of part', () => {
    const steps = migrationsOf({ parts: [{ descriptor: storePart }, part('acme', one, two), part('acme', one, two)] });
    expect(steps.map(({ owner, steps }) => [owner, steps.length])).toEqual([
      ['store', storeTables.length],
      ['acme', 2],
    ]);
  });

  it.each([[[two, one]], [[one, one]], [[step('one')]]])('have ordered names', (steps) => {
    expect(() => migrationsOf({ parts: [part('acme', ...steps)] })).toThrow(expect.objectContaining({ code: 'MIGRATIONS_MISNAMED' }));
  });
});
