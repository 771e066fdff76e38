import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { appendEntry } from '../../services/payments/ledger.js';
import { auditOf } from '../../store/audit-log.js';
import { runCommand } from '../command.js';
import { planAdopter } from '../deployment.js';
import { dbMigrate, withStorage } from './db-migrate.js';
import { ledgerVerify } from './ledger-verify.js';

const log = () => ({ debug() {}, info() {}, warn() {}, error() {} });
// The tables alone: what this command does does not hang on the services that happen to be built in.
vi.mock('../built-ins.js', async () => {
  const { definePlugin } = await import('../../api/plugin.js');
  const { declareMigrations } = await import('../../internal/storage.js');
  const { storeTables } = await import('../../store/tables.js');
  const { paymentsMigrations } = await import('../../services/payments/migrations.js');
  const tables = (id: string, steps: typeof storeTables) => {
    const provides = { migrations: declareMigrations(steps) };
    return {
      descriptor: definePlugin()({ id, summary: 'Tables alone.', provides, setup: async () => ({ ports: { migrations: true } }) }),
      always: true,
    };
  };
  return { builtIns: { store: tables('store', storeTables), payments: tables('payments', paymentsMigrations) } };
});

let folder: string;
let home: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'divoc-ledger-'));
  home = join(folder, 'data');
  writeFileSync(join(folder, 'adopter.yaml'), 'apiVersion: divoc/v1\nname: acme\nplugins:\n  db: { use: storage-sqlite }\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function run(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const out: string[] = [];
  const err: string[] = [];
  const terminal = { out: (line: string) => void out.push(line), err: (line: string) => void err.push(line) };
  const code = await runCommand([dbMigrate, ledgerVerify], [...argv, folder], terminal, { DIVOC_HOME: home, LOG_LEVEL: 'silent' });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

/** Books a cash-up of 250.00, as the service does. */
const book = async (amount = 25_000n) =>
  withStorage(await planAdopter(folder, {}), home, log, (storage) =>
    storage.transaction(async (trx) => {
      const clock = { now: () => new Date('2026-11-23T10:00:00Z') };
      const at = clock.now().toISOString();
      const lines = [
        { account: 'safe', currency: 'LKR', amount },
        { account: 'counter/till/clerk-1', currency: 'LKR', amount: -amount },
      ];
      const { seq, hash } = await appendEntry(trx, 'main', { kind: 'cashed-up', subject: `c${amount}`, actor: 'clerk-1', at, lines });
      await auditOf({ storage, tenant: 'main', clock, log: log() }).append(trx, {
        actor: 'clerk-1',
        action: 'cash-up.booked',
        subject: 'c',
        detail: { entry: seq, hash },
      });
    }),
  );

describe('divoc ledger verify', () => {
  it('prints the balances of books that are whole', async () => {
    await run('db', 'migrate');
    await book();
    expect(await run('ledger', 'verify')).toEqual({
      code: 0,
      out: 'the books are whole: 1 entry (tenant main); balances in minor units:\ncounter/till/clerk-1  -25000 LKR\nsafe                   25000 LKR',
      err: '',
    });
    expect(JSON.parse((await run('ledger', 'verify', '--json')).out)).toEqual({
      tenant: 'main',
      checked: 1,
      balances: [
        { account: 'counter/till/clerk-1', currency: 'LKR', amount: '-25000' },
        { account: 'safe', currency: 'LKR', amount: '25000' },
      ],
      faults: [],
    });
  });

  it('names what is wrong, and exits with 1', async () => {
    await run('db', 'migrate');
    await book();
    await book(7n);
    await withStorage(await planAdopter(folder, {}), home, log, async ({ knex }) => {
      await knex.raw('DROP TRIGGER ledger_line_no_update');
      await knex('ledger_line').where({ entry: 1, line: 1 }).update({ amount: 24_000 });
    });
    const { code, out, err } = await run('ledger', 'verify');
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(
      'entry 1 does not balance: -1000 LKR\nentry 1 is not what the audit log says of it\n2 faults in 2 entries (tenant main)',
    );
    const json = await run('ledger', 'verify', '--json');
    expect([json.code, JSON.parse(json.out).faults[0]]).toEqual([
      1,
      { problem: 'unbalanced', entry: 1, text: 'entry 1 does not balance: -1000 LKR' },
    ]);
  });

  it('says so when there are no books', async () => {
    const { code, err } = await run('ledger', 'verify');
    expect(code).toBe(1);
    expect(err).toContain('there is no ledger; run: divoc db migrate');
  });
});
