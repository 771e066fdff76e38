import { definePlugin, type FeeTable, feeFindings, feeSettings, isTimeZone, one, paymentScheme, state } from '@divoc/core/api';
import { counterScheme, type RefundRule } from './src/counter-scheme.js';

interface Config extends FeeTable {
  readonly payer: string;
  readonly refund: RefundRule;
  readonly timeZone: string;
}

export default definePlugin<Config>()({
  id: 'payment-flat-fee',
  summary: 'A fixed fee, settled at the counter and confirmed by a clerk.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...feeSettings,
      payer: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$', default: 'individual', description: 'Who pays, for the record.' },
      refund: {
        enum: ['never', 'same-day', 'always'],
        default: 'never',
        description: 'Whether a clerk may give the fee back; same-day: on the day on which it was taken.',
      },
      timeZone: { type: 'string', minLength: 1, default: 'UTC', description: 'Where a day begins and ends, for refund: same-day (IANA).' },
    },
  },
  uses: { state: one(state) },
  provides: { scheme: paymentScheme },
  check: ({ config }) => [
    ...feeFindings(config),
    ...(isTimeZone(config.timeZone)
      ? []
      : [{ pointer: '/timeZone', code: 'TIME_ZONE_UNKNOWN', message: 'is no IANA time zone; write one like Asia/Colombo' }]),
  ],
  async setup({ config: { payer, refund, timeZone, ...fees }, clock }, { state }) {
    return { ports: { scheme: counterScheme({ fees, payer, refund, timeZone, clock, state }) } };
  },
});
