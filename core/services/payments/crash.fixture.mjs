// A process that is killed. Pays by voucher on the database of its first argument and stops dead at the stage of its second;
// with `recover` it is the process after it, an hour later, which finishes what was begun and says what it finds.

import voucher from '../../../plugins/payment-voucher/dist/plugin.js';
import sqlite from '../../../plugins/storage-sqlite/dist/plugin.js';
import { verifyLedger } from '../../dist/services/payments/ledger-check.js';
import { paymentsPart } from '../../dist/services/payments/payments-part.js';
import { storePart } from '../../dist/store/store-part.js';

const [file, stage] = process.argv.slice(2);
const say = (value) => process.stdout.write(`${JSON.stringify(value)}\n`);
const stopDead = (fields) => {
  if (fields.stage !== stage) return;
  say({ stage });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
const log = { debug: stopDead, info() {}, warn() {}, error: stopDead };
const ahead = stage === 'recover' ? 3_600_000 : 0;
const clock = { now: () => new Date(Date.now() + ahead) };
const context = { instance: 'child', tenant: 'main', profile: 'production', home: '/nowhere', adopter: '/nowhere', log, clock };
const { storage } = (await sqlite.setup({ ...context, config: { file, durability: 'normal', busyTimeout: 10_000 } }, {})).ports;
const { outbox, queue, audit, state } = (await storePart.setup({ ...context, config: { keepDoneJobsDays: 7 } }, { storage })).ports;
const fee = { amount: '25000', currency: 'LKR' };
const config = { fee, programmes: {}, payer: 'sponsor', wrongCodesPerHour: 20 };
const { scheme, routes: desk } = (await voucher.setup({ ...context, config }, { state: state('voucher') })).ports;
const cipher = { encrypt: async (text) => text, decrypt: async (text) => text };
const uses = { storage, outbox, audit, cipher, schemes: { voucher: scheme } };
const part = await paymentsPart.setup({ ...context, config: { actSeconds: 25, waitMilliseconds: 1000 } }, uses);
const { routes, jobs } = part.ports;
const actor = { id: 'clerk-1', roles: [], scopes: ['payments:read-all'] };
const ask = async (from, route, body = {}, params = {}) =>
  (await from.handlers[route]({ params, query: {}, headers: {}, body, actor })).body;

if (stage === 'recover') {
  for (const job of await queue.claim(jobs.queues, 100, 30)) {
    await jobs.handle(job);
    await queue.done(job);
  }
  const [batch] = (await ask(desk, 'batches')).items;
  const { totals } = await ask(desk, 'batch', {}, { id: batch.id });
  const { faults, balances } = await verifyLedger(storage.knex, 'main');
  const payments = await storage.knex('payment').select('id', 'state', 'intent_act');
  say({ payments, totals, faults, balances: Object.fromEntries(balances.map(({ account, amount }) => [account, amount])) });
} else {
  const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
  const { vouchers } = await ask(desk, 'issue', { count: 1, value: fee, programme: 'covid-19', expiresAt });
  const open = { scheme: 'voucher', purpose: { programme: 'covid-19', doseNumber: 1 } };
  const payment = await ask(routes, 'open', open);
  await ask(routes, 'capture', { input: { code: vouchers[0].code } }, { id: payment.id });
  say({ stage: 'over' });
}
process.exit();
