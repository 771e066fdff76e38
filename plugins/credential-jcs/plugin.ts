import { credentialFormat, definePlugin } from '@divoc/core/api';

export default definePlugin()({
  id: 'credential-jcs',
  summary: 'W3C Verifiable Credentials 2.0, signed as they are written with eddsa-jcs-2022: no JSON-LD needed to verify.',
  provides: { format: credentialFormat },
  async setup() {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { jcsFormat } = await import('./src/jcs-format.js');
    return { ports: { format: jcsFormat } };
  },
});
