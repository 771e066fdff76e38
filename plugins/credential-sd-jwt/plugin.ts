import { credentialFormat, definePlugin } from '@divoc/core/api';
import { sdJwtFormat } from './src/sd-jwt-format.js';

export default definePlugin()({
  id: 'credential-sd-jwt',
  summary: 'SD-JWT VC: credentials for wallets, whose holders choose field by field what they show.',
  provides: { format: credentialFormat },
  async setup() {
    return { ports: { format: sdJwtFormat } };
  },
});
