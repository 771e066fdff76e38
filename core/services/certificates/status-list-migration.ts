import type { Knex } from 'knex';

/** The tables of status lists: which there are, who stands where, and what was last signed. */
export async function statusLists(trx: Knex): Promise<void> {
  await trx.schema.createTable('status_list', (table) => {
    table.text('tenant').notNullable();
    table.integer('list').notNullable();
    /** base64url of what makes the places of this list unpredictable; as secret as the places themselves, which stand beside it. */
    table.text('seed').notNullable();
    /** How many places were given out. */
    table.integer('used').notNullable();
    table.primary(['tenant', 'list']);
  });
  await trx.schema.createTable('status_place', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.integer('list').notNullable();
    table.integer('place').notNullable();
    /** 1 when every form of the certificate says where its status stands; 0 when one of them needs the list of hashes. */
    table.integer('in_every_form').notNullable();
    table.primary(['tenant', 'id']);
    // No two certificates have one place, whatever gives the places out.
    table.unique(['tenant', 'list', 'place']);
  });
  await trx.schema.createTable('status_list_credential', (table) => {
    table.text('tenant').notNullable();
    /** Its last path segment: `r1`, `s1`. */
    table.text('name').notNullable();
    /** SHA-256 of the bits, base64url. */
    table.text('content').notNullable();
    table.text('key').notNullable();
    table.text('signed_at').notNullable();
    table.text('valid_until').notNullable();
    table.text('credential').notNullable();
    table.primary(['tenant', 'name']);
  });
}
