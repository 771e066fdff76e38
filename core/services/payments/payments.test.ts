import { describe, expect, it } from 'vitest';
import { type PaymentAct, Refusal } from '../../api/index.js';
import { bookScheme, memoryState } from '../../testkit/index.js';
import { DUE, type House, openHouse, PURPOSE } from './payments.fixture.js';

const refused = (code: string, status = 422) => expect.objectContaining({ $divoc: 'refusal', status, code });
const stateOf = async (house: House, id: string) => (await house.ask('read', { id, scopes: ['payments:read-all'] })).state;

describe('a payment', () => {
  it('goes from due to captured to refunded, and the books follow', async () => {
    const house = await openHouse();
    const id = await house.open();
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'receivable/counter': '25000' });
    const captured = await house.ask('capture', { id, body: { input: { received: DUE } } });
    expect(captured).toMatchObject({
      id,
      state: 'captured',
      due: DUE,
      payer: 'individual',
      reference: 'R-1',
      receiptNumber: 'counter-000001',
    });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'counter/till/clerk-1': '25000' });
    house.clock.pass(60);
    expect(await house.ask('refund', { id, actor: 'clerk-2' })).toMatchObject({ state: 'refunded' });
    // Who gave it back has it missing, until both have cashed up.
    expect(await house.balances()).toEqual({ 'counter/till/clerk-1': '25000', 'counter/till/clerk-2': '-25000' });
    expect((await house.ask('read', { id })).history).toEqual([
      { act: 'opened', at: '2026-11-23T10:00:00.000Z' },
      { act: 'captured', at: '2026-11-23T10:00:00.000Z' },
      { act: 'refunded', at: '2026-11-23T10:01:00.000Z' },
    ]);
  });

  it('may be held first, and let go', async () => {
    const house = await openHouse();
    const [held, kept] = [await house.open(), await house.open()];
    for (const id of [held, kept]) expect(await house.ask('authorize', { id })).toMatchObject({ state: 'authorized' });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-50000', 'receivable/counter': '50000' });
    expect(await house.ask('cancel', { id: held })).toMatchObject({ state: 'cancelled' });
    expect(await house.ask('capture', { id: kept })).toMatchObject({ state: 'captured' });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'counter/till/clerk-1': '25000' });
  });

  it('that is due is cancelled without its scheme', async () => {
    const { refund: _, cancel: __, authorize: ___, ...scheme } = bookScheme(memoryState());
    const house = await openHouse({ schemes: { counter: scheme } });
    const id = await house.open();
    expect(await house.ask('cancel', { id })).toMatchObject({ state: 'cancelled' });
    expect(await house.balances()).toEqual({});
  });

  it('answers an act that was done before, whoever asks, and refuses what its state does not allow', async () => {
    const house = await openHouse();
    const id = await house.open();
    const first = await house.ask('capture', { id });
    expect(await house.ask('capture', { id, actor: 'clerk-2', body: { input: { secret: 1 } } })).toEqual(first);
    await expect(house.call('cancel', { id })).rejects.toEqual(refused('PAYMENT_STATE'));
    await expect(house.call('authorize', { id })).rejects.toEqual(refused('PAYMENT_STATE'));
    await house.call('refund', { id });
    await expect(house.call('capture', { id })).rejects.toEqual(refused('PAYMENT_STATE'));
  });

  it('does not take an act that its scheme does not offer', async () => {
    const { refund: _, ...scheme } = bookScheme(memoryState());
    const house = await openHouse({ schemes: { counter: scheme } });
    const id = await house.open();
    await house.call('capture', { id });
    await expect(house.call('refund', { id })).rejects.toEqual(refused('PAYMENT_ACT_NOT_OFFERED'));
  });

  it('is unknown when it does not exist, whatever is asked', async () => {
    const house = await openHouse();
    for (const id of ['', 'x', '019ab000-0000-7000-8000-000000000000', "' or 1=1 --"])
      for (const route of ['read', 'receipt', 'authorize', 'capture', 'cancel', 'refund'])
        await expect(house.call(route, { id, scopes: ['payments:read-all'] })).rejects.toEqual(refused('PAYMENT_UNKNOWN', 404));
  });

  it('is not opened for what nobody knows, or where nothing is due', async () => {
    const free = { quote: async () => ({ due: null, payer: 'government' }) };
    const house = await openHouse({ schemes: { counter: bookScheme(memoryState()), free } });
    await expect(house.open({ scheme: 'countr' })).rejects.toMatchObject({
      code: 'PAYMENT_SCHEME_UNKNOWN',
      errors: [{ pointer: '/scheme', fix: 'Send one of counter, free.' }],
    });
    await expect(house.open({ scheme: 'constructor' })).rejects.toEqual(refused('PAYMENT_SCHEME_UNKNOWN'));
    await expect(house.open({ scheme: 'free' })).rejects.toEqual(refused('PAYMENT_NOTHING_DUE'));
    expect(await house.payments.open({ scheme: 'free', purpose: PURPOSE, act: 'v1', owner: 'nurse' })).toBeUndefined();
  });

  it.each([
    { amount: '0', currency: 'LKR' },
    { amount: '-1', currency: 'LKR' },
    { amount: '1', currency: 'LKK' },
    { amount: 1, currency: 'LKR' },
  ])('of %j is a fault of the scheme, and nothing is written', async (due) => {
    const house = await openHouse({
      schemes: { counter: { ...bookScheme(memoryState()), quote: async () => ({ due: due as typeof DUE, payer: 'x' }) } },
    });
    await expect(house.open()).rejects.toThrow('no amount of money');
    expect(await house.balances()).toEqual({});
  });
});

