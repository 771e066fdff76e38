import type { Knex } from 'knex';
import type { Migration } from '../../internal/index.js';
import { protectTables } from './table-guards.js';

/** The tables of the payments service. */
export const paymentsMigrations: readonly Migration[] = [
  {
    name: '0001-payments',
    async up(trx) {
      await payments(trx);
      await ledger(trx);
      await cashUps(trx);
      await protectTables(trx);
    },
  },
];

async function payments(trx: Knex): Promise<void> {
  await trx.schema.createTable('payment', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.text('scheme').notNullable();
    table.text('programme').notNullable();
    table.integer('dose_number').notNullable();
    table.text('facility');
    table.bigInteger('amount').notNullable();
    table.text('currency').notNullable();
    table.text('payer').notNullable();
    table.text('state').notNullable().checkIn(['due', 'authorized', 'captured', 'cancelled', 'refunded']);
    // What it pays for; null while it is prepaid and unused.
    table.text('act');
    table.text('owner').notNullable();
    table.text('opened_at').notNullable();
    // An act that has been begun with the scheme and not yet been booked, and who holds it until when.
    table.text('intent_id');
    table.text('intent_act');
    table.text('intent_actor');
    table.text('intent_input');
    table.text('intent_holder');
    table.text('intent_until');
    table.primary(['tenant', 'id']);
    // One payment per act, kept by the database and not by good will.
    table.unique(['tenant', 'act']);
    table.index(['tenant', 'intent_until'], 'payment_intent');
  });
  await trx.schema.createTable('payment_act', (table) => {
    table.text('tenant').notNullable();
    table.text('payment').notNullable();
    table.text('act').notNullable();
    table.text('actor').notNullable();
    table.text('at').notNullable();
    // How the scheme settled it.
    table.text('account');
    table.text('reference');
    table.bigInteger('entry');
    // Each act once per payment.
    table.primary(['tenant', 'payment', 'act']);
  });
  await trx.schema.createTable('payment_receipt', (table) => {
    table.text('tenant').notNullable();
    table.text('scheme').notNullable();
    table.bigInteger('number').notNullable();
    table.text('payment').notNullable();
    table.text('issued_at').notNullable();
    table.primary(['tenant', 'scheme', 'number']);
    table.unique(['tenant', 'payment']);
  });
}

async function ledger(trx: Knex): Promise<void> {
  await trx.schema.createTable('ledger_entry', (table) => {
    table.text('tenant').notNullable();
    table.bigInteger('seq').notNullable();
    table.text('kind').notNullable();
    table.text('subject').notNullable();
    table.text('actor').notNullable();
    table.text('at').notNullable();
    table.primary(['tenant', 'seq']);
    table.unique(['tenant', 'subject', 'kind']);
  });
  await trx.schema.createTable('ledger_line', (table) => {
    table.text('tenant').notNullable();
    table.bigInteger('entry').notNullable();
    table.integer('line').notNullable();
    table.text('account').notNullable();
    table.text('currency').notNullable();
    // Minor units; debits positive, credits negative.
    table.bigInteger('amount').notNullable();
    table.primary(['tenant', 'entry', 'line']);
    table.index(['tenant', 'account', 'currency', 'entry'], 'ledger_line_account');
  });
}

async function cashUps(trx: Knex): Promise<void> {
  await trx.schema.createTable('cash_up', (table) => {
    table.text('tenant').notNullable();
    table.text('id').notNullable();
    table.text('scheme').notNullable();
    table.text('account').notNullable();
    table.text('currency').notNullable();
    table.integer('sequence').notNullable();
    // The ledger's last entry that it takes in, its own included.
    table.bigInteger('closes').notNullable();
    table.bigInteger('expected').notNullable();
    table.bigInteger('counted').notNullable();
    table.text('actor').notNullable();
    table.text('at').notNullable();
    table.primary(['tenant', 'id']);
    table.unique(['tenant', 'account', 'currency', 'sequence']);
  });
}
