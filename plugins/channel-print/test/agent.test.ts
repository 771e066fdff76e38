import { describe, expect, it } from 'vitest';
import { delivery, type PrintHouse, printHouse } from './print-house.js';

async function withJob(settings: object = {}): Promise<{ house: PrintHouse; id: string; key: string }> {
  const house = await printHouse(settings);
  const mine = delivery();
  await house.channel.deliver(mine);
  const [{ id } = { id: '' }] = await house.open();
  return { house, id, key: mine.key };
}
const claim = (house: PrintHouse, id: string) => house.call('claim', { params: { id } });
const end = (house: PrintHouse, id: string, outcome: string, attempt = 1) =>
  house.call('end', { params: { id }, body: { attempt, outcome } });
const reprint = (house: PrintHouse, id: string, reason = 'not-printed') =>
  house.call('reprint', { params: { id }, body: { reason } }, 'supervisor');
const confirm = (house: PrintHouse, id: string) => house.call('confirm', { params: { id } }, 'supervisor');
const refused = (code: string, status = 409) => ({ status, code });

describe('an agent', () => {
  it('lists, takes, prints, says so, and the delivery is told that it has arrived', async () => {
    const { house, id, key } = await withJob();
    const reply = await claim(house, id);
    expect(reply).toMatchObject({
      status: 200,
      mediaType: 'application/pdf',
      headers: { 'print-attempt': '1', 'cache-control': 'no-store' },
    });
    expect(Buffer.from(reply.body as Uint8Array).toString()).toBe('%PDF certificate-1 en Asha Perera');
    expect(await house.open()).toMatchObject([{ id, state: 'printing', attempt: 1 }]);
    expect(house.receipts).toEqual([]);
    expect(await end(house, id, 'printed')).toMatchObject({ status: 200, body: { state: 'printed' } });
    expect(await house.open()).toEqual([]);
    expect(house.receipts).toEqual([{ key, state: 'delivered' }]);
    expect(await house.call('read', { params: { id } })).toMatchObject({ body: { id, state: 'printed', decisions: [] } });
  });

  it('is given a job once, also in a race', async () => {
    const { house, id } = await withJob();
    const all = await Promise.allSettled(Array.from({ length: 8 }, () => claim(house, id)));
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toMatchObject(refused('PRINT_NOT_WAITING'));
  });

  it('may say again what it has said, and nothing of an older attempt', async () => {
    const { house, id } = await withJob();
    await claim(house, id);
    await end(house, id, 'failed');
    expect(await end(house, id, 'failed')).toMatchObject({ body: { state: 'failed', code: 'PRINT_AGENT_FAILED' } });
    await expect(end(house, id, 'printed')).rejects.toMatchObject(refused('PRINT_NOT_PRINTING'));
    await reprint(house, id);
    await claim(house, id);
    await expect(end(house, id, 'printed', 1)).rejects.toMatchObject(refused('PRINT_ATTEMPT_OVER'));
    expect(await end(house, id, 'printed', 2)).toMatchObject({ body: { state: 'printed', attempt: 2 } });
  });

  it('who says nothing leaves the job unsure, and it is not given out again', async () => {
    const { house, id } = await withJob({ claimMinutes: 5 });
    await claim(house, id);
    house.clock.pass(299);
    expect(await house.open('printing')).toHaveLength(1);
    house.clock.pass(1);
    const after = await house.restarted();
    expect(await after.open('unsure')).toMatchObject([{ id }]);
    expect(await after.part.health?.()).toEqual({ status: 'warn', detail: 'jobs that wait for a person: unsure 1' });
    await expect(claim(after, id)).rejects.toMatchObject(refused('PRINT_NOT_WAITING'));
    // Late, but it knows.
    expect(await end(after, id, 'printed')).toMatchObject({ body: { state: 'printed' } });
    expect(await after.part.health?.()).toEqual({ status: 'pass' });
  });

  it('sees jobs in the order in which they came, page by page, by state', async () => {
    const house = await printHouse();
    for (let i = 0; i < 5; i += 1) {
      await house.channel.deliver(delivery({ certificateId: `c${i}` }));
      house.clock.pass(1);
    }
    const numbers: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { items, next } = (await house.call('list', { query: { limit: '2', state: 'waiting', after } })).body as {
        items: { number: string }[];
        next?: string;
      };
      numbers.push(...items.map(({ number }) => number));
      after = next;
    }
    expect(numbers).toEqual(['N-c0', 'N-c1', 'N-c2', 'N-c3', 'N-c4']);
    for (const query of [{ state: 'x' }, { limit: '0' }, { limit: '1001' }, { limit: '1.5' }])
      await expect(house.call('list', { query })).rejects.toMatchObject({ status: 400 });
    for (const route of ['read', 'claim', 'confirm'])
      await expect(house.call(route, { params: { id: 'x' } })).rejects.toMatchObject(refused('PRINT_JOB_UNKNOWN', 404));
  });
});

