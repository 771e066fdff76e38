import { describe, expect, it } from 'vitest';
import { type House, openHouse } from './payments.fixture.js';

const lkr = (amount: string) => ({ amount, currency: 'LKR' });
const refused = (code: string, status: number) => expect.objectContaining({ $divoc: 'refusal', status, code });
interface View {
  readonly id: string;
  readonly sequence: number;
  readonly expected: object;
  readonly difference: object;
}
const cashUp = (house: House, counted: string, more: object = {}, actor = 'clerk-1') =>
  house.ask<View>('cashUp', { body: { scheme: 'counter', counted: lkr(counted), ...more }, actor });
async function take(house: House, times: number, actor = 'clerk-1'): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < times; i += 1) {
    const id = await house.open({}, actor);
    await house.call('capture', { id, actor });
    ids.push(id);
  }
  return ids;
}

describe('a cash-up', () => {
  it('takes the till into the safe', async () => {
    const house = await openHouse();
    await take(house, 3);
    const reply = await house.call('cashUp', { body: { scheme: 'counter', counted: lkr('75000') } });
    expect(reply).toMatchObject({ status: 201, headers: { location: `/v1/cash-ups/${(reply.body as View).id}` } });
    expect(reply.body).toEqual({
      id: expect.any(String),
      scheme: 'counter',
      sequence: 1,
      expected: lkr('75000'),
      counted: lkr('75000'),
      difference: lkr('0'),
      decimal: { expected: '750.00', counted: '750.00', difference: '0.00' },
      at: '2026-11-23T10:00:00.000Z',
    });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-75000', safe: '75000' });
  });

  it.each([
    ['short', '74000', '-1000', { safe: '74000', 'cash-difference': '1000' }],
    ['over', '76000', '1000', { safe: '76000', 'cash-difference': '-1000' }],
    ['gone', '0', '-75000', { 'cash-difference': '75000' }],
  ])('books what is %s as a difference', async (_what, counted, difference, accounts) => {
    const house = await openHouse();
    await take(house, 3);
    expect(await cashUp(house, counted)).toMatchObject({ expected: lkr('75000'), difference: lkr(difference) });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-75000', ...accounts });
  });

  it('goes from the last one on, and takes in what was given back', async () => {
    const house = await openHouse();
    await take(house, 2);
    await cashUp(house, '49000');
    const [id] = await take(house, 3);
    await house.call('refund', { id: id as string });
    expect(await cashUp(house, '50000')).toMatchObject({ sequence: 2, expected: lkr('50000'), difference: lkr('0') });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-100000', safe: '99000', 'cash-difference': '1000' });
  });

  it('of what came and went again books nothing, and closes it all the same', async () => {
    const house = await openHouse();
    const [id] = await take(house, 1);
    await house.call('refund', { id: id as string });
    expect(await cashUp(house, '0')).toMatchObject({ sequence: 1, expected: lkr('0'), difference: lkr('0') });
    await expect(cashUp(house, '0')).rejects.toEqual(refused('CASH_UP_NOTHING_SINCE', 409));
    await take(house, 1);
    expect(await cashUp(house, '25000')).toMatchObject({ sequence: 2, expected: lkr('25000') });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', safe: '25000' });
  });

  it('of a till that gave back more than it took has something missing', async () => {
    const house = await openHouse();
    const [id] = await take(house, 1, 'clerk-2');
    await house.call('refund', { id: id as string, actor: 'clerk-1' });
    expect(await cashUp(house, '0')).toMatchObject({ expected: lkr('-25000'), difference: lkr('25000') });
  });

  it('is of the own till alone', async () => {
    const house = await openHouse();
    await take(house, 1, 'clerk-1');
    await take(house, 2, 'Clerk Two <two@health.example>');
    expect(await cashUp(house, '50000', {}, 'Clerk Two <two@health.example>')).toMatchObject({ sequence: 1, expected: lkr('50000') });
    expect(await house.balances()).toMatchObject({ 'counter/till/clerk-1': '25000', safe: '50000' });
    await expect(cashUp(house, '1', {}, 'clerk-3')).rejects.toEqual(refused('CASH_UP_NOTHING_SINCE', 409));
  });

  it('happens once when it is sent twenty times at once', async () => {
    const house = await openHouse();
    await take(house, 3);
    const plain = await Promise.all(Array.from({ length: 20 }, () => cashUp(house, '75000').catch((error: unknown) => error)));
    expect(plain.filter((outcome) => (outcome as View).sequence === 1)).toHaveLength(1);
    expect(plain.filter((outcome) => (outcome as { code?: string }).code === 'CASH_UP_NOTHING_SINCE')).toHaveLength(19);
    await take(house, 1);
    const numbered = await Promise.all(Array.from({ length: 20 }, () => cashUp(house, '25000', { sequence: 2 })));
    expect(new Set(numbered.map(({ id }) => id)).size).toBe(1);
    expect(await house.balances()).toEqual({ 'income/covid-19': '-100000', safe: '100000' });
  });

  it('and captures at once lose nothing: what one does not take in, the next does', async () => {
    const house = await openHouse();
    await take(house, 1);
    const ids = await Promise.all(Array.from({ length: 10 }, () => house.open()));
    const made: View[] = [];
    await Promise.all([
      ...ids.map((id) => house.call('capture', { id })),
      (async () => {
        for (let i = 0; i < 5; i += 1)
          await cashUp(house, '0').then(
            (view) => made.push(view),
            () => undefined,
          );
      })(),
    ]);
    await cashUp(house, '0').then(
      (view) => made.push(view),
      () => undefined,
    );
    const taken = made.reduce((sum, { expected }) => sum + BigInt((expected as { amount: string }).amount), 0n);
    expect(taken).toBe(275_000n);
    expect(await house.balances()).toEqual({ 'income/covid-19': '-275000', 'cash-difference': '275000' });
  });

  it('with a number is that one again, or none', async () => {
    const house = await openHouse();
    await take(house, 1);
    const first = await cashUp(house, '25000', { sequence: 1 });
    await take(house, 1);
    expect(await house.call('cashUp', { body: { scheme: 'counter', counted: lkr('25000'), sequence: 1 } })).toMatchObject({
      status: 200,
      body: first,
    });
    for (const more of [{ sequence: 3 }, { sequence: 1, counted: lkr('1') }])
      await expect(cashUp(house, '25000', more)).rejects.toEqual(refused('CASH_UP_SEQUENCE', 409));
    expect(await cashUp(house, '25000', { sequence: 2 })).toMatchObject({ sequence: 2 });
  });

  it.each([
    [{ scheme: 'countr' }, 'PAYMENT_SCHEME_UNKNOWN'],
    [{ counted: { amount: '1', currency: 'LKK' } }, 'MONEY_INVALID'],
  ])('of %j is refused', async (more, code) => {
    const house = await openHouse();
    await take(house, 1);
    await expect(cashUp(house, '25000', more)).rejects.toEqual(refused(code, 422));
  });

  it('that dies before it is kept leaves nothing', async () => {
    const house = await openHouse();
    await take(house, 1);
    const broken = await openHouse({
      store: house.store,
      clock: house.clock,
      schemes: house.schemes,
      storage: (storage) => ({
        ...storage,
        transaction: (work) =>
          storage.transaction(async (trx) => {
            await work(trx);
            throw new Error('the process was killed');
          }),
      }),
    });
    await expect(cashUp(broken, '25000')).rejects.toThrow('killed');
    expect(await cashUp(house, '25000')).toMatchObject({ sequence: 1, expected: lkr('25000') });
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', safe: '25000' });
  });
});

