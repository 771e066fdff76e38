import { declareRoutes, definePlugin, one, vaccinations } from '@divoc/core/api';
import { type CertifyConfig, certifier } from './src/certify.js';
import { certifyHandlers, certifyRoutes } from './src/routes.js';

const programme = { type: 'string', minLength: 1, maxLength: 40 } as const;

export default definePlugin<CertifyConfig>()({
  id: 'api-divoc-v1',
  summary: "DIVOC's own certify request, unchanged.",
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      programmes: {
        type: 'object',
        default: {},
        description: "DIVOC's programId → programme of the manifest.",
        additionalProperties: programme,
      },
      programme: { ...programme, description: 'Programme of items without a mapped programId; without it, the only one there is.' },
      strict: { type: 'boolean', default: false, description: 'Refuses what is well-typed and makes no sense; DIVOC accepted it.' },
      fields: {
        type: 'object',
        default: {},
        description: 'JSON Pointer in the item → field of the record: /meta/parentName: patient.parentName.',
        // What identifies or reaches a person goes into no record.
        propertyNames: {
          type: 'string',
          maxLength: 256,
          pattern: '^(?!/recipient/(identity|contact)(/|$))(/([^/~]|~[01])+)+$',
        },
        additionalProperties: { type: 'string', pattern: '^[a-z][A-Za-z0-9]{0,63}(\\.[a-z][A-Za-z0-9]{0,63})?$' },
      },
    },
  },
  uses: { vaccinations: one(vaccinations) },
  provides: { routes: declareRoutes(certifyRoutes) },
  async setup({ config, log }, { vaccinations }) {
    return { ports: { routes: { table: certifyRoutes, handlers: certifyHandlers(certifier(config, vaccinations, log)) } } };
  },
});