describe('a person', () => {
  it('has a job printed again; who and why is kept and only added to', async () => {
    const { house, id } = await withJob();
    await expect(reprint(house, id)).rejects.toMatchObject(refused('PRINT_UNDER_WAY'));
    await claim(house, id);
    await expect(reprint(house, id)).rejects.toMatchObject(refused('PRINT_UNDER_WAY'));
    await end(house, id, 'printed');
    house.clock.pass(60);
    const { body } = await reprint(house, id, 'damaged');
    const first = { act: 'reprint', at: '2026-11-23T10:01:00.000Z', actor: 'supervisor', reason: 'damaged', from: 'printed' };
    expect(body).toMatchObject({ state: 'waiting', decisions: [first] });
    expect(await house.open('waiting')).toMatchObject([{ id }]);
    await claim(house, id);
    await end(house, id, 'failed', 2);
    expect((await reprint(house, id, 'not-printed')).body).toMatchObject({ decisions: [first, { reason: 'not-printed', from: 'failed' }] });
  });

  it('confirms a sheet that nobody was sure of', async () => {
    const { house, id, key } = await withJob({ claimMinutes: 1 });
    await expect(confirm(house, id)).rejects.toMatchObject(refused('PRINT_NOT_UNSURE'));
    await claim(house, id);
    house.clock.pass(60);
    expect(await confirm(house, id)).toMatchObject({
      body: { state: 'printed', decisions: [{ act: 'confirm', actor: 'supervisor', from: 'unsure' }] },
    });
    expect(house.receipts).toEqual([{ key, state: 'delivered' }]);
  });
});

describe('a crash', () => {
  it.each([1, 2, 3])('before write %i of a sheet that is printed loses neither the sheet nor its receipt', async (write) => {
    const { house, id, key } = await withJob();
    await claim(house, id);
    house.state.crashBefore = write;
    await expect(end(house, id, 'printed')).rejects.toThrow('killed');
    const after = await house.restarted();
    expect(await after.open('printing')).toHaveLength(1);
    await end(after, id, 'printed');
    expect(after.receipts).toEqual([{ key, state: 'delivered' }]);
    expect(await after.open()).toEqual([]);
    expect([...after.state.entries.keys()].filter((entry) => entry.startsWith('receipt/'))).toEqual([]);
  });

  it('before its receipt was kept has it told after the start', async () => {
    const { house, id, key } = await withJob();
    house.channel.reportTo?.(async () => {
      throw new Error('the delivery service is away');
    });
    await claim(house, id);
    expect(await end(house, id, 'printed')).toMatchObject({ body: { state: 'printed' } });
    const after = await house.restarted();
    expect(after.receipts).toEqual([{ key, state: 'delivered' }]);
    expect((await after.restarted()).receipts).toEqual([]);
  });

  it.each([1, 2])('before write %i of a reprint leaves a job that is printed or waits', async (write) => {
    const { house, id } = await withJob();
    await claim(house, id);
    await end(house, id, 'printed');
    house.state.crashBefore = write;
    await expect(reprint(house, id)).rejects.toThrow('killed');
    const after = await house.restarted();
    expect(await after.open()).toEqual([]);
    await reprint(after, id);
    expect(await after.open('waiting')).toHaveLength(1);
  });

  it('before the claim is kept gives no byte away', async () => {
    const { house, id } = await withJob();
    house.state.crashBefore = 1;
    await expect(claim(house, id)).rejects.toThrow('killed');
    expect(await (await house.restarted()).open('waiting')).toMatchObject([{ id, attempt: 0 }]);
  });
});
