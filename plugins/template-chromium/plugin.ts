import { definePlugin, documentConverter } from '@divoc/core/api';
import { Browser } from './src/browser.js';
import { printer } from './src/printer.js';

interface Config {
  readonly executable?: string;
  readonly sandbox: boolean;
  readonly deadlineSeconds: number;
  readonly pages: number;
  readonly queue: number;
  readonly pagesPerBrowser: number;
}

export default definePlugin<Config>()({
  id: 'template-chromium',
  summary: 'PDF documents from HTML pages, printed by a Chromium that reaches nothing and runs no script.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      executable: {
        type: 'string',
        'x-file': true,
        description: 'A Chromium or chrome-headless-shell of the machine; default: the one that comes with the plugin, for Linux.',
      },
      sandbox: {
        type: 'boolean',
        default: true,
        description: "Chromium's own sandbox. It needs user namespaces, and it is off where the house runs as root.",
      },
      deadlineSeconds: { type: 'integer', minimum: 1, maximum: 120, default: 20, description: 'A document that takes longer is given up.' },
      pages: { type: 'integer', minimum: 1, maximum: 16, default: 2, description: 'Documents that are printed at the same time.' },
      queue: {
        type: 'integer',
        minimum: 1,
        maximum: 10000,
        default: 200,
        description: 'Documents that may wait; more are refused with 503.',
      },
      pagesPerBrowser: {
        type: 'integer',
        minimum: 1,
        maximum: 100000,
        default: 500,
        description: 'After so many documents Chromium is started anew, which bounds its memory.',
      },
    },
  },
  provides: { converter: documentConverter },
  async setup({ config, home, log }) {
    const browser = new Browser({ ...config, home, log });
    return {
      ports: { converter: printer(browser, { ...config, log }) },
      stop: () => browser.stop(),
      health: async () => browser.health(),
    };
  },
});
