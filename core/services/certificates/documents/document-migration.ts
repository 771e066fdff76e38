import type { Knex } from 'knex';

/** General credentials that were signed, with what was meant to be signed before there was a signature. */
export async function documentTable(trx: Knex.Transaction): Promise<void> {
  await trx.schema.createTable('document', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.text('owner').notNullable();
    table.text('intent').notNullable();
    table.text('created_at').notNullable();
    // Null when the process ended between intent and signature: nobody was given anything.
    table.text('credential');
    table.text('stored_at');
    table.primary(['tenant', 'id']);
  });
}

/** By which id of its own a credential is found when its status changes; null of those without one. */
export async function documentStatus(trx: Knex.Transaction): Promise<void> {
  await trx.schema.alterTable('document', (table) => {
    table.text('credential_id');
    table.index(['tenant', 'credential_id']);
  });
}
