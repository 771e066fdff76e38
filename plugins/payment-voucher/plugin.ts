import { declareRoutes, definePlugin, type FeeTable, feeFindings, feeSettings, one, paymentScheme, state } from '@divoc/core/api';
import { batchesOf } from './src/batches.js';
import { inquiryOf } from './src/inquiry.js';
import { voucherHandlers, voucherRoutes } from './src/routes.js';
import { voucherScheme } from './src/voucher-scheme.js';
import { voucherStore } from './src/voucher-store.js';
import { wrongCodes } from './src/wrong-codes.js';

interface Config extends FeeTable {
  readonly payer: string;
  readonly wrongCodesPerHour: number;
}

export default definePlugin<Config>()({
  id: 'payment-voucher',
  summary: 'Vouchers with a balance, bound to programme, dose and facility, issued in batches.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...feeSettings,
      payer: { type: 'string', pattern: '^[a-z][a-z0-9-]{0,39}$', default: 'sponsor', description: 'Who pays, for the record.' },
      wrongCodesPerHour: {
        type: 'integer',
        minimum: 1,
        maximum: 10000,
        default: 20,
        description: 'How many codes that are not accepted one actor may send in an hour.',
      },
    },
  },
  uses: { state: one(state) },
  provides: { scheme: paymentScheme, routes: declareRoutes(voucherRoutes) },
  check: ({ config }) => feeFindings(config),
  async setup({ config: { payer, wrongCodesPerHour, ...fees }, clock, log }, { state }) {
    const store = voucherStore(state);
    const wrong = wrongCodes({ state, clock, perHour: wrongCodesPerHour });
    const batches = batchesOf({ store, clock, log });
    const inquiry = inquiryOf({ store, batches, wrong, clock });
    return {
      ports: {
        scheme: voucherScheme({ fees, payer, store, wrong, clock }),
        routes: { table: voucherRoutes, handlers: voucherHandlers(batches, store, inquiry) },
      },
    };
  },
});
