import { expect, it } from 'vitest';
import { type FeeTable, feeFindings, feeFor } from './fee-table.js';

const lkr = (amount: string) => ({ amount, currency: 'LKR' });
const table: FeeTable = {
  fee: lkr('100'),
  programmes: {
    flu: { fee: lkr('200'), doses: { 2: lkr('50'), 3: lkr('0') } },
    measles: { doses: { 1: lkr('0') } },
  },
};

it.each([
  ['covid-19', 1, lkr('100')],
  ['flu', 1, lkr('200')],
  ['flu', 2, lkr('50')],
  ['flu', 3, null],
  ['measles', 1, null],
  ['measles', 2, lkr('100')],
  ['constructor', 1, lkr('100')],
  ['__proto__', 1, lkr('100')],
])('%s, dose %i', (programme, doseNumber, due) => expect(feeFor(table, { programme, doseNumber })).toEqual(due));

it('says nothing of what it does not name', () => {
  const { programmes } = table;
  expect(feeFor({ programmes }, { programme: 'covid-19', doseNumber: 1 })).toBeUndefined();
  expect(feeFor({ programmes }, { programme: 'measles', doseNumber: 2 })).toBeUndefined();
});

it('finds currencies that do not exist, and a table that says nothing', () => {
  expect(feeFindings(table)).toEqual([]);
  expect(feeFindings({ programmes: {} })).toMatchObject([{ code: 'FEES_MISSING' }]);
  const wrong = { amount: '1', currency: 'LKK' };
  expect(feeFindings({ fee: wrong, programmes: { 'a/b': { fee: wrong, doses: { 2: wrong } } } }).map(({ pointer }) => pointer)).toEqual([
    '/fee/currency',
    '/programmes/a~1b/fee/currency',
    '/programmes/a~1b/doses/2/currency',
  ]);
});
