import type { Knex } from 'knex';
import { appendOnly } from '../../internal/index.js';

const TABLE = 'certificate_status';
const FINAL = 'what has ended stays so';

/**
 * Widens `certificate_status` to suspensions (`suspended`) and reinstatements (`active`, without a reason), and lets the
 * database itself see to it that nothing follows a revocation, and nothing but one a replacement.
 *
 * SQLite cannot change a constraint, so that both databases get the table anew, with what stood in it.
 */
export async function suspension(trx: Knex): Promise<void> {
  const isSqlite = trx.client.dialect === 'sqlite3';
  await trx.schema.createTable(`${TABLE}_new`, (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.integer('seq').notNullable();
    table.text('state').notNullable().checkIn(['active', 'suspended', 'revoked', 'superseded']);
    table.text('reason');
    table.text('actor').notNullable();
    table.text('at').notNullable();
    table.text('replaced_by');
    table.primary(['tenant', 'id', 'seq']);
    table.check("state = 'active' OR reason IS NOT NULL");
  });
  const columns = 'tenant, id, seq, state, reason, actor, at, replaced_by';
  await trx.raw(`INSERT INTO ${TABLE}_new (${columns}) SELECT ${columns} FROM ${TABLE}`);
  await trx.schema.dropTable(TABLE);
  if (!isSqlite) await trx.raw(`DROP FUNCTION ${TABLE}_append_only()`);
  await trx.schema.renameTable(`${TABLE}_new`, TABLE);
  await appendOnly(trx, TABLE, `${TABLE} is append-only`);
  await keepEndings(trx, isSqlite);
}

/** Whoever inserts into the table, and however: the last word on a certificate is the last. */
async function keepEndings(trx: Knex, isSqlite: boolean): Promise<void> {
  const ended = `EXISTS (SELECT 1 FROM ${TABLE} WHERE tenant = NEW.tenant AND id = NEW.id
    AND (state = 'revoked' OR (state = 'superseded' AND NEW.state <> 'revoked')))`;
  const on = `CREATE TRIGGER ${TABLE}_final BEFORE INSERT ON ${TABLE}`;
  if (isSqlite) {
    await trx.raw(`${on} WHEN ${ended} BEGIN SELECT RAISE(ABORT, '${FINAL}'); END`);
    return;
  }
  const body = `BEGIN IF ${ended} THEN RAISE EXCEPTION '${FINAL}'; END IF; RETURN NEW; END`;
  await trx.raw(`CREATE FUNCTION ${TABLE}_final() RETURNS trigger LANGUAGE plpgsql AS $$ ${body} $$`);
  await trx.raw(`${on} FOR EACH ROW EXECUTE FUNCTION ${TABLE}_final()`);
}

/**
 * Numbers the events of all certificates in the order in which they happened, so that whoever has read them reads the new
 * ones alone. Null in those from before, which are read with the first reading.
 */
export async function statusPosition(trx: Knex): Promise<void> {
  await trx.schema.alterTable(TABLE, (table) => {
    table.integer('position');
    table.unique(['tenant', 'position']);
  });
}
