import { definePlugin, templateEngine } from '@divoc/core/api';
import { etaEngine } from './src/eta-engine.js';

interface Config {
  readonly trust: readonly string[];
}

export default definePlugin<Config>()({
  id: 'template-eta',
  summary: 'HTML pages from Eta templates, which run JavaScript: those of the house, and of an adopter only by name.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      trust: {
        type: 'array',
        uniqueItems: true,
        items: { type: 'string', pattern: '^[a-z0-9]+(-[a-z0-9]+)*$' },
        default: [],
        description: "Templates in the adopter's folder that may run code in this process. Read them as you would read a plugin.",
      },
    },
  },
  provides: { engine: templateEngine },
  async setup({ config: { trust }, adopter }) {
    return { ports: { engine: etaEngine({ adopter, trust }) } };
  },
});
