import { credentialFormat, definePlugin } from '@divoc/core/api';
import { shcFormat } from './src/shc-format.js';
import { type Settings, shcSettings } from './src/shc-settings.js';

export default definePlugin<Settings>()({
  id: 'credential-shc',
  summary: 'SMART Health Cards: one signed FHIR bundle in a QR code, as wallets of phones and North American verifiers read it.',
  config: shcSettings,
  provides: { format: credentialFormat },
  async setup({ config }) {
    return { ports: { format: shcFormat(config) } };
  },
});
