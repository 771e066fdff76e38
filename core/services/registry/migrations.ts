import type { Migration } from '../../internal/index.js';

/** The tables of the registry. */
export const registryMigrations: readonly Migration[] = [
  {
    name: '0001-registry',
    async up(trx) {
      await trx.schema.createTable('registry_entity', (table) => {
        table.text('tenant').notNullable();
        table.text('type').notNullable();
        table.text('id').notNullable();
        // A keyed hash: a personal key is not kept, and is nowhere else.
        table.text('key_hash').notNullable();
        table.integer('version').notNullable();
        table.text('state').notNullable();
        table.primary(['tenant', 'type', 'id']);
        // One entity per key, kept by the database and not by good will.
        table.unique(['tenant', 'type', 'key_hash']);
      });
      await trx.schema.createTable('registry_version', (table) => {
        table.text('tenant').notNullable();
        table.text('type').notNullable();
        table.text('id').notNullable();
        table.integer('version').notNullable();
        table.text('state').notNullable();
        table.text('record').notNullable();
        // The personal fields, encrypted; null where there are none.
        table.text('personal');
        // A keyed hash of the whole record, its key included: equal records are known without decrypting one.
        table.text('fingerprint').notNullable();
        table.text('batch');
        table.text('item');
        table.text('changed_by').notNullable();
        table.text('changed_at').notNullable();
        table.primary(['tenant', 'type', 'id', 'version']);
      });
      // Values of x-index fields of the present version.
      await trx.schema.createTable('registry_term', (table) => {
        table.text('tenant').notNullable();
        table.text('type').notNullable();
        table.text('field').notNullable();
        table.text('value').notNullable();
        table.text('id').notNullable();
        table.primary(['tenant', 'type', 'field', 'value', 'id']);
        table.index(['tenant', 'type', 'id'], 'registry_term_entity');
      });
    },
  },
];
