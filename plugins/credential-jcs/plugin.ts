import { credentialFormat, definePlugin } from '@divoc/core/api';

interface Settings {
  readonly cryptosuite: 'eddsa-jcs-2022' | 'ecdsa-jcs-2019';
}

export default definePlugin<Settings>()({
  id: 'credential-jcs',
  summary: 'W3C Verifiable Credentials 2.0, signed as they are written with eddsa-jcs-2022 or ecdsa-jcs-2019: no JSON-LD needed to verify.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      cryptosuite: {
        enum: ['eddsa-jcs-2022', 'ecdsa-jcs-2019'],
        default: 'eddsa-jcs-2022',
        description:
          'What certificates are signed with; both are read. ecdsa-jcs-2019 needs a P-256 key of the purpose vc-ecdsa, which any HSM can keep.',
      },
    },
  },
  provides: { format: credentialFormat },
  async setup({ config: { cryptosuite } }) {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { jcsFormatOf } = await import('./src/jcs-format.js');
    return { ports: { format: jcsFormatOf(cryptosuite) } };
  },
});
