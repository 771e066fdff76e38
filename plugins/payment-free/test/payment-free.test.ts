import type { PartContext, PaymentScheme } from '@divoc/core/api';
import { expect, it } from 'vitest';
import plugin from '../plugin.js';

it.each([
  ['covid-19', 1],
  ['', -3],
])('asks for nothing, and says who pays (%s, dose %i)', async (programme, doseNumber) => {
  const part = await plugin.setup({ config: { payer: 'employer' } } as unknown as PartContext<never>, {} as never);
  const scheme = part.ports.scheme as PaymentScheme;
  expect(await scheme.quote({ programme, doseNumber })).toEqual({ due: null, payer: 'employer' });
});

it('names the government unless its settings say otherwise', () => {
  expect(plugin.config).toMatchObject({ additionalProperties: false, properties: { payer: { default: 'government' } } });
});
