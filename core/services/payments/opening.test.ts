import { describe, expect, it } from 'vitest';
import { freshScheme, type House, openHouse, PURPOSE } from './payments.fixture.js';

const refused = (code: string) => expect.objectContaining({ $divoc: 'refusal', status: 422, code });
const opened = (house: House, act: string, more: object = {}) =>
  house.payments.open({ scheme: 'counter', purpose: PURPOSE, act, owner: 'nurse', ...more });

describe('the payment of an act', () => {
  it('is opened once, however many ask at once, and found again', async () => {
    const house = await openHouse();
    expect(await house.payments.ofAct('dose-1')).toBeUndefined();
    const all = await Promise.all(Array.from({ length: 20 }, () => opened(house, 'dose-1')));
    const [first] = all;
    expect(first).toMatchObject({ scheme: 'counter', purpose: PURPOSE, state: 'due', act: 'dose-1' });
    for (const each of all) expect(each).toEqual(first);
    expect(await house.payments.ofAct('dose-1')).toEqual(first);
    expect(await house.store.storage.knex('payment')).toHaveLength(1);
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'receivable/counter': '25000' });
  });

  it('stays as it was opened, whatever the price is by then', async () => {
    const house = await openHouse();
    const first = await opened(house, 'dose-1');
    house.schemes.counter = {
      ...house.schemes.counter,
      quote: async () => ({ due: { amount: '1', currency: 'LKR' }, payer: 'x' }),
    } as never;
    expect(await opened(house, 'dose-1')).toEqual(first);
  });

  it('belongs to whoever recorded the act', async () => {
    const house = await openHouse();
    const id = (await opened(house, 'dose-1'))?.id as string;
    expect((await house.call('read', { id, actor: 'nurse' })).status).toBe(200);
  });
});

describe('a prepaid payment', () => {
  const paid = async (house: House, more: object = {}) => {
    const id = await house.open(more);
    await house.call('capture', { id });
    return id;
  };
  const use = (house: House, id: string, act = 'dose-1', more: object = {}) =>
    house.payments.use(id, { scheme: 'counter', purpose: PURPOSE, act, ...more });

  it('is used for one act, exactly once, however many ask at once', async () => {
    const house = await openHouse();
    const id = await paid(house);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, (_, i) => use(house, id, `dose-${i % 4}`).catch((error: unknown) => error)),
    );
    const done = outcomes.filter((outcome) => (outcome as { id?: string }).id === id);
    expect(new Set(done.map((outcome) => (outcome as { act: string }).act)).size).toBe(1);
    expect(done).toHaveLength(5);
    for (const outcome of outcomes) if (!done.includes(outcome)) expect(outcome).toEqual(refused('PAYMENT_USED'));
    const { act } = done[0] as { act: string };
    expect(await use(house, id, act)).toMatchObject({ id, act, state: 'captured' });
    expect((await house.ask<{ history: { act: string }[] }>('read', { id })).history.map((each) => each.act)).toEqual([
      'opened',
      'captured',
      'used',
    ]);
    expect(await house.balances()).toEqual({ 'income/covid-19': '-25000', 'counter/till/clerk-1': '25000' });
  });

  it('is good for its own scheme, programme and dose alone, and one answer tells nothing of others', async () => {
    const house = await openHouse({ schemes: { counter: freshScheme(), desk: freshScheme() } });
    const id = await paid(house);
    for (const more of [{ scheme: 'desk' }, { purpose: { ...PURPOSE, programme: 'flu' } }, { purpose: { ...PURPOSE, doseNumber: 2 } }])
      await expect(use(house, id, 'dose-1', more)).rejects.toEqual(refused('PAYMENT_NOT_FOR_THIS'));
    for (const unknown of ['x', '019ab000-0000-7000-8000-000000000000'])
      await expect(use(house, unknown)).rejects.toEqual(refused('PAYMENT_NOT_FOR_THIS'));
  });

  it('that names a facility is good there, and one that names none is good at any', async () => {
    const house = await openHouse();
    const bound = await paid(house, { purpose: { ...PURPOSE, facility: 'F1' } });
    for (const purpose of [PURPOSE, { ...PURPOSE, facility: 'F2' }])
      await expect(use(house, bound, 'a', { purpose })).rejects.toEqual(refused('PAYMENT_NOT_FOR_THIS'));
    expect(await use(house, bound, 'a', { purpose: { ...PURPOSE, facility: 'F1' } })).toMatchObject({ act: 'a' });
    expect(await use(house, await paid(house), 'b', { purpose: { ...PURPOSE, facility: 'F2' } })).toMatchObject({ act: 'b' });
  });

  it('is good for nothing before it is captured, and after it was given back', async () => {
    const house = await openHouse();
    const id = await house.open();
    await expect(use(house, id)).rejects.toEqual(refused('PAYMENT_NOT_CAPTURED'));
    await house.call('authorize', { id });
    await expect(use(house, id)).rejects.toEqual(refused('PAYMENT_NOT_CAPTURED'));
    await house.call('capture', { id });
    await house.call('refund', { id });
    await expect(use(house, id)).rejects.toEqual(refused('PAYMENT_NOT_CAPTURED'));
  });

  it('does not pay for what has a payment', async () => {
    const house = await openHouse();
    await opened(house, 'dose-1');
    await expect(use(house, await paid(house))).rejects.toEqual(refused('PAYMENT_ALREADY_PAID'));
  });

  it('cannot be used while its refund is under way', async () => {
    const house = await openHouse();
    const id = await paid(house);
    const { refund, ...rest } = house.schemes.counter as Required<typeof house.schemes.counter>;
    let during: unknown;
    house.schemes.counter = {
      ...rest,
      async refund(act) {
        during = await use(house, id).catch((error: unknown) => error);
        return refund(act);
      },
    };
    await house.call('refund', { id });
    expect(during).toEqual(refused('PAYMENT_NOT_CAPTURED'));
  });
});
