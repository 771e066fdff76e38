import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decimalAmount, isMoney, MINOR_UNITS } from './money.js';

const list = fileURLToPath(new URL('../../schemas/codes/iso4217.json', import.meta.url));
const { codes } = JSON.parse(readFileSync(join(list), 'utf8')) as { codes: Record<string, { minorUnits: number }> };

it('knows the codes and digits of the published list', () => {
  expect(Object.fromEntries(MINOR_UNITS)).toEqual(
    Object.fromEntries(Object.entries(codes).map(([code, { minorUnits }]) => [code, minorUnits])),
  );
});

it('knows digits that Intl has wrong', () => {
  expect(['PKR', 'LAK', 'IQD', 'IDR', 'JPY', 'CLF'].map((code) => MINOR_UNITS.get(code))).toEqual([2, 2, 3, 2, 0, 4]);
});

it.each([
  [{ amount: '25000', currency: 'LKR' }, true],
  [{ amount: '0', currency: 'JPY' }, true],
  [{ amount: '999999999999999', currency: 'LKR' }, true],
  [{ amount: '1000000000000000', currency: 'LKR' }, false],
  [{ amount: '-1', currency: 'LKR' }, false],
  [{ amount: '01', currency: 'LKR' }, false],
  [{ amount: '2.50', currency: 'LKR' }, false],
  [{ amount: '1\n', currency: 'LKR' }, false],
  [{ amount: 25000, currency: 'LKR' }, false],
  [{ amount: '1', currency: 'LKRR' }, false],
  [{ amount: '1', currency: 'XAU' }, false],
  [{ amount: '1', currency: 'LKR', more: 1 }, false],
  [{ amount: '1' }, false],
  [null, false],
  ['25000 LKR', false],
])('%j is money: %s', (value, is) => expect(isMoney(value)).toBe(is));

it.each([
  ['25000', 'LKR', '250.00'],
  ['5', 'LKR', '0.05'],
  ['0', 'KWD', '0.000'],
  ['-5', 'LKR', '-0.05'],
  ['-25000', 'KWD', '-25.000'],
  ['25000', 'JPY', '25000'],
])('%s minor units of %s are %s', (amount, currency, text) => expect(decimalAmount({ amount, currency })).toBe(text));

it('writes every amount so that it can be read back', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.constantFrom(...MINOR_UNITS.keys()), (amount, currency) => {
      expect(BigInt(decimalAmount({ amount: String(amount), currency }).replace('.', ''))).toBe(amount);
    }),
  );
});
