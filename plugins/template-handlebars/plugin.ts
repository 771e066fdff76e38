import { declareEngine, definePlugin } from '@divoc/core/api';
import { checkPage } from './src/check-page.js';
import { handlebarsEngine } from './src/handlebars-engine.js';

export default definePlugin()({
  id: 'template-handlebars',
  summary: 'HTML pages from Handlebars templates that run no code and escape everything.',
  provides: { engine: declareEngine({ mediaType: 'text/html', extension: '.hbs', check: checkPage }) },
  async setup() {
    return { ports: { engine: handlebarsEngine() } };
  },
});
