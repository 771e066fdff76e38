import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Logger } from '../../api/plugin.js';
import { auditOf } from '../../store/audit-log.js';
import { storeTables } from '../../store/tables.js';
import { runCommand } from '../command.js';
import { planAdopter } from '../deployment.js';
import { auditVerify } from './audit-verify.js';
import { assertMigrated, dbMigrate, withStorage } from './db-migrate.js';
import { jobsCommand } from './jobs.js';

// The store alone: what these commands do does not hang on the services that happen to be built in.
vi.mock('../built-ins.js', async () => ({
  builtIns: { store: { descriptor: (await import('../../store/store-part.js')).storePart, always: true } },
}));

const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };
const log = () => silent;
const PLUGIN = 'plugins:\n  db: { use: storage-sqlite }\n';
let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'divoc-db-'));
  home = join(folder, 'data');
  adopter(PLUGIN);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const adopter = (text: string) => writeFileSync(join(folder, 'adopter.yaml'), `apiVersion: divoc/v1\nname: acme\n${text}`);
const plan = () => planAdopter(folder, {});
async function run(...argv: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const env = { DIVOC_HOME: home, LOG_LEVEL: 'silent' };
  return { code: await runCommand([dbMigrate, auditVerify, jobsCommand], [...argv, folder], terminal, env), out, err };
}

describe('divoc db migrate', () => {
  it('prints a line a step, and has nothing to do the second time', async () => {
    const steps = storeTables.map(({ name }) => `applied store ${name}`);
    expect(await run('db', 'migrate')).toEqual({ code: 0, out: steps, err: [] });
    expect(await run('db', 'migrate')).toEqual({ code: 0, out: ['the database needs nothing'], err: [] });
    expect((await run('db', 'migrate', '--json')).out).toEqual(['{"applied":[]}']);
    expect(existsSync(join(home, 'divoc.sqlite'))).toBe(true);
  });

  it('prints what it did as JSON', async () => {
    const { out } = await run('db', 'migrate', '--json');
    expect(JSON.parse(out.join())).toEqual({ applied: storeTables.map(({ name }) => ({ owner: 'store', name })) });
  });

  it('refuses a database of a newer version at the place of the storage', async () => {
    await run('db', 'migrate');
    await withStorage(await plan(), home, log, (storage) =>
      storage.knex('divoc_migration').insert({ owner: 'store', name: '9999-later', position: 99, applied_at: '' }),
    );
    const { code, err } = await run('db', 'migrate');
    expect(code).toBe(1);
    expect(err[0]).toMatch(/adopter\.yaml:4:3 {2}DATABASE_NEWER {2}the database holds '9999-later' of store/);
  });
});

describe('assertMigrated', () => {
  it('names the command that is missing, and then lets pass', async () => {
    const made = await plan();
    await expect(assertMigrated(made, home, log)).rejects.toMatchObject({
      code: 'DATABASE_NOT_MIGRATED',
      message: expect.stringContaining(`run: divoc db migrate ${folder}`),
    });
    await run('db', 'migrate');
    await assertMigrated(made, home, log);
  });
});

describe('divoc jobs', () => {
  it('lists what is dead, by queue, and has it tried again', async () => {
    await run('db', 'migrate');
    expect(await run('jobs')).toEqual({ code: 0, out: ['0 dead (tenant main)'], err: [] });
    const row = { tenant: 'main', data: '{}', attempt: 10, failures: 10, due_at: '', added_at: '', subject: 's' };
    await withStorage(await plan(), home, log, ({ knex }) =>
      knex('outbox_job').insert([
        { ...row, id: 'a', queue: 'issue', state: 'dead', last_error: 'X_BAD', ended_at: '2026-11-23T10:00:00.000Z' },
        { ...row, id: 'b', queue: 'event:hook', state: 'dead', last_error: 'WEBHOOK_GONE', ended_at: '2026-11-23T09:00:00.000Z' },
        { ...row, id: 'c', queue: 'event:hook', state: 'waiting', last_error: 'X_BAD', ended_at: null },
        { ...row, id: 'd', tenant: 'other', queue: 'issue', state: 'dead', last_error: 'X_BAD', ended_at: '2026-11-23T09:00:00.000Z' },
      ]),
    );
    expect(await run('jobs')).toEqual({
      code: 1,
      out: [
        'b  event:hook  s  WEBHOOK_GONE  2026-11-23T09:00:00.000Z',
        'a  issue  s  X_BAD  2026-11-23T10:00:00.000Z',
        '2 dead (tenant main)',
      ],
      err: [],
    });
    expect(await run('jobs', '--retry', '--queue', 'event:hook')).toMatchObject({
      code: 0,
      out: [expect.anything(), '1 revived (tenant main)'],
    });
    const { out } = await run('jobs', '--retry', '--id', 'a', '--id', 'c', '--id', 'd', '--json');
    expect(JSON.parse(out.join())).toMatchObject({ jobs: [{ id: 'a', queue: 'issue', code: 'X_BAD' }], revived: 1 });
    const left = await withStorage(await plan(), home, log, ({ knex }) =>
      knex('outbox_job').orderBy('id').select('id', 'state', 'attempt'),
    );
    expect(left.map(({ id, state, attempt }) => `${id} ${state} ${attempt}`)).toEqual([
      'a waiting 0',
      'b waiting 0',
      'c waiting 10',
      'd dead 10',
    ]);
  });
});

describe('divoc audit verify', () => {
  const append = async (entries: number) =>
    withStorage(await plan(), home, log, async (storage) => {
      const audit = auditOf({ storage, tenant: 'main', clock: { now: () => new Date() }, log: silent });
      await storage.transaction(async (trx) => {
        for (let i = 0; i < entries; i += 1) await audit.append(trx, { actor: 'a', action: 'thing.done', subject: `${i}` });
      });
    });

  it('says how many entries are whole and what the last one is', async () => {
    await run('db', 'migrate');
    expect(await run('audit', 'verify')).toMatchObject({ code: 0, out: [expect.stringContaining('whole: 0 entries')] });
    await append(3);
    const { code, out } = await run('audit', 'verify');
    expect([code, out[0]]).toEqual([0, expect.stringMatching(/whole: 3 entries[\s\S]*last entry 3 [\w-]{43}$/)]);
  });

  it('exits with 1 and names the first broken entry', async () => {
    await run('db', 'migrate');
    await append(5);
    await withStorage(await plan(), home, log, async ({ knex }) => {
      await knex.raw('drop trigger audit_entry_no_update');
      await knex('audit_entry').where({ seq: 4 }).update({ actor: 'x' });
    });
    const { code, err } = await run('audit', 'verify');
    expect([code, err[0]]).toEqual([1, expect.stringMatching(/^entry 4 was altered[\s\S]*3 entries before it are whole/)]);
    const json = await run('audit', 'verify', '--json');
    expect([json.code, JSON.parse(json.out.join())]).toMatchObject([
      1,
      { tenant: 'main', checked: 3, broken: { seq: 4, problem: 'altered' } },
    ]);
  });

  it('has nothing to say about a database without a log', async () => {
    expect(await run('audit', 'verify')).toMatchObject({
      code: 1,
      err: [expect.stringContaining('DATABASE_NOT_MIGRATED'), expect.anything()],
    });
  });
});

it('a manifest without a database is told which plugin to add', async () => {
  adopter('');
  const { code, err } = await run('db', 'migrate');
  expect([code, err.join('\n')]).toEqual([1, expect.stringContaining('add a plugin that')]);
});
