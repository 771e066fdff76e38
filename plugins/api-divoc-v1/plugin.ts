import { certificates, declareRoutes, definePlugin, one, vaccinations } from '@divoc/core/api';
import { type CertifyConfig, certifier, programmeOf, updating } from './src/certify.js';
import { revokeDoses } from './src/revoke.js';
import { divocHandlers, divocRoutes } from './src/routes.js';

const programme = { type: 'string', minLength: 1, maxLength: 40 } as const;

export default definePlugin<CertifyConfig>()({
  id: 'api-divoc-v1',
  summary: "DIVOC's own requests to certify, update and revoke, unchanged.",
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
      updateLimit: {
        type: 'integer',
        minimum: 1,
        maximum: 1000,
        default: 100,
        description: "How often a certificate may be updated; DIVOC's CERTIFICATE_UPDATE_LIMIT.",
      },
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
  uses: { vaccinations: one(vaccinations), certificates: one(certificates) },
  provides: { routes: declareRoutes(divocRoutes) },
  async setup({ config, log }, ports) {
    const record = ports.vaccinations.record.bind(ports.vaccinations);
    const update = updating(config, ports.vaccinations);
    const handlers = divocHandlers({
      certify: certifier(config, 'v1', record, log),
      certifyV3: certifier(config, 'v3', record, log),
      update: certifier(config, 'v1', update, log),
      updateV3: certifier(config, 'v3', update, log),
      async revoke({ programId, ...revocation }, actor) {
        return revokeDoses({ ...revocation, ...programmeOf(programId, config) }, ports, actor);
      },
    });
    return { ports: { routes: { table: divocRoutes, handlers } } };
  },
});
