import { appendOnly, type Migration } from '../../internal/index.js';

/** The tables of the vaccination service. */
export const vaccinationMigrations: readonly Migration[] = [
  {
    name: '0001-vaccinations',
    async up(trx) {
      await trx.schema.createTable('vaccination', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('programme').notNullable();
        // A keyed hash: the number or code behind it is not kept.
        table.text('person_key').notNullable();
        table.integer('dose_number').notNullable();
        table.text('record').notNullable();
        table.text('identity').notNullable();
        table.text('terms').notNullable();
        table.text('recorded_by').notNullable();
        table.text('recorded_at').notNullable();
        table.text('certificate_id').notNullable();
        table.text('job_id').notNullable();
        // Links that the channels gave; null until the certificate has been delivered.
        table.text('links');
        table.primary(['tenant', 'id']);
        // One record per dose, kept by the database and not by good will.
        table.unique(['tenant', 'programme', 'person_key', 'dose_number']);
      });
    },
  },
  {
    name: '0002-corrections',
    async up(trx) {
      await trx.schema.alterTable('vaccination', (table) => {
        table.integer('version').notNullable().defaultTo(1);
        // Why, by whom and when this version was made, and which certificate its own replaces; null in the first.
        table.text('correction');
      });
      await trx.schema.createTable('vaccination_history', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.integer('version').notNullable();
        table.text('record').notNullable();
        table.text('terms').notNullable();
        table.text('certificate_id').notNullable();
        table.text('correction');
        table.text('ended_at').notNullable();
        table.primary(['tenant', 'id', 'version']);
      });
      await appendOnly(trx, 'vaccination_history', 'vaccination_history is append-only');
    },
  },
];
