import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { verifyAudit } from './audit-check.js';
import { migrate, pendingMigrations } from './migrate.js';
import { databaseFile, openStorage, openStore } from './store.fixture.js';

const script = fileURLToPath(new URL('crash.fixture.mjs', import.meta.url));
const clock = { now: () => new Date() };

/** Runs the act in a process of its own (from the built files) and kills it with SIGKILL after `lines` lines; returns all of them. */
async function killed(act: string, file: string, lines = 1): Promise<string[]> {
  const child = spawn(process.execPath, [script, act, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const said: string[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => {
    if (said.push(line) === lines) child.kill('SIGKILL');
  });
  const [[, signal]] = await Promise.all([once(child, 'exit'), once(reader, 'close')]);
  expect(signal).toBe('SIGKILL');
  return said;
}

describe('a process killed with SIGKILL', () => {
  it('inside its transaction leaves nothing, not even a lock', async () => {
    const file = databaseFile();
    const { storage, audit } = await openStore({ file });
    expect(await killed('inside', file)).toEqual(['ready']);
    expect(await storage.knex('outbox_job')).toEqual([]);
    await storage.transaction((trx) => audit.append(trx, { actor: 'a', action: 'b', subject: 'c' }));
    expect(await verifyAudit(storage.knex, 'main')).toMatchObject({ checked: 1, head: { seq: 1 } });
  });

  it('anywhere in a stream of them keeps each one whole', async () => {
    const file = databaseFile();
    const { storage } = await openStore({ file });
    const said: string[] = [];
    for (const lines of [1, 7, 23]) said.push(...(await killed('stream', file, lines)));
    const jobs = await storage.knex('outbox_job').pluck('id');
    const audited = await storage.knex('audit_entry').orderBy('seq').pluck('subject');
    expect(jobs).toEqual(expect.arrayContaining(said));
    expect(audited.sort()).toEqual(jobs.sort());
    expect(await verifyAudit(storage.knex, 'main')).toMatchObject({ checked: jobs.length, head: { seq: jobs.length } });
  });

  it('with a job in hand gives it to the next one when its lease has ended', async () => {
    const file = databaseFile();
    const { storage, outbox, queue } = await openStore({ file, clock });
    const id = await storage.transaction((trx) => outbox.add(trx, { queue: 'issue', subject: 's', data: {} }));
    expect(await killed('claim', file)).toEqual([id]);
    let claimed: Awaited<ReturnType<typeof queue.claim>> = [];
    const reach = async (): Promise<number> => {
      claimed = await queue.claim(['issue'], 1, 30);
      return claimed.length;
    };
    await expect.poll(reach, { timeout: 5000 }).toBe(1);
    expect(claimed[0]).toMatchObject({ id, attempt: 2 });
    expect(await queue.done(claimed[0]!)).toBe(true);
  });

  it('with a request in hand frees its key within a minute', async () => {
    const file = databaseFile();
    const { idempotency } = await openStore({ file });
    expect(await killed('begin', file)).toEqual(['new']);
    const again = (seconds: number) =>
      idempotency.begin({ tenant: 'main', actor: 'a', route: 'r', key: 'k', bodyHash: 'h', now: new Date(Date.now() + seconds * 1000) });
    expect(await again(0)).toEqual({ state: 'running' });
    expect(await again(61)).toEqual({ state: 'new' });
  });

  it('inside a step of the database lets the next migrator go on from there', async () => {
    const file = databaseFile();
    const storage = await openStorage(file);
    expect(await killed('migrate', file)).toEqual(['ready']);
    const step = (name: string) => ({
      name,
      up: (trx: typeof storage.knex) => trx.schema.createTable(`t${name.slice(0, 4)}`, (table) => void table.text('x')),
    });
    const declared = [{ owner: 'acme', steps: ['0001-a', '0002-b', '0003-c'].map(step) }];
    expect((await pendingMigrations(declared, storage)).map(({ name }) => name)).toEqual(['0002-b', '0003-c']);
    expect(await migrate(declared, storage, clock)).toHaveLength(2);
  });
});