describe('who may see a payment', () => {
  it('is whoever opened it or acted on it, and whoever may see all', async () => {
    const house = await openHouse();
    const id = await house.open({}, 'nurse');
    await house.call('capture', { id, actor: 'clerk-1' });
    for (const route of ['read', 'receipt']) {
      for (const [actor, scopes] of [
        ['nurse', []],
        ['clerk-1', []],
        ['auditor', ['payments:read-all']],
      ] as const)
        expect((await house.call(route, { id, actor, scopes: [...scopes] })).status).toBe(200);
      for (const actor of ['clerk-2', '', 'NURSE'])
        await expect(house.call(route, { id, actor })).rejects.toEqual(refused('PAYMENT_UNKNOWN', 404));
    }
  });
});

describe('a receipt', () => {
  it('is numbered for each scheme without a gap, whatever is refused between', async () => {
    const house = await openHouse({ schemes: { counter: bookScheme(memoryState()), desk: bookScheme(memoryState()) } });
    const numbers: unknown[] = [];
    for (const scheme of ['counter', 'desk', 'counter', 'counter', 'desk']) {
      const id = await house.open({ scheme });
      await expect(house.call('receipt', { id })).rejects.toEqual(refused('RECEIPT_UNKNOWN', 404));
      await house.call('capture', { id, body: { input: { received: 'a kiss' } } }).catch(() => undefined);
      await house.call('capture', { id });
      numbers.push((await house.ask('receipt', { id })).number);
    }
    expect(numbers).toEqual(['counter-000001', 'desk-000001', 'counter-000002', 'counter-000003', 'desk-000002']);
  });

  it('says what was paid, and that it was given back', async () => {
    const house = await openHouse();
    const id = await house.open({ purpose: { ...PURPOSE, facility: 'F1' } });
    await house.call('capture', { id });
    const receipt = {
      number: 'counter-000001',
      payment: id,
      scheme: 'counter',
      purpose: { ...PURPOSE, facility: 'F1' },
      paid: DUE,
      decimal: '250.00',
      payer: 'individual',
      reference: 'R-1',
      issuedAt: '2026-11-23T10:00:00.000Z',
    };
    expect(await house.ask('receipt', { id })).toEqual(receipt);
    await house.call('refund', { id });
    expect(await house.ask('receipt', { id })).toEqual({ ...receipt, refundedAt: '2026-11-23T10:00:00.000Z' });
  });
});

describe('a refusal of the scheme', () => {
  it('points into the body, changes nothing, and the next try is free', async () => {
    const house = await openHouse();
    const id = await house.open();
    const before = await house.balances();
    await expect(house.call('capture', { id, body: { input: { received: { amount: '1', currency: 'LKR' } } } })).rejects.toMatchObject({
      status: 422,
      code: 'BOOK_WRONG_AMOUNT',
      errors: [{ pointer: '/input/received' }],
    });
    expect([await stateOf(house, id), await house.balances()]).toEqual(['due', before]);
    expect(await house.ask('read', { id })).not.toHaveProperty('pending');
    expect(await house.ask('capture', { id })).toMatchObject({ state: 'captured' });
  });

  it('that asks for patience is passed on as it is', async () => {
    const scheme = {
      ...bookScheme(memoryState()),
      capture: () => Promise.reject(new Refusal(429, 'SLOW', 'slow', { headers: { 'retry-after': '9' } })),
    };
    const house = await openHouse({ schemes: { counter: scheme } });
    await expect(house.call('capture', { id: await house.open() })).rejects.toMatchObject({ status: 429, headers: { 'retry-after': '9' } });
  });
});

describe('what a caller sends to a scheme', () => {
  it('is kept encrypted for as long as the act lasts, and nowhere after it', async () => {
    let house: House | undefined;
    const during: unknown[] = [];
    const book = bookScheme(memoryState());
    const scheme = {
      ...book,
      async capture(act: PaymentAct) {
        during.push(await house?.store.storage.knex('payment').first());
        return book.capture({ ...act, input: {} });
      },
    };
    house = await openHouse({ schemes: { counter: scheme } });
    const id = await house.open();
    await house.call('capture', { id, body: { input: { code: 'SECRET-CODE' } } });
    expect(during).toMatchObject([{ intent_act: 'capture', intent_actor: 'clerk-1', intent_input: expect.stringMatching(/^enc:/) }]);
    const dump = async () => {
      const tables = ['payment', 'payment_act', 'ledger_entry', 'ledger_line', 'outbox_job', 'audit_entry'];
      return JSON.stringify(await Promise.all(tables.map((table) => house?.store.storage.knex(table))));
    };
    expect(JSON.stringify(during)).not.toContain('SECRET-CODE');
    expect(await dump()).not.toMatch(/SECRET-CODE|enc:/);
    expect(JSON.stringify(house.lines)).not.toContain('SECRET-CODE');
  });
});
