import type { PaymentScheme } from '@divoc/core/api';
import { holdTo, paymentSchemeContract, setUpPart } from '@divoc/core/testkit';
import { expect, it } from 'vitest';
import plugin from '../plugin.js';

const free = async (config: object = {}) => (await setUpPart(plugin, { config })).ports.scheme as PaymentScheme;

holdTo(it, paymentSchemeContract, async () => ({
  scheme: await free(),
  purpose: { programme: 'covid-19', doseNumber: 1 },
  input: async () => ({}),
  wrongInputs: [],
}));

it.each([
  ['covid-19', 1],
  ['', -3],
])('asks for nothing, and says who pays (%s, dose %i)', async (programme, doseNumber) => {
  expect(await (await free({ payer: 'employer' })).quote({ programme, doseNumber })).toEqual({ due: null, payer: 'employer' });
});

it('offers no act: there is nothing to pay', async () => {
  expect(Object.keys(await free())).toEqual(['quote']);
});

it('names the government unless its settings say otherwise', async () => {
  expect((await (await free()).quote({ programme: 'covid-19', doseNumber: 1 })).payer).toBe('government');
  await expect(free({ payer: 'Ministry of Health' })).rejects.toThrow();
});
