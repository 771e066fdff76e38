import { declareRoutes, definePlugin, documents, one, verification } from '@divoc/core/api';
import { type VcApiConfig, vcApiHandlers } from './src/handlers.js';
import { vcApiRoutes } from './src/routes.js';

export default definePlugin<VcApiConfig>()({
  id: 'api-vc',
  summary: "W3C's interface to issue and verify any credential (VC-API, VCALM), with suites to be chosen by route.",
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      test: {
        type: 'boolean',
        default: false,
        description:
          'Opens /vc-api/test to everybody, for conformance runners: it signs whatever is posted, as a did:key. Never in production.',
      },
      acceptDidKey: { type: 'boolean', default: false, description: 'Believe issuers that are their own key (did:key) when verifying.' },
      issueWithStatus: {
        type: 'boolean',
        default: false,
        description:
          "Give all that is issued a place in the house's status lists, so that it can be revoked and suspended; otherwise on request.",
      },
      notVerifiedStatus: {
        enum: [400, 200],
        default: 400,
        description: "HTTP status of what is not verified: 400 for W3C's conformance runners, 200 as VCALM has it for presentations.",
      },
    },
  },
  uses: { documents: one(documents), verification: one(verification) },
  provides: { routes: declareRoutes(vcApiRoutes) },
  check: ({ config: { test }, profile }) =>
    test && profile === 'production'
      ? [
          {
            pointer: '/test',
            code: 'VC_API_TEST_IN_PRODUCTION',
            message: "test: true lets anybody have anything signed; take it out, or set 'profile: development'",
          },
        ]
      : [],
  async setup({ config }, ports) {
    return { ports: { routes: { table: vcApiRoutes, handlers: vcApiHandlers(config, ports) } } };
  },
});
