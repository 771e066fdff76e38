import { credentialFormat, definePlugin, type JsonSchema } from '@divoc/core/api';

interface Config {
  readonly context: string;
}

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    context: {
      type: 'string',
      pattern: '^https://[A-Za-z0-9.-]+/credentials/vaccination/v[12]$',
      default: 'https://divoc.dev/credentials/vaccination/v2',
      description:
        'Under which URL your old verifiers know the vocabulary (their CERTIFICATE_NAMESPACE). Only for certificates that are issued.',
    },
  },
};

export default definePlugin<Config>()({
  id: 'credential-divoc',
  summary:
    'Certificates of DIVOC 1 to 3: verifies all of them, names what their signature does not protect, and issues them for old verifiers.',
  config,
  provides: { format: credentialFormat },
  async setup({ config: { context } }) {
    // Loaded when it is used: plans and commands need the descriptor alone, and the libraries take their time.
    const { divocFormat } = await import('./src/divoc-format.js');
    return { ports: { format: divocFormat(context) } };
  },
});
