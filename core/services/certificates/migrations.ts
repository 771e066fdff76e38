import type { Migration } from '../../internal/index.js';

/** The tables of the certificates service. */
export const certificateMigrations: readonly Migration[] = [
  {
    name: '0001-certificates',
    async up(trx) {
      // Kept for ever: certificates of every type ever issued must go on verifying.
      await trx.schema.createTable('credential_type', (table) => {
        table.text('tenant').notNullable();
        table.text('hash').notNullable();
        table.text('document').notNullable();
        table.text('first_used_at').notNullable();
        table.primary(['tenant', 'hash']);
      });
      // What will be signed, fixed before it is: id, times, key id and type, so that sealing again gives the same bytes.
      await trx.schema.createTable('certificate_intent', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('request_key').notNullable();
        table.text('number').notNullable();
        table.text('type_hash').notNullable();
        table.text('intent').notNullable();
        table.text('template').notNullable();
        table.text('owner').notNullable();
        table.text('created_at').notNullable();
        table.primary(['tenant', 'id']);
        table.unique(['tenant', 'request_key']);
        table.unique(['tenant', 'number']);
      });
      await trx.schema.createTable('certificate', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('credential').notNullable();
        table.text('stored_at').notNullable();
        table.primary(['tenant', 'id']);
      });
    },
  },
];
