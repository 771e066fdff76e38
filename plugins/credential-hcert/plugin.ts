import { definePlugin } from '@divoc/core/api';

export default definePlugin()({
  id: 'credential-hcert',
  summary: 'HCERT: EU Digital COVID Certificates and WHO Digital ICVP, signed as COSE and printed as HC1 codes.',
  async setup() {
    return { ports: {} };
  },
});
