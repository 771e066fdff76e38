import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client } from './requests.js';
import { allKeptIn, divoc, newHome, type RunningHouse, startHouse, tokenFor } from './running-house.js';

/** A country in which doses are paid for, at a counter or by voucher: a manifest alone, on the built program. */
const MANIFEST = `
apiVersion: divoc/v1
name: paying
profile: development
plugins:
  database: { use: storage-sqlite }
  keys: { use: signer-file }
  staff:
    use: auth-local
    with:
      roles:
        nurse: [payments:open, payments:read]
        clerk: [payments:read, payments:capture, payments:authorize, payments:cancel, payments:refund, payments:cash-up]
        issuer: [payment-voucher:issue, payment-voucher:read, payment-voucher:revoke, payment-voucher:inquire]
        auditor: [payments:read, payments:read-all]
  counter: { use: payment-flat-fee, with: { fee: { amount: "25000", currency: LKR }, refund: same-day, timeZone: Asia/Colombo } }
  voucher: { use: payment-voucher, with: { fee: { amount: "25000", currency: LKR } } }
services:
  payments: { with: { actSeconds: 2 } }
`;
const adopter = mkdtempSync(join(tmpdir(), 'divoc-paying-'));
const home = newHome();
const purpose = { programme: 'covid-19', doseNumber: 1 };
type Json = Record<string, unknown>;
let house: RunningHouse;
const as: Record<string, Client> = {};

async function start(): Promise<void> {
  house = await startHouse({ adopter, home, env: { LOG_LEVEL: 'debug' } });
  for (const [name, role] of [
    ['nurse', 'nurse'],
    ['clerk', 'clerk'],
    ['clerk-2', 'clerk'],
    ['issuer', 'issuer'],
    ['auditor', 'auditor'],
  ] as const)
    as[name] = client(house.address, tokenFor(home, name, role, { adopter }));
}
beforeAll(async () => {
  writeFileSync(join(adopter, 'adopter.yaml'), MANIFEST);
  await start();
});
afterAll(async () => {
  await house.stop();
  for (const folder of [home, adopter]) rmSync(folder, { recursive: true, force: true });
});

async function ask(
  who: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: Json }> {
  const response = await (as[who] as Client)(method, path, { ...(body !== undefined && { body }), headers });
  return { status: response.status, body: (await response.json()) as Json };
}
const open = async (scheme: string): Promise<string> => {
  const { status, body } = await ask('nurse', 'POST', '/v1/payments', { scheme, purpose });
  expect(status).toBe(201);
  return body.id as string;
};
const capture = (id: string, input: Json = {}, who = 'clerk') => ask(who, 'POST', `/v1/payments/${id}/captures`, { input });
let codes: string[] = [];

describe('a fee at the counter', () => {
  it('is opened by the nurse, taken by the clerk, and has a receipt', async () => {
    const id = await open('counter');
    expect(await capture(id, { received: { amount: '20000', currency: 'LKR' } })).toMatchObject({
      status: 422,
      body: { code: 'COUNTER_INPUT_INVALID', errors: [{ pointer: '/input/received/amount', code: 'FEE_NOT_COVERED' }] },
    });
    const taken = await capture(id, { received: { amount: '30000', currency: 'LKR' }, paperReceipt: 'A/17' });
    expect(taken).toMatchObject({ status: 200, body: { state: 'captured', reference: 'A/17', receiptNumber: 'counter-000001' } });
    expect(await capture(id)).toEqual(taken);
    expect(await ask('nurse', 'GET', `/v1/payments/${id}/receipt`)).toMatchObject({
      status: 200,
      body: { number: 'counter-000001', decimal: '250.00' },
    });
    expect((await ask('clerk-2', 'GET', `/v1/payments/${id}`)).status).toBe(404);
    expect((await ask('auditor', 'GET', `/v1/payments/${id}`)).status).toBe(200);
    expect((await ask('nurse', 'POST', `/v1/payments/${id}/refunds`, {})).status).toBe(403);
  });

  it('is cashed up once, however often that is sent', async () => {
    const body = { scheme: 'counter', counted: { amount: '24000', currency: 'LKR' } };
    const replies = [];
    for (let i = 0; i < 3; i += 1) replies.push(await ask('clerk', 'POST', '/v1/cash-ups', body, { 'idempotency-key': 'evening-1' }));
    for (const reply of replies) expect(reply).toEqual(replies[0]);
    expect(replies[0]).toMatchObject({ status: 201, body: { sequence: 1, difference: { amount: '-1000', currency: 'LKR' } } });
    expect(await ask('clerk', 'POST', '/v1/cash-ups', body)).toMatchObject({ status: 409, body: { code: 'CASH_UP_NOTHING_SINCE' } });
    expect(await ask('clerk', 'GET', '/v1/cash-ups')).toMatchObject({ body: { items: [{ sequence: 1 }], next: null } });
    expect(await ask('clerk-2', 'GET', '/v1/cash-ups')).toMatchObject({ body: { items: [] } });
  });
});

