import { credentialFormat, definePlugin } from '@divoc/core/api';
import { type Settings, vdsNcSettings } from './src/vds-nc-settings.js';

export default definePlugin<Settings>()({
  id: 'credential-vds-nc',
  summary:
    "ICAO's visible digital seals (VDS-NC): proofs of vaccination that are trusted as passports are, by the country's own authority.",
  config: vdsNcSettings,
  provides: { format: credentialFormat },
  async setup({ config }) {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { vdsNcFormat } = await import('./src/vds-nc-format.js');
    return { ports: { format: vdsNcFormat(config) } };
  },
});
