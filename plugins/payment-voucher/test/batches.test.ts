import { createHash } from 'node:crypto';
import { isRefusal, type Routes } from '@divoc/core/api';
import { holdTo, memoryState, routesContract, setUpPart } from '@divoc/core/testkit';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { newVoucherCode, printedCode, readVoucherCode } from '../src/voucher-code.js';
import { desk, FEE, lkr, payment } from './desk.fixture.js';

describe('the routes of vouchers', () =>
  holdTo(it, routesContract, async () => {
    const { routes, issue } = await desk();
    const { id, vouchers } = await issue();
    return {
      routes,
      samples: {
        issue: { body: { count: 1, value: FEE, programme: 'covid-19', expiresAt: '2027-01-01T00:00:00Z' } },
        batches: {},
        batch: { params: { id } },
        inquire: { body: { serial: vouchers[0]?.serial } },
        revoke: { params: { id }, body: {} },
      },
    };
  }));

const refused = (code: string, status = 422) => expect.objectContaining({ $divoc: 'refusal', status, code });

describe('a code', () => {
  it('has 80 random bits and a check symbol', () => {
    const codes = Array.from({ length: 500 }, newVoucherCode);
    expect(new Set(codes).size).toBe(500);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}[0-9A-HJKMNP-TV-Z*~$=U]$/);
    expect(codes.map((code) => readVoucherCode(printedCode(code)))).toEqual(codes);
  });

  it('shows every single wrong symbol and every two that are swapped', () => {
    const symbols = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    fc.assert(
      fc.property(fc.nat(15), fc.constantFrom(...symbols), (at, other) => {
        const code = newVoucherCode();
        const changed = code.slice(0, at) + other + code.slice(at + 1);
        expect(readVoucherCode(changed)).toBe(changed === code ? code : undefined);
        const swapped = code.slice(0, at) + code.charAt(at + 1) + code.charAt(at) + code.slice(at + 2);
        if (swapped !== code && at < 15) expect(readVoucherCode(swapped)).toBeUndefined();
      }),
    );
  });

  it.each(['', 'x', '7KQ2', 'ÄÖÜ', '0'.repeat(16), '0'.repeat(18), '0'.repeat(10_000), '00000000000000001', '-'])('is not %s', (text) => {
    expect(readVoucherCode(text)).toBeUndefined();
  });
});

describe('an issue', () => {
  it('gives the codes out once, and keeps nothing but their hashes', async () => {
    const { call, state, lines } = await desk();
    const reply = await call('issue', {
      body: {
        count: 3,
        value: FEE,
        programme: 'covid-19',
        doseNumber: 1,
        facility: 'F1',
        expiresAt: '2027-01-01T00:00:00Z',
        label: 'Rotary',
      },
    });
    expect(reply).toMatchObject({ status: 201, headers: { 'cache-control': 'no-store' } });
    const { id, vouchers, ...rest } = reply.body as { id: string; vouchers: { serial: string; code: string }[] };
    expect(rest).toMatchObject({ state: 'issued', count: 3, facility: 'F1', label: 'Rotary', issuedAt: '2026-11-23T10:00:00.000Z' });
    expect(JSON.stringify(reply.body)).not.toContain('issuer');
    expect(vouchers.map(({ serial }) => serial)).toEqual([1, 2, 3].map((n) => `${id}-000${n}`));
    const kept = JSON.stringify([[...state.entries.entries()], lines]);
    for (const { code } of vouchers) {
      const plain = code.replaceAll('-', '');
      expect(kept).not.toContain(plain);
      expect(kept).not.toContain(code);
      expect(kept).toContain(createHash('sha256').update(plain).digest('base64url'));
    }
    expect(JSON.stringify((await call('batch', { params: { id } })).body)).not.toMatch(/code/);
    expect(lines).toMatchObject([{ level: 'info', batch: id, count: 3, actor: 'issuer' }]);
  });

  it('that was cut off leaves vouchers that are good for nothing', async () => {
    for (let write = 1; ; write += 1) {
      const { call, state, taken } = await desk();
      state.crashBefore = write;
      const body = { count: 2, value: FEE, programme: 'covid-19', expiresAt: '2027-01-01T00:00:00Z' };
      const outcome = await call('issue', { body }).catch((error: Error) => error);
      state.crashBefore = undefined;
      if (!(outcome instanceof Error)) {
        expect(write).toBe(7);
        return;
      }
      const [batch] = ((await call('batches')).body as { items: { id: string; state: string }[] }).items;
      expect(batch?.state ?? 'issuing').toBe('issuing');
      if (batch && write > 3)
        expect((await call('inquire', { body: { serial: `${batch.id}-0001` } })).body).toMatchObject({ status: 'not-issued' });
      expect(taken()).toBe(0n);
    }
  });

  it.each([
    [{ value: { amount: '1', currency: 'LKK' } }, '/value/currency'],
    [{ value: lkr('0') }, '/value/amount'],
    [{ expiresAt: '2026-11-23T10:00:00Z' }, '/expiresAt'],
  ])('of %j is refused', async (more, pointer) => {
    const { issue, state } = await desk();
    await expect(issue(more)).rejects.toMatchObject({ status: 422, code: 'BATCH_INVALID', errors: [{ pointer }] });
    expect(state.entries.size).toBe(0);
  });
});

