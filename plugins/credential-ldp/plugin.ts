import { credentialFormat, definePlugin } from '@divoc/core/api';

export default definePlugin()({
  id: 'credential-ldp',
  summary: 'W3C Verifiable Credentials 2.0 as JSON-LD, signed with eddsa-rdfc-2022.',
  provides: { format: credentialFormat },
  async setup() {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { ldpFormat } = await import('./src/ldp-format.js');
    return { ports: { format: ldpFormat } };
  },
});
