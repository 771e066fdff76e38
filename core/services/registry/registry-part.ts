import { declareRoutes, definePlugin, one, registry } from '../../api/index.js';
import { audit, declareMigrations, fieldCipher, keyedHash, storage } from '../../internal/index.js';
import { entityType } from './entity-type.js';
import { registryMigrations } from './migrations.js';
import { checkRegistryTypes, loadRegistryTypes } from './record-types.js';
import { registryOf } from './registry.js';
import { registryHandlers, registryRoutes } from './routes.js';

/** The registry service: facilities, vaccinators and enrolments, one entity per natural key. */
export const registryPart = definePlugin<object>()({
  id: 'registry',
  summary: 'Keeps facilities, vaccinators and enrolments with all their versions; personal fields are encrypted.',
  config: { type: 'object', additionalProperties: false, properties: {} },
  uses: { storage: one(storage), audit: one(audit), keyedHash: one(keyedHash), fieldCipher: one(fieldCipher) },
  provides: { registry, routes: declareRoutes(registryRoutes()), migrations: declareMigrations(registryMigrations) },
  check: ({ adopter }) => checkRegistryTypes(adopter),
  async setup({ adopter, tenant, clock, log }, { storage, audit, ...keys }) {
    const declared = loadRegistryTypes(adopter);
    const { facility, vaccinator, enrolment } = declared;
    const types = {
      facility: entityType(facility, tenant, keys),
      vaccinator: entityType(vaccinator, tenant, keys),
      enrolment: entityType(enrolment, tenant, keys),
    };
    const service = registryOf({ types, storage, audit, clock, log });
    const schemas = { facility: facility.schema, vaccinator: vaccinator.schema, enrolment: enrolment.schema };
    return {
      ports: {
        registry: { ...service, types: declared },
        routes: { table: registryRoutes(schemas), handlers: registryHandlers(service) },
        migrations: true,
      },
    };
  },
});