describe('whoever looks at cash-ups', () => {
  it('sees their own; all with payments:read-all', async () => {
    const house = await openHouse();
    const made: Record<string, string[]> = { 'clerk-1': [], 'clerk-2': [] };
    for (const clerk of ['clerk-1', 'clerk-2', 'clerk-1', 'clerk-1']) {
      await take(house, 1, clerk);
      made[clerk]?.push((await cashUp(house, '25000', {}, clerk)).id);
    }
    const mine = [...(made['clerk-1'] as string[])].reverse();
    const list = async (query: Record<string, string>, actor: string, scopes: string[] = []) => {
      const { items, next } = await house.ask<{ items: View[]; next: string | null }>('cashUps', { query, actor, scopes });
      return [items.map(({ id }) => id), next];
    };
    expect(await list({}, 'clerk-1')).toEqual([mine, null]);
    expect(await list({ limit: '2' }, 'clerk-1')).toEqual([mine.slice(0, 2), mine[1]]);
    expect(await list({ limit: '2', after: mine[1] as string }, 'clerk-1')).toEqual([mine.slice(2), null]);
    expect((await list({}, 'auditor', ['payments:read-all']))[0]).toHaveLength(4);
    expect(await list({}, 'auditor')).toEqual([[], null]);
    const id = mine[0] as string;
    for (const [actor, scopes] of [
      ['clerk-1', []],
      ['auditor', ['payments:read-all']],
    ] as const)
      expect((await house.call('readCashUp', { id, actor, scopes: [...scopes] })).status).toBe(200);
    for (const [unknown, actor] of [
      [id, 'clerk-2'],
      ['x', 'clerk-1'],
      ['019ab000-0000-7000-8000-000000000000', 'clerk-1'],
    ] as const)
      await expect(house.call('readCashUp', { id: unknown, actor })).rejects.toEqual(refused('CASH_UP_UNKNOWN', 404));
    for (const limit of ['0', '-1', '101', 'x', '1.5'])
      await expect(list({ limit }, 'clerk-1')).rejects.toEqual(refused('QUERY_INVALID', 400));
  });
});
