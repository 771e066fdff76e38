import { appendOnly, type Migration } from '../../internal/index.js';

/** The tables of the transparency service. */
export const transparencyMigrations: readonly Migration[] = [
  {
    name: '0001-log',
    async up(trx) {
      // One row a tenant: how far the events were read, and how many of them are entries. It moves only from where it was read.
      await trx.schema.createTable('log_head', (table) => {
        table.text('tenant').notNullable().primary();
        table.bigInteger('size').notNullable();
        table.bigInteger('position').notNullable();
      });
      await trx.schema.createTable('log_entry', (table) => {
        table.text('tenant').notNullable();
        table.bigInteger('entry_index').notNullable();
        table.text('event_id').notNullable();
        table.text('subject').notNullable();
        /** The bytes of the entry, which everybody may read. */
        table.text('record').notNullable();
        /** What the entry commits to, with its salt: for whoever holds the certificate. */
        table.text('opening').notNullable();
        table.primary(['tenant', 'entry_index']);
        table.unique(['tenant', 'event_id']);
        table.index(['tenant', 'subject']);
      });
      // The roots of all complete subtrees (RFC 6962), in base64: never changed, so that any tree of the past can be proved.
      await trx.schema.createTable('log_node', (table) => {
        table.text('tenant').notNullable();
        table.integer('level').notNullable();
        table.bigInteger('node_index').notNullable();
        table.text('hash').notNullable();
        table.primary(['tenant', 'level', 'node_index']);
      });
      await trx.schema.createTable('log_checkpoint', (table) => {
        table.text('tenant').notNullable();
        table.bigInteger('size').notNullable();
        /** The signed note, with the signatures of witnesses as they come. */
        table.text('note').notNullable();
        table.text('at').notNullable();
        table.primary(['tenant', 'size']);
      });
      // How large the log was when a witness last signed it: what it is to be shown a proof from.
      await trx.schema.createTable('log_witness', (table) => {
        table.text('tenant').notNullable();
        table.text('name').notNullable();
        table.bigInteger('size').notNullable();
        table.primary(['tenant', 'name']);
      });
      await appendOnly(trx, 'log_entry', 'log_entry is append-only');
      await appendOnly(trx, 'log_node', 'log_node is append-only');
    },
  },
];
