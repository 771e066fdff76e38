import fc from 'fast-check';
import type { Knex } from 'knex';
import { describe, expect, it } from 'vitest';
import { appendEntry, imbalance } from './ledger.js';
import { verifyLedger } from './ledger-check.js';
import { type House, openHouse } from './payments.fixture.js';

const line = (account: string, amount: bigint, currency = 'LKR') => ({ account, currency, amount });
const entry = (lines: ReturnType<typeof line>[], subject = 's') => ({
  kind: 'captured',
  subject,
  actor: 'clerk',
  at: '2026-11-23T10:00:00.000Z',
  lines,
});

/** A day at the counter. */
async function filled(): Promise<House & { readonly ids: string[] }> {
  const house = await openHouse();
  const ids: string[] = [];
  for (let i = 0; i < 4; i += 1) ids.push(await house.open());
  for (const id of ids.slice(0, 3)) await house.call('capture', { id });
  await house.call('refund', { id: ids[0] as string });
  await house.call('cashUp', { body: { scheme: 'counter', counted: { amount: '49000', currency: 'LKR' } } });
  return { ...house, ids };
}

describe('an entry', () => {
  it.each([
    [[line('a', 1n), line('b', -2n)]],
    [[line('a', 1n), line('b', -1n, 'USD')]],
    [[line('a', 1n)]],
    [[]],
    [[line('a', 0n), line('b', 0n)]],
    [[line('A', 1n), line('b', -1n)]],
    [[line('a/../b', 1n), line('b', -1n)]],
    [[line('', 1n), line('b', -1n)]],
  ])('%# that does not balance is refused before it is written', async (lines) => {
    const { store } = await openHouse();
    await expect(store.storage.transaction((trx) => appendEntry(trx, 'main', entry(lines)))).rejects.toThrow('does not balance');
    expect(await store.storage.knex('ledger_line')).toEqual([]);
  });

  it('balances in each currency on its own, with amounts beyond what a number holds', async () => {
    const { store, balances } = await openHouse();
    const much = 10n ** 15n - 1n;
    for (let i = 0; i < 20; i += 1) {
      const lines = [line('a', much), line('b', -much), line('a', 7n, 'USD'), line('c/d', -7n, 'USD')];
      await store.storage.transaction((trx) => appendEntry(trx, 'main', entry(lines, `s${i}`)));
    }
    await expect(balances()).rejects.toThrow('the audit log knows nothing of entry 1');
    const { balances: sums, faults } = await verifyLedger(store.storage.knex, 'main');
    expect(faults).toHaveLength(20);
    expect(sums).toContainEqual({ account: 'a', currency: 'LKR', amount: String(20n * much) });
    expect(sums).toContainEqual({ account: 'c/d', currency: 'USD', amount: '-140' });
  });

  it('is found unbalanced whatever its lines are', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('LKR', 'USD', 'JPY'), fc.bigInt({ min: -1000n, max: 1000n }))), (pairs) => {
        const lines = pairs.map(([currency, amount]) => line('a', amount, currency));
        const wrong = ['LKR', 'USD', 'JPY'].filter(
          (each) => lines.reduce((sum, { currency, amount }) => (currency === each ? sum + amount : sum), 0n) !== 0n,
        );
        expect(
          imbalance(lines)
            .map((text) => text.split(' ')[1])
            .sort(),
        ).toEqual([...wrong].sort());
      }),
    );
  });
});

describe('the database itself', () => {
  it('refuses what would falsify the books', async () => {
    const { store } = await filled();
    const { knex } = store.storage;
    for (const table of ['payment_act', 'payment_receipt', 'ledger_entry', 'ledger_line', 'cash_up']) {
      await expect(knex(table).update({ tenant: 'x' })).rejects.toThrow('not changed');
      await expect(knex(table).delete()).rejects.toThrow('not changed');
    }
    const row = { tenant: 'main', account: 'a', currency: 'LKR' };
    await expect(knex('ledger_line').insert({ ...row, entry: 1, line: 9, amount: 1 })).rejects.toThrow('closed');
    const next = { tenant: 'main', kind: 'k', subject: 's', actor: 'a', at: 'x' };
    await expect(knex('ledger_entry').insert({ ...next, seq: 99 })).rejects.toThrow('must balance');
    const unbalanced = knex.transaction(async (trx) => {
      await trx('ledger_line').insert([
        { ...row, entry: 99, line: 1, amount: 5 },
        { ...row, entry: 99, line: 2, amount: -4 },
      ]);
      await trx('ledger_entry').insert({ ...next, seq: 99 });
    });
    await expect(unbalanced).rejects.toThrow('must balance');
    // No second entry of one kind for one payment, whatever the code may do.
    const { subject, kind } = await knex('ledger_entry').where({ seq: 5 }).first();
    await expect(
      store.storage.transaction((trx) => appendEntry(trx, 'main', { ...entry([line('a', 1n), line('b', -1n)], subject), kind })),
    ).rejects.toMatchObject({ code: 'STORAGE_UNIQUE' });
  });
});

/** What somebody with the database in hand could do: the triggers go first. */
async function tamper({ store }: House, work: (knex: Knex) => Promise<unknown>): Promise<void> {
  const { knex } = store.storage;
  const triggers: string[] = await knex('sqlite_master').where({ type: 'trigger' }).pluck('name');
  for (const name of triggers) await knex.raw(`DROP TRIGGER ${name}`);
  await work(knex);
}

