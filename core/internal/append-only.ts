import type { Knex } from 'knex';

/** Lets nobody change or remove rows of a table, on both databases. It stops accidents; whoever may drop a trigger can do as they like. */
export async function appendOnly(trx: Knex, table: string): Promise<void> {
  const verbs = ['UPDATE', 'DELETE'] as const;
  if (trx.client.dialect === 'sqlite3') {
    const refuse = `BEGIN SELECT RAISE(ABORT, '${table} is append-only'); END`;
    for (const verb of verbs) await trx.raw(`CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table} ${refuse}`);
    return;
  }
  await trx.raw(
    `CREATE FUNCTION ${table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '${table} is append-only'; END $$`,
  );
  for (const verb of verbs) {
    await trx.raw(
      `CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table} FOR EACH ROW EXECUTE FUNCTION ${table}_append_only()`,
    );
  }
}
