import type { Knex } from 'knex';
import { appendOnly } from '../../internal/index.js';

/** Tables whose rows stay as they were written. */
const APPEND_ONLY = ['payment_act', 'payment_receipt', 'ledger_entry', 'ledger_line', 'cash_up'];

/** True for an entry of lines that do not balance, or of none. */
const UNBALANCED = `
  NOT EXISTS (SELECT 1 FROM ledger_line WHERE tenant = NEW.tenant AND entry = NEW.seq)
  OR EXISTS (SELECT 1 FROM ledger_line WHERE tenant = NEW.tenant AND entry = NEW.seq GROUP BY currency HAVING sum(amount) <> 0)`;
const CLOSED = 'EXISTS (SELECT 1 FROM ledger_entry WHERE tenant = NEW.tenant AND seq = NEW.entry)';

const APPEND_ONLY_TEXT = 'rows of this table are not changed: book the reverse';
const UNBALANCED_TEXT = 'the lines of a ledger entry must balance';
const CLOSED_TEXT = 'this ledger entry is closed';

/**
 * Has the database itself refuse what would falsify the books: changed rows, entries that do not balance, lines added to an
 * entry that stands. It stops accidents; whoever can drop a trigger is found by `divoc ledger verify`.
 */
export async function protectTables(trx: Knex): Promise<void> {
  for (const table of APPEND_ONLY) await appendOnly(trx, table, APPEND_ONLY_TEXT);
  await (trx.client.dialect === 'sqlite3' ? inSqlite(trx) : inPostgres(trx));
}

async function inSqlite(trx: Knex): Promise<void> {
  const refuse = (text: string) => `BEGIN SELECT RAISE(ABORT, '${text}'); END`;
  await trx.raw(`CREATE TRIGGER ledger_entry_balanced BEFORE INSERT ON ledger_entry WHEN ${UNBALANCED} ${refuse(UNBALANCED_TEXT)}`);
  await trx.raw(`CREATE TRIGGER ledger_line_open BEFORE INSERT ON ledger_line WHEN ${CLOSED} ${refuse(CLOSED_TEXT)}`);
}

async function inPostgres(trx: Knex): Promise<void> {
  const rule = (name: string, condition: string, text: string) =>
    trx.raw(
      `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
       BEGIN IF ${condition} THEN RAISE EXCEPTION '${text}'; END IF; RETURN NEW; END $$`,
    );
  await rule('payments_entry_balanced', UNBALANCED, UNBALANCED_TEXT);
  await rule('payments_line_open', CLOSED, CLOSED_TEXT);
  await trx.raw(
    'CREATE TRIGGER ledger_entry_balanced BEFORE INSERT ON ledger_entry FOR EACH ROW EXECUTE FUNCTION payments_entry_balanced()',
  );
  await trx.raw('CREATE TRIGGER ledger_line_open BEFORE INSERT ON ledger_line FOR EACH ROW EXECUTE FUNCTION payments_line_open()');
}
