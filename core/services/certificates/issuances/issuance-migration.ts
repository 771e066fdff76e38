import type { Knex } from 'knex';

/** The tables of issuances: what was posted, as long as it is to be done, and what became of each record. */
export async function issuances(trx: Knex): Promise<void> {
  await trx.schema.createTable('issuance', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    /** Of (actor, Idempotency-Key), or of (actor, content) where there is none; kept for ever, as the certificates are. */
    table.text('request_key').notNullable();
    /** Hash of what was posted. */
    table.text('content').notNullable();
    table.text('owner').notNullable();
    table.text('template').notNullable();
    table.text('valid_until');
    table.text('accepted_at').notNullable();
    table.integer('records').notNullable();
    table.integer('issued').notNullable();
    table.integer('refused').notNullable();
    /** Null until every record has its outcome. */
    table.text('done_at');
    table.primary(['tenant', 'id']);
    table.unique(['tenant', 'request_key']);
  });
  await trx.schema.createTable('issuance_slice', (table) => {
    table.text('tenant').notNullable();
    table.text('issuance').notNullable();
    /** Records are counted from 0 in what was posted. */
    table.integer('first').notNullable();
    /** Encrypted: one JSON array. The row goes when its records have their outcomes. */
    table.text('records').notNullable();
    table.primary(['tenant', 'issuance', 'first']);
  });
  await trx.schema.createTable('issuance_item', (table) => {
    table.text('tenant').notNullable();
    table.text('issuance').notNullable();
    table.integer('item').notNullable();
    /** Null where the record was refused; then there are faults, without any value of the record. */
    table.text('certificate_id');
    table.text('faults');
    table.primary(['tenant', 'issuance', 'item']);
  });
}

/** Null in what was posted when only vaccinations were certified. */
export async function issuanceType(trx: Knex): Promise<void> {
  await trx.schema.alterTable('issuance', (table) => {
    table.text('type');
  });
}
