import { appendOnly, type Migration } from '../../internal/index.js';

/** The tables of the payments service. Amounts are integers of minor units as text; in code they are bigint. */
export const paymentMigrations: readonly Migration[] = [
  {
    name: '0001-payments',
    async up(trx) {
      await trx.schema.createTable('payment', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('scheme').notNullable();
        table.text('purpose').notNullable();
        table.text('amount').notNullable();
        table.text('currency').notNullable();
        table.text('state').notNullable();
        // What it pays for: a name that tells nobody whose dose it is.
        table.text('act');
        table.text('owner').notNullable();
        table.text('opened_at').notNullable();
        // An act that was begun and whose end is not known: the scheme may have carried it out.
        table.text('pending');
        table.text('pending_since');
        // Where the money went, and how a person quotes it.
        table.text('account');
        table.text('reference');
        table.integer('receipt');
        table.primary(['tenant', 'id']);
        // A dose is paid for once, and receipts of a scheme have no gaps and no doubles.
        table.unique(['tenant', 'act']);
        table.unique(['tenant', 'scheme', 'receipt']);
        table.index(['tenant', 'pending_since'], 'payment_pending');
      });
      await trx.schema.createTable('ledger_line', (table) => {
        table.text('tenant').notNullable();
        table.text('entry').notNullable();
        table.integer('line').notNullable();
        table.text('at').notNullable();
        // payment.opened, payment.captured … and the payment's or cash-up's id.
        table.text('kind').notNullable();
        table.text('subject').notNullable();
        table.text('account').notNullable();
        table.text('currency').notNullable();
        // Debits are positive, credits negative; the lines of an entry sum up to nothing.
        table.text('amount').notNullable();
        table.primary(['tenant', 'entry', 'line']);
        table.index(['tenant', 'account', 'currency'], 'ledger_line_account');
      });
      await appendOnly(trx, 'ledger_line');
      await trx.schema.createTable('cash_up', (table) => {
        table.text('tenant').notNullable();
        table.text('id').notNullable();
        table.text('scheme').notNullable();
        table.text('actor').notNullable();
        table.text('currency').notNullable();
        table.text('expected').notNullable();
        table.text('counted').notNullable();
        table.text('at').notNullable();
        table.primary(['tenant', 'id']);
      });
      await appendOnly(trx, 'cash_up');
    },
  },
];
