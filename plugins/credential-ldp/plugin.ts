import { credentialFormat, definePlugin } from '@divoc/core/api';

interface Settings {
  readonly cryptosuite: 'eddsa-rdfc-2022' | 'ecdsa-sd-2023';
  readonly mandatory: readonly string[];
}

export default definePlugin<Settings>()({
  id: 'credential-ldp',
  summary: 'W3C Verifiable Credentials 2.0 as JSON-LD, signed with eddsa-rdfc-2022, or with ecdsa-sd-2023 for selective disclosure.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      cryptosuite: {
        enum: ['eddsa-rdfc-2022', 'ecdsa-sd-2023'],
        default: 'eddsa-rdfc-2022',
        description:
          'What certificates are signed with. With ecdsa-sd-2023 they are for their holders, who derive from them what they show to a verifier; it needs a P-256 key of the purpose vc-ecdsa.',
      },
      mandatory: {
        type: 'array',
        items: { type: 'string', pattern: '^/credentialSubject(/([^~/]|~[01])+)*$', maxLength: 256 },
        uniqueItems: true,
        default: [],
        description:
          'Only with ecdsa-sd-2023: JSON Pointers to what holders cannot keep back, e.g. /credentialSubject/doseNumber. Id, types, issuer, validity and status never can be.',
      },
    },
  },
  provides: { format: credentialFormat },
  check: ({ config: { cryptosuite, mandatory } }) =>
    mandatory.length > 0 && cryptosuite !== 'ecdsa-sd-2023'
      ? [
          {
            pointer: '/mandatory',
            code: 'LDP_NOTHING_TO_CHOOSE',
            message: "needs 'cryptosuite: ecdsa-sd-2023' beside it: else all is shown",
          },
        ]
      : [],
  async setup({ config: { cryptosuite, mandatory } }) {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    if (cryptosuite === 'ecdsa-sd-2023') {
      const { selectiveFormat } = await import('./src/selective/selective-format.js');
      return { ports: { format: selectiveFormat(mandatory) } };
    }
    const { ldpFormat } = await import('./src/ldp-format.js');
    return { ports: { format: ldpFormat } };
  },
});