describe('a voucher', () => {
  it('pays once, and what is left of its batch is known to the issuer', async () => {
    const batch = { count: 3, value: { amount: '25000', currency: 'LKR' }, programme: 'covid-19', expiresAt: '2099-01-01T00:00:00Z' };
    const issued = await ask('issuer', 'POST', '/x/voucher/batches', batch);
    expect(issued.status).toBe(201);
    codes = (issued.body.vouchers as { code: string }[]).map(({ code }) => code);
    const ids = await Promise.all(Array.from({ length: 5 }, () => open('voucher')));
    const replies = await Promise.all(ids.map((id) => capture(id, { code: codes[0] })));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 422, 422, 422, 422]);
    expect(replies.find(({ status }) => status === 422)?.body).toMatchObject({
      code: 'VOUCHER_NOT_ACCEPTED',
      errors: [{ pointer: '/input/code' }],
    });
    expect(await ask('issuer', 'GET', `/x/voucher/batches/${issued.body.id}`)).toMatchObject({
      body: { totals: { captured: '25000', remaining: '50000', used: 1 } },
    });
    expect((await ask('clerk', 'POST', '/x/voucher/batches', batch)).status).toBe(403);
  });

  it('is held, and let go', async () => {
    const id = await open('voucher');
    expect(await ask('clerk', 'POST', `/v1/payments/${id}/authorizations`, { input: { code: codes[1] } })).toMatchObject({
      body: { state: 'authorized' },
    });
    expect(await ask('clerk', 'POST', `/v1/payments/${id}/cancellations`, {})).toMatchObject({ body: { state: 'cancelled' } });
    expect(await capture(await open('voucher'), { code: codes[1] })).toMatchObject({ status: 200 });
  });
});

describe('kill -9', () => {
  it('while vouchers pay loses nothing and takes nothing twice', async () => {
    const batch = { count: 40, value: { amount: '25000', currency: 'LKR' }, programme: 'covid-19', expiresAt: '2099-01-01T00:00:00Z' };
    const issued = await ask('issuer', 'POST', '/x/voucher/batches', batch);
    const vouchers = (issued.body.vouchers as { code: string }[]).map(({ code }) => code);
    codes.push(...vouchers);
    const ids = await Promise.all(vouchers.map(() => open('voucher')));
    const all = vouchers.map((code, i) => capture(ids[i] as string, { code }).catch(() => undefined));
    await Promise.race(all);
    house.child.kill('SIGKILL');
    await Promise.all(all);
    expect(await house.ended).toBe('SIGKILL');
    await start();
    // The clerk sends again what was not answered; what the dead process holds is free after its time, and not before.
    for (const [i, code] of vouchers.entries()) {
      await expect.poll(async () => (await capture(ids[i] as string, { code })).status, { timeout: 60_000, interval: 500 }).toBe(200);
    }
    expect(await ask('issuer', 'GET', `/x/voucher/batches/${issued.body.id}`)).toMatchObject({
      body: { totals: { captured: '1000000', remaining: '0', held: '0', used: 40 } },
    });
  });
});

it('leaves whole books, a whole audit log, and no code anywhere', async () => {
  const ledger = divoc(['ledger', 'verify', adopter], { home });
  expect(ledger).toMatchObject({ status: 0, stdout: expect.stringContaining('voucher/vouchers') });
  const { balances } = JSON.parse(divoc(['ledger', 'verify', adopter, '--json'], { home }).stdout) as {
    balances: { account: string; amount: string }[];
  };
  const amount = (account: string) => balances.find((each) => each.account.startsWith(account))?.amount;
  expect([amount('voucher/vouchers'), amount('safe'), amount('cash-difference'), amount('counter/till/')]).toEqual([
    '1050000',
    '24000',
    '1000',
    '0',
  ]);
  expect(divoc(['audit', 'verify', adopter], { home })).toMatchObject({ status: 0 });
  expect(codes).toHaveLength(43);
  const kept = `${house.log()}\n${await allKeptIn(home)}`;
  expect(kept).toContain('voucher');
  for (const code of codes) for (const form of [code, code.replaceAll('-', '')]) expect(kept.includes(form)).toBe(false);
});
