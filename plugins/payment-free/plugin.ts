import { definePlugin, paymentScheme } from '@divoc/core/api';

interface Config {
  readonly payer: string;
}

export default definePlugin<Config>()({
  id: 'payment-free',
  summary: 'Nothing to pay: somebody else bears the cost.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      payer: {
        type: 'string',
        pattern: '^[a-z][a-z0-9-]{0,39}$',
        default: 'government',
        description: 'Who bears the cost, for the record.',
      },
    },
  },
  provides: { scheme: paymentScheme },
  async setup({ config }) {
    return { ports: { scheme: { quote: async () => ({ due: null, payer: config.payer }) } } };
  },
});
