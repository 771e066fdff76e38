import type { Knex } from 'knex';
import { appendOnly } from '../../internal/index.js';

/**
 * The tables of what was sealed anew with another key: the intents, and what came of them. A certificate's first seals stay
 * where they are; the newest version of a form is the one that counts.
 */
export async function reseals(trx: Knex): Promise<void> {
  await trx.schema.createTable('certificate_reseal_intent', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    /** From 1 on, one for all forms of a certificate that are sealed anew together. */
    table.integer('version').notNullable();
    /** As the certificate was stored with it; empty in what was stored before forms had names. */
    table.text('form').notNullable();
    /** Id of the key that seals. */
    table.text('key_id').notNullable();
    /** What the seal depends on besides the first intent: `created`, `verificationMethod` and `key` as JSON. */
    table.text('intent').notNullable();
    table.primary(['tenant', 'id', 'version', 'form']);
  });
  await trx.schema.createTable('certificate_reseal', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.integer('version').notNullable();
    table.text('form').notNullable();
    table.text('credential').notNullable();
    table.text('stored_at').notNullable();
    table.primary(['tenant', 'id', 'version', 'form']);
  });
  for (const table of ['certificate_reseal_intent', 'certificate_reseal']) await appendOnly(trx, table, `${table} is append-only`);
}
