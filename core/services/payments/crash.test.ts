import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { migrate } from '../../store/migrate.js';
import { databaseFile, openStore } from '../../store/store.fixture.js';
import { paymentsMigrations } from './migrations.js';

const script = fileURLToPath(new URL('crash.fixture.mjs', import.meta.url));
const clock = { now: () => new Date() };

/** Runs the built service with a real voucher scheme in a process of its own, and kills it with SIGKILL where it stops. */
async function run(file: string, stage: string): Promise<{ lines: Record<string, unknown>[]; signal: string | null }> {
  const child = spawn(process.execPath, [script, file, stage], { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines: Record<string, unknown>[] = [];
  const reader = createInterface(child.stdout).on('line', (line) => {
    lines.push(JSON.parse(line));
    if (lines.at(-1)?.stage === stage) child.kill('SIGKILL');
  });
  const [[, signal]] = (await Promise.all([once(child, 'exit'), once(reader, 'close')])) as [[number, string | null], unknown];
  return { lines, signal };
}

const taken = { captured: '25000', remaining: '0', used: 1 };
const untouched = { captured: '0', remaining: '25000', used: 0 };
const paid = { 'income/covid-19': '-25000', 'receivable/voucher': '0', 'voucher/vouchers': '25000' };
const owed = { 'income/covid-19': '-25000', 'receivable/voucher': '25000' };

describe('a process killed with SIGKILL while a voucher pays', () => {
  it.each<[string, string[], object, object]>([
    // Inside the transaction that opens: there is no payment.
    ['payment.opening', [], untouched, {}],
    ['payment.opened', ['due'], untouched, owed],
    // Inside the transaction of the intent: nothing was begun.
    ['payment.intending', ['due'], untouched, owed],
    // From here on the act goes on by itself.
    ['payment.intended', ['captured'], taken, paid],
    ['payment.acted', ['captured'], taken, paid],
    ['payment.booking', ['captured'], taken, paid],
    ['payment.booked', ['captured'], taken, paid],
  ])('at %s leaves %j, the money where it belongs, and whole books', async (stage, states, totals, balances) => {
    const file = databaseFile();
    const { storage } = await openStore({ file, clock });
    await migrate([{ owner: 'payments', steps: paymentsMigrations }], storage, clock);
    expect(await run(file, stage)).toEqual({ lines: [{ stage }], signal: 'SIGKILL' });
    const { lines } = await run(file, 'recover');
    expect(lines).toMatchObject([{ faults: [], totals, payments: states.map((state) => ({ state, intent_act: null })) }]);
    expect(lines[0]?.balances).toEqual(balances);
  });

  it('without being killed ends the same way', async () => {
    const file = databaseFile();
    const { storage } = await openStore({ file, clock });
    await migrate([{ owner: 'payments', steps: paymentsMigrations }], storage, clock);
    expect(await run(file, 'never')).toEqual({ lines: [{ stage: 'over' }], signal: null });
    expect((await run(file, 'recover')).lines).toMatchObject([{ faults: [], totals: taken, balances: paid }]);
  });
});
