import { credentialFormat, definePlugin } from '@divoc/core/api';
import { type Settings, shcSettings } from './src/shc-settings.js';

export default definePlugin<Settings>()({
  id: 'credential-shc',
  summary: 'SMART Health Cards: one signed FHIR bundle in a QR code, as wallets of phones and North American verifiers read it.',
  config: shcSettings,
  provides: { format: credentialFormat },
  async setup({ config }) {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { shcFormat } = await import('./src/shc-format.js');
    return { ports: { format: shcFormat(config) } };
  },
});
