import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Storage } from '@divoc/core/internal';
import { listeningLog, setUpPart } from '@divoc/core/testkit';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dropSchema, postgresUrl } from '../../../test/postgres.js';
import plugin from '../plugin.js';

const schema = `t_${process.pid}_storage`;
let url: string;
const parts: { stop?: () => Promise<void> }[] = [];
beforeAll(async () => {
  url = await postgresUrl();
});
afterEach(async () => {
  for (const part of parts.splice(0)) await part.stop?.();
  await dropSchema(url, schema);
});
afterAll(() => dropSchema(url, schema));

async function open(settings: object = {}) {
  const { log, lines } = listeningLog();
  const part = await setUpPart(plugin, { config: { url, schema, ...settings }, log });
  parts.push(part as { stop?: () => Promise<void> });
  return { ...part, lines, storage: (part.ports as { storage: Storage }).storage };
}
/** A promise that the test resolves. */
function gate(): { readonly passed: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const passed = new Promise<void>((done) => {
    open = done;
  });
  return { passed, open: () => open() };
}
async function counter({ knex }: Storage): Promise<void> {
  await knex.schema.createTable('counter', (table) => void table.integer('value').notNullable());
  await knex('counter').insert({ value: 0 });
}
const value = async ({ knex }: Storage): Promise<number> => (await knex('counter').first('value')).value;
/** Reads, gives way, writes: loses counts as soon as two of them overlap. */
const increment = (storage: Storage): Promise<unknown> =>
  storage.transaction(async (trx) => {
    const { value } = await trx('counter').first('value');
    await new Promise((later) => setImmediate(later));
    await trx('counter').update({ value: value + 1 });
  });

describe('transactions', () => {
  it('lose nothing among connections and processes', async () => {
    const [a, b] = [await open(), await open()];
    await counter(a.storage);
    const script = fileURLToPath(new URL('increment.fixture.mjs', import.meta.url));
    const child = spawn(process.execPath, [script, url, schema, '100'], { stdio: 'inherit' });
    const ended = once(child, 'exit');
    await Promise.all(Array.from({ length: 100 }, (_, i) => increment((i % 2 ? a : b).storage)));
    expect(await ended).toEqual([0, null]);
    expect(await value(a.storage)).toBe(200);
  });

  it('are rolled back whole, with the error of the work', async () => {
    const { storage } = await open();
    await counter(storage);
    const failing = storage.transaction(async (trx) => {
      await trx('counter').update({ value: 9 });
      throw Object.assign(new Error('mine'), { code: 'MINE' });
    });
    await expect(failing).rejects.toMatchObject({ code: 'MINE' });
    expect(await value(storage)).toBe(0);
  });

  it('inside another one are refused, and so are those after the stop', async () => {
    const { storage, stop } = await open();
    await expect(storage.transaction(() => storage.transaction(async () => 1))).rejects.toMatchObject({
      code: 'STORAGE_NESTED_TRANSACTION',
    });
    await stop?.();
    await expect(storage.transaction(async () => 1)).rejects.toMatchObject({ code: 'STORAGE_STOPPED' });
  });

  it('that wait too long for another process say so', async () => {
    const [holder, waiter] = [await open(), await open({ lockSeconds: 1 })];
    const [held, released] = [gate(), gate()];
    const holding = holder.storage.transaction(() => {
      held.open();
      return released.passed;
    });
    await held.passed;
    const waiting = waiter.storage.transaction(async () => 1);
    await expect(waiting).rejects.toMatchObject({ code: 'STORAGE_BUSY', fix: expect.stringContaining('lockSeconds') });
    released.open();
    await holding;
  });
});

describe('a database that cannot be used is named, with the way to mend it and no password', () => {
  const at = (change: (url: URL) => void): string => {
    const changed = new URL(url);
    change(changed);
    return changed.href;
  };
  const cases: readonly [string, (url: URL) => void, string][] = [
    ['a wrong password', (u) => void Object.assign(u, { password: 'SECRETPASSWORD' }), 'STORAGE_LOGIN_REFUSED'],
    ['no such database', (u) => void Object.assign(u, { pathname: '/nowhere' }), 'STORAGE_DATABASE_MISSING'],
    ['no such host', (u) => void Object.assign(u, { hostname: 'database.invalid' }), 'STORAGE_UNREACHABLE'],
    ['parameters, which could switch verification off', (u) => void Object.assign(u, { search: '?sslmode=no-verify' }), 'STORAGE_TLS'],
    ['nobody at the port', (u) => void Object.assign(u, { port: '1' }), 'STORAGE_UNREACHABLE'],
  ];
  it.each(cases)('%s', async (_what, change, code) => {
    const error = await open({ url: at(change), connectSeconds: 3, tls: 'off' }).catch((thrown: Error) => thrown);
    expect(error).toMatchObject({ code, message: expect.not.stringMatching(/SECRETPASSWORD|test@/) });
  });

  it('a server that never answers', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    await expect(open({ url: at((u) => void Object.assign(u, { port: String(port) })), connectSeconds: 1 })).rejects.toMatchObject({
      code: 'STORAGE_UNREACHABLE',
    });
    silent.close();
  });

  it('one that takes no encryption, which is asked for unless it is on this machine', async () => {
    await expect(open({ tls: 'verify' })).rejects.toMatchObject({ code: 'STORAGE_TLS' });
  });
});

it('is healthy while the database answers', async () => {
  const { health, stop } = await open();
  expect(await health?.()).toEqual({ status: 'pass' });
  await stop?.();
  expect(await health?.()).toMatchObject({ status: 'fail' });
});

it('keeps schemas apart, and counts as numbers', async () => {
  const { storage } = await open();
  await counter(storage);
  expect(await storage.knex('counter').count({ count: '*' }).first()).toEqual({ count: 1 });
  const other = await setUpPart(plugin, { config: { url, schema: `${schema}_b` } });
  expect(await (other.ports as { storage: Storage }).storage.knex.schema.hasTable('counter')).toBe(false);
  await other.stop?.();
  await dropSchema(url, `${schema}_b`);
});
