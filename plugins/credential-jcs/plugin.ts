import { credentialFormat, definePlugin } from '@divoc/core/api';
import { jcsFormat } from './src/jcs-format.js';

export default definePlugin()({
  id: 'credential-jcs',
  summary: 'W3C Verifiable Credentials 2.0, signed as they are written with eddsa-jcs-2022: no JSON-LD needed to verify.',
  provides: { format: credentialFormat },
  async setup() {
    return { ports: { format: jcsFormat } };
  },
});
