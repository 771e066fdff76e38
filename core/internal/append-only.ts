import type { Knex } from 'knex';

/**
 * Lets nobody change or remove rows of a table, on both databases; `text` is what the database says then. It stops accidents:
 * whoever may drop a trigger can do as they like.
 */
export async function appendOnly(trx: Knex, table: string, text: string): Promise<void> {
  const isSqlite = trx.client.dialect === 'sqlite3';
  const guard = `${table}_append_only`;
  if (!isSqlite) await trx.raw(`CREATE FUNCTION ${guard}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '${text}'; END $$`);
  const refuse = isSqlite ? `BEGIN SELECT RAISE(ABORT, '${text}'); END` : `FOR EACH ROW EXECUTE FUNCTION ${guard}()`;
  for (const verb of ['UPDATE', 'DELETE'])
    await trx.raw(`CREATE TRIGGER ${table}_no_${verb.toLowerCase()} BEFORE ${verb} ON ${table} ${refuse}`);
  if (!isSqlite)
    await trx.raw(`CREATE TRIGGER ${table}_no_truncate BEFORE TRUNCATE ON ${table} FOR EACH STATEMENT EXECUTE FUNCTION ${guard}()`);
}
