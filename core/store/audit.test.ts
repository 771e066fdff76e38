import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../api/canonical-json.js';
import type { Storage } from '../internal/storage.js';
import { verifyAudit } from './audit-check.js';
import { entryHash } from './audit-log.js';
import { databaseFile, type OpenStore, openStore } from './store.fixture.js';

const entry = (i: number) => ({ actor: 'nurse', action: 'certificate.issued', subject: `id-${i}`, detail: { i, deep: { b: 1, a: [i] } } });
async function append({ storage, audit }: OpenStore, from: number, to: number): Promise<void> {
  await storage.transaction(async (trx) => {
    for (let i = from; i <= to; i += 1) await audit.append(trx, entry(i));
  });
}
async function filled(entries = 12): Promise<OpenStore> {
  const store = await openStore();
  await append(store, 1, entries);
  return store;
}
const verify = (store: OpenStore) => verifyAudit(store.storage.knex, 'main');

async function triggersOf({ knex, dialect }: Storage): Promise<{ name: string; table: string }[]> {
  if (dialect === 'sqlite') return knex('sqlite_master').where({ type: 'trigger' }).select('name', 'tbl_name as table');
  const { rows } = await knex.raw(
    `select distinct trigger_name as name, event_object_table as "table" from information_schema.triggers where trigger_schema = current_schema()`,
  );
  return rows;
}

/** What somebody with the database in hand could do: the triggers go first. */
async function tamper(
  { storage }: OpenStore,
  work: (knex: Knex, at: (seq: number) => Knex.QueryBuilder) => Promise<unknown>,
): Promise<void> {
  const { knex } = storage;
  const triggers = await triggersOf(storage);
  expect(triggers.length).toBeGreaterThanOrEqual(3);
  for (const { name, table } of triggers) await knex.raw(`DROP TRIGGER ${name}${storage.dialect === 'postgres' ? ` ON ${table}` : ''}`);
  await work(knex, (seq) => knex('audit_entry').where({ tenant: 'main', seq }));
}
async function rehash(knex: Knex, seq: number): Promise<void> {
  const row = await knex('audit_entry').where({ tenant: 'main', seq }).first();
  await knex('audit_entry')
    .where({ tenant: 'main', seq })
    .update({ hash: entryHash(row) });
}
async function swap(knex: Knex, a: number, b: number): Promise<void> {
  for (const [from, to] of [
    [a, 0],
    [b, a],
    [0, b],
  ] as const)
    await knex('audit_entry').where({ seq: from }).update({ seq: to });
}