describe('a batch', () => {
  it('counts what was captured, is held and remains', async () => {
    const { issue, call, scheme } = await desk();
    const { id, vouchers } = await issue({ count: 4, value: lkr('50000') });
    const [a, b, c] = vouchers.map(({ code }) => code);
    await scheme.capture(payment({ code: a }));
    await scheme.capture(payment({ code: a }));
    await scheme.authorize(payment({ code: b }));
    const back = payment({ code: c });
    await scheme.capture(back);
    await scheme.refund(back);
    expect((await call('batch', { params: { id } })).body).toMatchObject({
      totals: { value: '200000', captured: '50000', held: '25000', remaining: '125000', used: 1, revoked: 0 },
    });
  });

  it('is listed among the others', async () => {
    const { issue, call } = await desk();
    const ids = [(await issue()).id, (await issue()).id, (await issue()).id].sort();
    const page = (await call('batches', { query: { limit: '2' } })).body as { items: { id: string }[]; next: string };
    expect([page.items.map(({ id }) => id), page.next]).toEqual([ids.slice(0, 2), ids[1]]);
    expect((await call('batches', { query: { after: page.next } })).body).toMatchObject({ items: [{ id: ids[2] }], next: null });
  });

  it('that is revoked pays no more; what is held is honoured', async () => {
    const { issue, call, scheme } = await desk();
    const { id, vouchers } = await issue({ count: 2 });
    const held = payment({ code: vouchers[0]?.code });
    await scheme.authorize(held);
    const first = (await call('revoke', { params: { id } })).body;
    expect(first).toMatchObject({ id, revokedAt: '2026-11-23T10:00:00.000Z' });
    expect((await call('revoke', { params: { id } })).body).toEqual(first);
    await expect(scheme.capture(payment({ code: vouchers[1]?.code }))).rejects.toEqual(refused('VOUCHER_NOT_ACCEPTED'));
    expect(await scheme.capture(held)).toMatchObject({ account: 'vouchers' });
  });

  it('loses one voucher, and no other', async () => {
    const { issue, call, scheme } = await desk();
    const { id, vouchers } = await issue({ count: 2 });
    const { serial } = vouchers[0] as { serial: string };
    expect((await call('revoke', { params: { id }, body: { serial } })).body).toMatchObject({ totals: { revoked: 1 } });
    await expect(scheme.capture(payment({ code: vouchers[0]?.code }))).rejects.toEqual(refused('VOUCHER_NOT_ACCEPTED'));
    expect(await scheme.capture(payment({ code: vouchers[1]?.code }))).toMatchObject({ account: 'vouchers' });
    const other = await issue();
    await expect(call('revoke', { params: { id: other.id }, body: { serial } })).rejects.toEqual(refused('VOUCHER_UNKNOWN', 404));
    for (const unknown of ['', '0', '../x', '00000000'])
      await expect(call('batch', { params: { id: unknown } })).rejects.toEqual(refused('BATCH_UNKNOWN', 404));
  });
});

describe('the help desk', () => {
  it('learns what a voucher is good for, by its code or its serial number', async () => {
    const { issue, call, scheme, clock } = await desk();
    const { id, vouchers } = await issue({ count: 2, facility: 'F1', expiresAt: '2026-11-24T10:00:00Z' });
    const [used, left] = vouchers as [{ serial: string; code: string }, { serial: string; code: string }];
    await scheme.capture(payment({ code: used.code }, { purpose: { programme: 'covid-19', doseNumber: 1, facility: 'F1' } }));
    const ask = async (body: object) => (await call('inquire', { body })).body;
    expect(await ask({ code: used.code })).toMatchObject({ serial: used.serial, status: 'used-up', balance: lkr('0') });
    expect(await ask({ serial: left.serial })).toEqual({
      serial: left.serial,
      status: 'good',
      balance: FEE,
      programme: 'covid-19',
      facility: 'F1',
      expiresAt: '2026-11-24T10:00:00Z',
    });
    clock.pass(86_400);
    expect(await ask({ serial: left.serial })).toMatchObject({ status: 'expired' });
    await call('revoke', { params: { id } });
    expect(await ask({ serial: left.serial })).toMatchObject({ status: 'revoked' });
  });

  it('may not guess', async () => {
    const { call } = await desk({ fee: FEE, wrongCodesPerHour: 2 });
    const guess = () =>
      call('inquire', { body: { code: newVoucherCode() } }).catch((error: unknown) => (isRefusal(error) ? error.status : error));
    expect([await guess(), await guess(), await guess()]).toEqual([404, 404, 429]);
  });
});

it('has a route and a scope of its own for each thing that can be done', async () => {
  const part = await setUpPart(plugin, { config: { fee: FEE }, uses: { state: memoryState() } });
  const { table, handlers } = part.ports.routes as Routes;
  expect(Object.keys(handlers).sort()).toEqual(Object.keys(table.routes).sort());
  expect(Object.values(table.routes).map(({ method, path, scope }) => `${method} ${path} ${scope}`)).toEqual([
    'POST /batches payment-voucher:issue',
    'GET /batches payment-voucher:read',
    'GET /batches/{id} payment-voucher:read',
    'POST /batches/{id}/revocations payment-voucher:revoke',
    'POST /inquiries payment-voucher:inquire',
  ]);
  // The edge would keep the reply of an issue, and with it the codes.
  expect(table.routes.issue?.idempotent).toBeUndefined();
});
