import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { runPrintCommand } from '../src/print-command.js';
import { delivery, printHouse } from './print-house.js';

/** A printer: a real process that appends what it is given to a file, and ends as `script` says. */
const command = (file: string, script = '') => [
  process.execPath,
  '-e',
  `let pdf=''; process.stdin.on('data',(d)=>{pdf+=d}).on('end',()=>{require('fs').appendFileSync(${JSON.stringify(file)},pdf+'\\n');${script}})`,
];
const sheets = (file: string) => (existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : []);

describe('with a command', () => {
  it('each job is printed once, in order, also those that waited before the start', async () => {
    const house = await printHouse();
    const paper = join(house.home, 'paper');
    for (const certificateId of ['c0', 'c1']) {
      await house.channel.deliver(delivery({ certificateId }));
      house.clock.pass(1);
    }
    const desk = await house.restarted({ command: command(paper) });
    await desk.channel.deliver(delivery({ certificateId: 'c2' }));
    await vi.waitFor(async () => expect(await desk.open()).toEqual([]), { timeout: 10_000 });
    expect(sheets(paper)).toEqual(['c0', 'c1', 'c2'].map((id) => `%PDF ${id} en Asha Perera`));
    // Handed to a printer's queue is not in somebody's hand.
    expect(desk.receipts).toEqual([]);
    expect(await desk.part.health?.()).toEqual({ status: 'pass' });
  });

  it('one that fails leaves its job to a person and the others waiting', async () => {
    const house = await printHouse();
    const paper = join(house.home, 'paper');
    for (let i = 0; i < 3; i += 1) {
      await house.channel.deliver(delivery());
      house.clock.pass(1);
    }
    const desk = await house.restarted({ command: command(paper, 'process.exit(3)') });
    await vi.waitFor(async () => expect(await desk.open('failed')).toMatchObject([{ code: 'PRINT_COMMAND_FAILED' }]), { timeout: 10_000 });
    await desk.channel.deliver(delivery());
    expect(await desk.open('waiting')).toHaveLength(3);
    expect(await desk.part.health?.()).toEqual({ status: 'warn', detail: 'PRINT_COMMAND_FAILED; jobs that wait for a person: failed 1' });
  });

  it('one that is not there leaves its job waiting', async () => {
    const house = await printHouse();
    await house.channel.deliver(delivery());
    const desk = await house.restarted({ command: ['/nowhere/lp'] });
    await vi.waitFor(async () => expect(await desk.part.health?.()).toEqual({ status: 'warn', detail: 'PRINT_COMMAND_MISSING' }), {
      timeout: 10_000,
    });
    expect(await desk.open('waiting')).toMatchObject([{ attempt: 0 }]);
  });

  it('one that hangs is killed, and nobody knows', async () => {
    const house = await printHouse();
    await house.channel.deliver(delivery());
    const desk = await house.restarted({ command: [process.execPath, '-e', 'setInterval(()=>0,1000)'], commandSeconds: 1 });
    await vi.waitFor(async () => expect(await desk.open('unsure')).toMatchObject([{ code: 'PRINT_COMMAND_LATE' }]), { timeout: 10_000 });
  });

  it('a job under way when the process died is unsure after the start, and never printed again unasked', async () => {
    const house = await printHouse();
    const paper = join(house.home, 'paper');
    await house.channel.deliver(delivery());
    const first = await house.restarted({ command: command(paper) });
    // Dies after the sheet was printed and before that was kept: claim (1), then printed/ (2).
    first.state.crashBefore = 2;
    await vi.waitFor(() => expect(sheets(paper)).toHaveLength(1), { timeout: 10_000 });
    await first.part.stop?.();
    const second = await house.restarted({ command: command(paper) });
    expect(await second.open()).toMatchObject([{ state: 'unsure', code: 'PRINT_INTERRUPTED', attempt: 1 }]);
    await second.channel.deliver(delivery({ certificateId: 'other' }));
    await vi.waitFor(() => expect(sheets(paper)).toHaveLength(2), { timeout: 10_000 });
    const [{ id } = { id: '' }] = await second.open('unsure');
    await second.call('reprint', { params: { id }, body: { reason: 'not-printed' } }, 'supervisor');
    await vi.waitFor(async () => expect(await second.open()).toEqual([]), { timeout: 10_000 });
    expect(sheets(paper)).toHaveLength(3);
  });
});

describe('the command', () => {
  it('gets the whole PDF, its arguments as they are, no shell and none of the secrets of the house', async () => {
    const house = await printHouse();
    const file = join(house.home, 'out');
    process.env.SMTP_PASSWORD_OF_TEST = 'secret';
    const script = `const fs=require('fs');const b=fs.readFileSync(0);fs.writeFileSync(${JSON.stringify(file)},JSON.stringify([b.length,process.argv[1],Object.keys(process.env)]))`;
    const pdf = Buffer.alloc(3_000_000, 7);
    expect(await runPrintCommand([process.execPath, '-e', script, '$(id); "x" *'], pdf, 30)).toEqual({ how: 'printed' });
    const [length, argument, names] = JSON.parse(readFileSync(file, 'utf8')) as [number, string, string[]];
    expect([length, argument]).toEqual([3_000_000, '$(id); "x" *']);
    expect(names).toContain('PATH');
    expect(names).not.toContain('SMTP_PASSWORD_OF_TEST');
    delete process.env.SMTP_PASSWORD_OF_TEST;
  });

  it.each([
    ['process.exit(0)', { how: 'printed' }],
    ['process.exit(1)', { how: 'failed', code: 'PRINT_COMMAND_FAILED' }],
    ['process.kill(process.pid, "SIGKILL"); setInterval(() => 0, 1000)', { how: 'unsure', code: 'PRINT_COMMAND_KILLED' }],
  ])('that does not read and does %s', async (script, end) => {
    expect(await runPrintCommand([process.execPath, '-e', script], Buffer.alloc(3_000_000), 30)).toEqual(end);
  });
});