describe('the audit log', () => {
  it('is numbered without gaps per tenant and chained by SHA-256 over JCS', async () => {
    const file = databaseFile();
    const [main, other] = [await openStore({ file }), await openStore({ file, tenant: 'other' })];
    await append(main, 1, 2);
    await append(other, 1, 1);
    await append(main, 3, 3);
    const rows = await main.storage.knex('audit_entry').where({ tenant: 'main' }).orderBy('seq');
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    let prevHash = '';
    for (const [i, row] of rows.entries()) {
      const said = { prevHash, seq: i + 1, tenant: 'main', at: '2026-11-23T10:00:00.000Z', ...entry(i + 1) };
      prevHash = createHash('sha256').update(canonicalJson(said)).digest('base64url');
      expect(row.hash).toBe(prevHash);
    }
    expect(await verify(main)).toEqual({ checked: 3, head: { seq: 3, hash: prevHash } });
    expect(await verifyAudit(main.storage.knex, 'other')).toMatchObject({ checked: 1 });
    expect(await verifyAudit(main.storage.knex, 'nobody')).toEqual({ checked: 0, head: { seq: 0, hash: '' } });
  });

  it('has an entry exactly when its transaction commits', async () => {
    const store = await filled(2);
    const failing = store.storage.transaction(async (trx) => {
      await store.audit.append(trx, entry(3));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    const notJson = store.storage.transaction((trx) => store.audit.append(trx, { ...entry(3), detail: { at: undefined } }));
    await expect(notJson).rejects.toThrow(TypeError);
    await append(store, 3, 3);
    expect(await verify(store)).toMatchObject({ checked: 3, head: { seq: 3 } });
  });

  it('stays whole when two instances write at once and a third one verifies meanwhile', async () => {
    const file = databaseFile();
    const stores = [await openStore({ file }), await openStore({ file }), await openStore({ file })];
    const writing = Promise.all(Array.from({ length: 60 }, (_, i) => append(stores[i % 2]!, i, i)));
    for (let looks = 0; looks < 5; looks += 1) expect((await verify(stores[2]!)).broken).toBeUndefined();
    await writing;
    expect(await verify(stores[2]!)).toMatchObject({ checked: 60, head: { seq: 60 } });
  });

  it('refuses every change in SQL', async () => {
    const { storage } = await filled();
    for (const sql of [
      "update audit_entry set actor = 'x' where seq = 3",
      'delete from audit_entry where seq = 12',
      'delete from audit_head',
      'update audit_head set seq = 3',
      "update audit_head set hash = 'x'",
    ])
      await expect(storage.knex.raw(sql), sql).rejects.toThrow('append-only');
  });
});

describe('verification', () => {
  it('goes through more than one batch', async () => {
    const store = await filled(1203);
    expect(await verify(store)).toMatchObject({ checked: 1203, head: { seq: 1203 } });
    await tamper(store, (_, at) => at(1100).update({ actor: 'x' }));
    expect(await verify(store)).toMatchObject({ checked: 1099, broken: { seq: 1100, problem: 'altered' } });
  });

  it.each(['at', 'actor', 'action', 'subject', 'detail', 'hash', 'prev_hash'])('names an entry whose %s was altered', async (column) => {
    const store = await filled();
    await tamper(store, (_, at) => at(5).update({ [column]: column === 'detail' ? '{"deep":{"a":[5],"b":1},"i":6}' : 'x' }));
    expect(await verify(store)).toMatchObject({
      checked: 4,
      broken: { seq: 5, problem: 'altered', text: expect.stringContaining('entry 5') },
    });
  });

  it.each(['not json', '{"deep":{"a":[5],"b":1},"i":5} ', '{"deep":{"a":[5],"b":1},"i":4,"i":5}'])(
    'takes a detail for altered when it is %s',
    async (detail) => {
      const store = await filled();
      await tamper(store, (_, at) => at(5).update({ detail }));
      expect(await verify(store)).toMatchObject({ broken: { seq: 5, problem: 'altered' } });
    },
  );

  it.each([
    [
      'an entry altered with a hash made to fit',
      5,
      'replaced',
      async (knex: Knex) => {
        await knex('audit_entry').where({ seq: 5 }).update({ actor: 'x' });
        await rehash(knex, 5);
      },
    ],
    [
      'the last entry altered with a hash made to fit',
      12,
      'head',
      async (knex: Knex) => {
        await knex('audit_entry').where({ seq: 12 }).update({ actor: 'x' });
        await rehash(knex, 12);
      },
    ],
    ['one entry removed', 7, 'missing', (knex: Knex) => knex('audit_entry').where({ seq: 7 }).delete()],
    ['the first entry removed', 1, 'missing', (knex: Knex) => knex('audit_entry').where({ seq: 1 }).delete()],
    [
      'one entry removed and the gap closed',
      7,
      'moved',
      async (knex: Knex) => {
        await knex('audit_entry').where({ seq: 7 }).delete();
        for (let seq = 8; seq <= 12; seq += 1)
          await knex('audit_entry')
            .where({ seq })
            .update({ seq: seq - 1 });
      },
    ],
    ['the end cut off', 11, 'missing', (knex: Knex) => knex('audit_entry').where('seq', '>', 10).delete()],
    ['all entries removed', 1, 'missing', (knex: Knex) => knex('audit_entry').delete()],
    ['two neighbours swapped', 4, 'moved', (knex: Knex) => swap(knex, 4, 5)],
    ['two distant entries swapped', 3, 'moved', (knex: Knex) => swap(knex, 3, 9)],
    [
      'the head set back',
      11,
      'added',
      async (knex: Knex) => {
        const { hash } = await knex('audit_entry').where({ seq: 10 }).first();
        await knex('audit_head').update({ seq: 10, hash });
      },
    ],
    ['the head removed', 1, 'added', (knex: Knex) => knex('audit_head').delete()],
    [
      'an entry put before the first',
      0,
      'added',
      async (knex: Knex) => knex('audit_entry').insert({ ...(await knex('audit_entry').where({ seq: 1 }).first()), seq: 0 }),
    ],
  ])('names the place of %s', async (_, seq, problem, damage) => {
    const store = await filled();
    await tamper(store, damage);
    expect((await verify(store)).broken).toMatchObject({ seq, problem, text: expect.stringContaining(`entry ${seq} `) });
  });

  it('tells where a moved entry had been', async () => {
    const store = await filled();
    await tamper(store, (knex) => swap(knex, 3, 9));
    expect((await verify(store)).broken?.text).toBe('entry 3 was moved: it was written as entry 9');
  });
});
