import { declareEngine, definePlugin } from '@divoc/core/api';
import { checkPage } from './src/check-page.js';
import { etaEngine } from './src/eta-engine.js';

export default definePlugin()({
  id: 'template-eta',
  summary: "HTML pages from the house's own Eta templates, which run JavaScript.",
  provides: { engine: declareEngine({ mediaType: 'text/html', extension: '.eta', runsCode: true, check: checkPage }) },
  async setup({ adopter }) {
    return { ports: { engine: etaEngine({ adopter }) } };
  },
});
