import { credentialFormat, definePlugin } from '@divoc/core/api';

export default definePlugin()({
  id: 'credential-sd-jwt',
  summary: 'SD-JWT VC: credentials for wallets, whose holders choose field by field what they show.',
  provides: { format: credentialFormat },
  async setup() {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { sdJwtFormat } = await import('./src/sd-jwt-format.js');
    return { ports: { format: sdJwtFormat } };
  },
});