describe('the check of the books', () => {
  it('finds nothing in books that are whole', async () => {
    const house = await filled();
    const { checked, faults, balances } = await verifyLedger(house.store.storage.knex, 'main');
    expect([checked, faults]).toEqual([9, []]);
    expect(balances.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
    expect(await house.health()).toEqual({ status: 'pass' });
  });

  it('finds nothing in books that are empty', async () => {
    const { store } = await openHouse();
    expect(await verifyLedger(store.storage.knex, 'main')).toEqual({ checked: 0, balances: [], faults: [] });
  });

  it.each<[string, (knex: Knex, ids: string[]) => Promise<unknown>, string]>([
    [
      'an amount that was raised',
      (knex) => knex('ledger_line').where({ entry: 2, line: 1 }).update({ amount: 25_001 }),
      'entry 2 does not balance: 1 LKR',
    ],
    [
      'an entry that was raised on both sides',
      (knex) =>
        knex('ledger_line')
          .where({ entry: 2 })
          .update({ amount: knex.raw('amount * 2') }),
      'entry 2 is not what the audit log says of it',
    ],
    [
      'an account that was changed',
      (knex) => knex('ledger_line').where({ entry: 5, line: 1 }).update({ account: 'counter/till/me' }),
      'entry 5 is not what the audit log says of it',
    ],
    [
      'a clerk who was changed',
      (knex) => knex('ledger_entry').where({ seq: 5 }).update({ actor: 'me' }),
      'entry 5 is not what the audit log says of it',
    ],
    ['an entry that was removed', (knex) => knex('ledger_entry').where({ seq: 3 }).delete(), 'entry 3 is missing'],
    [
      'an entry that was removed with its lines',
      async (knex) => {
        await knex('ledger_entry').where({ seq: 3 }).delete();
        await knex('ledger_line').where({ entry: 3 }).delete();
      },
      'entry 3 is missing',
    ],
    ['a line that was removed', (knex) => knex('ledger_line').where({ entry: 4, line: 2 }).delete(), 'entry 4 lacks lines'],
    [
      'lines that were slipped in',
      (knex) => knex('ledger_line').insert({ tenant: 'main', entry: 77, line: 1, account: 'a', currency: 'LKR', amount: 1 }),
      'lines of an entry 77 that does not exist',
    ],
    [
      'an entry that was slipped in',
      async (knex) => {
        await knex('ledger_line').insert(
          [1, -1].map((amount, i) => ({ tenant: 'main', entry: 10, line: i + 1, account: 'a', currency: 'LKR', amount })),
        );
        await knex('ledger_entry').insert({ tenant: 'main', seq: 10, kind: 'gift', subject: 's', actor: 'a', at: 'x' });
      },
      'the audit log knows nothing of entry 10',
    ],
    [
      'an entry whose audit entry is gone',
      async (knex) => {
        const rows: { seq: number; detail: string }[] = await knex('audit_entry');
        const { seq } = rows.find(({ detail }) => JSON.parse(detail).entry === 3) as { seq: number };
        await knex('audit_entry').where({ seq }).delete();
      },
      'the audit log knows nothing of entry 3',
    ],
    [
      'a payment that was set back',
      (knex, ids) =>
        knex('payment')
          .where({ id: ids[1] as string })
          .update({ state: 'due' }),
      'leaves out that it was captured',
    ],
    [
      'a payment that was set to captured',
      (knex, ids) =>
        knex('payment')
          .where({ id: ids[3] as string })
          .update({ state: 'captured' }),
      'it was not captured',
    ],
    [
      'a payment that was made cheaper',
      (knex, ids) =>
        knex('payment')
          .where({ id: ids[1] as string })
          .update({ amount: 1 }),
      'was booked with another amount',
    ],
    [
      'a receipt that was removed',
      (knex) => knex('payment_receipt').where({ number: 2 }).delete(),
      'counter has 2 receipts and the last is number 3',
    ],
    [
      'a cash-up whose number was changed',
      (knex) => knex('cash_up').update({ sequence: 2 }),
      'counter/till/clerk-1 has 1 cash-ups and the last is number 2',
    ],
  ])('finds %s', async (_what, change, text) => {
    const house = await filled();
    await tamper(house, (knex) => change(knex, house.ids));
    const { faults } = await verifyLedger(house.store.storage.knex, 'main');
    expect(faults.map((fault) => fault.text).join('; ')).toContain(text);
  });

  it('is part of the health, entry by entry', async () => {
    const house = await filled();
    expect(await house.health()).toEqual({ status: 'pass' });
    await tamper(house, (knex) => knex('ledger_line').where({ entry: 9, line: 1 }).update({ amount: 1 }));
    // What was looked at is not looked at again; after a restart it is.
    const next = await openHouse({ store: house.store, clock: house.clock, schemes: house.schemes });
    expect(await next.health()).toMatchObject({
      status: 'fail',
      detail: expect.stringMatching(/entry 9 does not balance.*divoc ledger verify/),
    });
    expect(await next.health()).toMatchObject({ status: 'fail' });
  });

  it('holds for each tenant alone', async () => {
    const house = await filled();
    expect(await verifyLedger(house.store.storage.knex, 'other')).toEqual({ checked: 0, balances: [], faults: [] });
  });
});
