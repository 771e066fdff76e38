import type { Knex } from 'knex';
import { appendOnly } from '../internal/append-only.js';
import type { Migration } from '../internal/storage.js';

/**
 * The store's own tables. Instants are RFC 3339 UTC text with milliseconds, so that text order is time order;
 * every key starts with the tenant. Text is compared by bytes in both databases (the storage plugin sees to it).
 */
export const storeTables: readonly Migration[] = [
  { name: '0001-outbox', up: outboxJob },
  { name: '0002-audit', up: auditLog },
  { name: '0003-idempotency', up: idempotencyKey },
  { name: '0004-state', up: pluginState },
  { name: '0005-jobs-in-order', up: jobsInOrder },
  { name: '0006-audit-of-many', up: headMovesByMany },
];

async function outboxJob(trx: Knex): Promise<void> {
  await trx.schema.createTable('outbox_job', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.text('queue').notNullable();
    table.text('subject').notNullable();
    table.text('data').notNullable();
    table.text('state').notNullable().checkIn(['waiting', 'done', 'dead']);
    table.integer('attempt').notNullable();
    /** Attempts that ended in an error; the others ended with their process, which need not be the job's fault. */
    table.integer('failures').notNullable().defaultTo(0);
    /** When the job may be taken: as soon as it is added, after a pause for a retry, or when the present lease ends. */
    table.text('due_at').notNullable();
    /** The claim that holds the job until `due_at`; null when nobody does. */
    table.text('lease_by');
    table.text('last_error');
    table.text('added_at').notNullable();
    table.text('ended_at');
    table.primary(['tenant', 'id']);
    table.index(['tenant', 'state', 'queue', 'due_at'], 'outbox_job_due');
    table.index(['tenant', 'state', 'ended_at'], 'outbox_job_ended');
  });
}

const APPEND_ONLY = 'the audit log is append-only';

async function auditLog(trx: Knex): Promise<void> {
  await trx.schema.createTable('audit_entry', (table) => {
    table.text('tenant').notNullable();
    table.bigInteger('seq').notNullable();
    table.text('at').notNullable();
    table.text('actor').notNullable();
    table.text('action').notNullable();
    table.text('subject').notNullable();
    table.text('detail').notNullable();
    table.text('prev_hash').notNullable();
    table.text('hash').notNullable();
    table.primary(['tenant', 'seq']);
  });
  await trx.schema.createTable('audit_head', (table) => {
    table.text('tenant').notNullable().primary();
    table.bigInteger('seq').notNullable();
    table.text('hash').notNullable();
  });
  // They stop accidents; whoever can drop a trigger is caught by the chain.
  await appendOnly(trx, 'audit_entry', APPEND_ONLY);
  if (trx.client.dialect !== 'sqlite3') return headMovesForwardInPostgres(trx);
  const refuse = `BEGIN SELECT RAISE(ABORT, '${APPEND_ONLY}'); END`;
  await trx.raw(`CREATE TRIGGER audit_head_no_delete BEFORE DELETE ON audit_head ${refuse}`);
  await trx.raw(`CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.seq <> OLD.seq + 1 ${refuse}`);
}

async function headMovesForwardInPostgres(trx: Knex): Promise<void> {
  await trx.raw(`CREATE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' OR NEW.seq <> OLD.seq + 1 THEN RAISE EXCEPTION '${APPEND_ONLY}'; END IF;
    RETURN NEW;
  END $$`);
  await trx.raw('CREATE TRIGGER audit_head_forward BEFORE UPDATE OR DELETE ON audit_head FOR EACH ROW EXECUTE FUNCTION audit_head_guard()');
}

/** Entries that are written together move the head once, and forward all the same. */
async function headMovesByMany(trx: Knex): Promise<void> {
  if (trx.client.dialect === 'sqlite3') {
    await trx.raw('DROP TRIGGER audit_head_forward');
    const refuse = `BEGIN SELECT RAISE(ABORT, '${APPEND_ONLY}'); END`;
    await trx.raw(`CREATE TRIGGER audit_head_forward BEFORE UPDATE ON audit_head WHEN NEW.seq <= OLD.seq ${refuse}`);
    return;
  }
  await trx.raw(`CREATE OR REPLACE FUNCTION audit_head_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF TG_OP = 'DELETE' OR NEW.seq <= OLD.seq THEN RAISE EXCEPTION '${APPEND_ONLY}'; END IF;
    RETURN NEW;
  END $$`);
}

async function idempotencyKey(trx: Knex): Promise<void> {
  await trx.schema.createTable('idempotency_key', (table) => {
    table.text('tenant').notNullable();
    table.text('actor').notNullable();
    table.text('route').notNullable();
    table.text('key').notNullable();
    table.text('body_hash').notNullable();
    /** The process that carries the request out, and until when its claim holds if it is not heard of again. */
    table.text('claimed_by').notNullable();
    table.text('claimed_until').notNullable();
    table.text('expires_at').notNullable();
    /** The reply; null until there is one. */
    table.integer('status');
    table.text('headers');
    table.text('body');
    table.primary(['tenant', 'actor', 'route', 'key']);
    table.index(['tenant', 'expires_at'], 'idempotency_key_expiry');
  });
}

async function pluginState(trx: Knex): Promise<void> {
  await trx.schema.createTable('plugin_state', (table) => {
    table.text('tenant').notNullable();
    table.text('instance').notNullable();
    table.text('key').notNullable();
    table.text('value').notNullable();
    table.integer('version').notNullable();
    table.primary(['tenant', 'instance', 'key']);
  });
}

/** A job that is in order has a place in the line of its queue and subject; the others have none, and cost nothing here. */
async function jobsInOrder(trx: Knex): Promise<void> {
  await trx.schema.alterTable('outbox_job', (table) => table.bigInteger('seq'));
  await trx.raw('CREATE UNIQUE INDEX outbox_job_line ON outbox_job (tenant, queue, subject, seq) WHERE seq IS NOT NULL');
}
