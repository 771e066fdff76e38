import type { Knex } from 'knex';
import { appendOnly, type Migration } from '../../internal/index.js';
import { documentStatus, documentTable } from './documents/document-migration.js';
import { issuances, issuanceType } from './issuances/issuance-migration.js';
import { reseals } from './reseal-migration.js';
import { statusLists } from './status-list-migration.js';
import { statusPosition, suspension } from './suspension-migration.js';

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
  {
    name: '0002-forms-and-endings',
    async up(trx) {
      // Null in what was recorded before certificates had more than one form.
      await trx.schema.alterTable('certificate_intent', (table) => {
        /** Instance names of formats as JSON, the primary one first. */
        table.text('forms');
        /** The certificate that this one replaces, why, and by whose word. */
        table.text('replaces');
        table.text('replace_reason');
        table.text('replace_actor');
        table.unique(['tenant', 'replaces']);
      });
      await trx.schema.alterTable('certificate', (table) => {
        /** The form of `credential`, the primary one. */
        table.text('form');
      });
      await trx.schema.createTable('certificate_form', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('form').notNullable();
        table.text('credential').notNullable();
        table.primary(['tenant', 'id', 'form']);
      });
      await statusEvents(trx);
    },
  },
  { name: '0003-suspension', up: suspension },
  { name: '0004-status-lists', up: statusLists },
  { name: '0005-documents', up: documentTable },
  { name: '0006-reseals', up: reseals },
  { name: '0007-issuances', up: issuances },
  { name: '0008-document-status', up: documentStatus },
  { name: '0009-issuance-type', up: issuanceType },
  { name: '0010-status-position', up: statusPosition },
];

/** What became of a certificate, event by event: the last one counts, and a certificate without any is active. */
async function statusEvents(trx: Knex): Promise<void> {
  await trx.schema.createTable('certificate_status', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.integer('seq').notNullable();
    table.text('state').notNullable().checkIn(['revoked', 'superseded']);
    table.text('reason').notNullable();
    table.text('actor').notNullable();
    table.text('at').notNullable();
    table.text('replaced_by');
    table.primary(['tenant', 'id', 'seq']);
  });
  await appendOnly(trx, 'certificate_status', 'certificate_status is append-only');
}
