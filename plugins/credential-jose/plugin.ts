import { credentialFormat, definePlugin } from '@divoc/core/api';

interface Settings {
  readonly algorithm: 'Ed25519' | 'ES256';
}

export default definePlugin<Settings>()({
  id: 'credential-jose',
  summary: 'W3C Verifiable Credentials 2.0 as JSON Web Tokens (vc+jwt): one signed text, for wallets and houses that use JOSE.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      algorithm: {
        enum: ['Ed25519', 'ES256'],
        default: 'Ed25519',
        description:
          'What certificates are signed with; more are read. ES256 needs a P-256 key of the purpose vc-ecdsa, which any HSM can keep.',
      },
    },
  },
  provides: { format: credentialFormat },
  async setup({ config: { algorithm } }) {
    // Loaded when it is used: plans and commands need the descriptor alone.
    const { joseFormat } = await import('./src/jose-format.js');
    return { ports: { format: joseFormat(algorithm) } };
  },
});
