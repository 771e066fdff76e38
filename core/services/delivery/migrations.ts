import type { Migration } from '../../internal/index.js';

/** The table of the delivery service. */
export const deliveryMigrations: readonly Migration[] = [
  {
    name: '0001-deliveries',
    async up(trx) {
      await trx.schema.createTable('delivery', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('request_key').notNullable();
        table.text('channel').notNullable();
        // In which order the channels were named.
        table.integer('position').notNullable();
        table.text('certificate_id').notNullable();
        table.text('owner').notNullable();
        table.text('state').notNullable().checkIn(['waiting', 'accepted', 'delivered', 'dead', 'skipped']);
        // Encrypted, with tenant and id bound in; null as soon as this delivery needs it no longer, or never did.
        table.text('recipient');
        table.integer('failures').notNullable().defaultTo(0);
        // Why the last try failed. A code, never a text.
        table.text('code');
        table.text('links').notNullable();
        table.text('reference');
        table.text('requested_at').notNullable();
        table.text('changed_at').notNullable();
        // Not tried before.
        table.text('due_at').notNullable();
        table.primary(['tenant', 'id']);
        // One delivery a channel for each key, kept by the database.
        table.unique(['tenant', 'request_key', 'channel']);
        table.index(['tenant', 'certificate_id'], 'delivery_certificate');
        table.index(['tenant', 'state', 'channel', 'requested_at'], 'delivery_state');
      });
    },
  },
];
