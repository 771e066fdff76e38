import { credentialFormat, definePlugin } from '@divoc/core/api';
import { ldpFormat } from './src/ldp-format.js';

export default definePlugin()({
  id: 'credential-ldp',
  summary: 'W3C Verifiable Credentials 2.0 as JSON-LD, signed with eddsa-rdfc-2022.',
  provides: { format: credentialFormat },
  async setup() {
    return { ports: { format: ldpFormat } };
  },
});
