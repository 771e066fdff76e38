import { definePlugin, eventConsumer, wantedTypesSchema } from '@divoc/core/api';
import { addressFaults } from './src/address.js';
import { webhook } from './src/webhook.js';

interface Config {
  readonly url: string;
  readonly secret: string;
  readonly types: readonly string[];
  readonly answerSeconds: number;
  readonly giveUpAfterHours: number;
}

export default definePlugin<Config>()({
  id: 'sink-webhook',
  summary: 'Posts events to an address, signed as Standard Webhooks says, until they are taken.',
  config: {
    type: 'object',
    additionalProperties: false,
    required: ['url', 'secret'],
    properties: {
      url: { type: 'string', format: 'uri', pattern: '^https?://', description: 'Where to; https, but for this machine.' },
      secret: {
        type: 'string',
        pattern: '^whsec_[A-Za-z0-9+/]{32,88}={0,2}$',
        'x-secret': true,
        description: 'whsec_ and base64 of 24 to 64 random bytes; the receiver checks signatures with it.',
      },
      types: wantedTypesSchema,
      answerSeconds: { type: 'integer', minimum: 1, maximum: 20, default: 15, description: 'How long the receiver may take.' },
      giveUpAfterHours: {
        type: 'integer',
        minimum: 1,
        maximum: 720,
        default: 72,
        description: 'An event that was not taken for so long is parked, and health warns.',
      },
    },
  },
  provides: { consumer: eventConsumer },
  grants: { network: ['the host of its url'] },
  check: ({ config: { url } }) => addressFaults(url),
  async setup({ config, clock, log }) {
    const { consumer, health } = webhook({ ...config, clock, log });
    return { ports: { consumer }, health: async () => health() };
  },
});
