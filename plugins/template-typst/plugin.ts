import { declareEngine, definePlugin } from '@divoc/core/api';
import { checkDocument } from './src/check-document.js';
import { CompilerProcess } from './src/compiler-process.js';
import { typstEngine } from './src/typst-engine.js';

interface Config {
  readonly deadlineSeconds: number;
  readonly queue: number;
}

export default definePlugin<Config>()({
  id: 'template-typst',
  summary: 'PDF/UA-1 documents from Typst templates, compiled in a process of their own.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      deadlineSeconds: { type: 'integer', minimum: 1, maximum: 120, default: 10, description: 'A document that takes longer is given up.' },
      queue: {
        type: 'integer',
        minimum: 1,
        maximum: 10000,
        default: 200,
        description: 'Documents that may wait; more are refused with 503.',
      },
    },
  },
  provides: { engine: declareEngine({ mediaType: 'application/pdf', extension: '.typ', check: checkDocument }) },
  async setup({ config, log }) {
    const compiler = new CompilerProcess({ deadline: config.deadlineSeconds * 1000, queue: config.queue, log });
    return { ports: { engine: typstEngine(compiler) }, stop: async () => compiler.stop() };
  },
});
