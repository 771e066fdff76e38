import { definePlugin, templateEngine } from '@divoc/core/api';
import { handlebarsEngine } from './src/handlebars-engine.js';

export default definePlugin()({
  id: 'template-handlebars',
  summary: 'HTML pages from Handlebars templates that run no code and escape everything.',
  provides: { engine: templateEngine },
  async setup() {
    return { ports: { engine: handlebarsEngine() } };
  },
});
