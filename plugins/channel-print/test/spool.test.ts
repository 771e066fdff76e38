import { readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { delivery, type PrintHouse, printHouse } from './print-house.js';

const pdfOf = (house: PrintHouse, id: string) => readFileSync(join(house.home, 'print', 'desk', `${id}.pdf`), 'utf8');

describe('a delivery', () => {
  it('becomes one PDF that only the house can read, in the language of the person, and one job without a name', async () => {
    const house = await printHouse();
    const result = await house.channel.deliver(delivery({ recipient: { language: 'si' } }));
    const [job] = await house.open();
    expect(result).toEqual({ state: 'accepted', reference: job?.id });
    expect(job).toMatchObject({ state: 'waiting', number: 'N-certificate-1', attempt: 0 });
    expect(house.files()).toEqual([`${job?.id}.pdf`]);
    expect(pdfOf(house, job?.id ?? '')).toBe('%PDF certificate-1 si Asha Perera');
    expect(statSync(join(house.home, 'print', 'desk', `${job?.id}.pdf`)).mode & 0o777).toBe(0o600);
    expect(statSync(join(house.home, 'print', 'desk')).mode & 0o777).toBe(0o700);
    expect(JSON.stringify([...house.state.entries, await house.open()]) + house.logged()).not.toContain('Asha');
  });

  it.each([1, 2])('survives a crash before write %i', async (write) => {
    const house = await printHouse();
    const mine = delivery();
    house.state.crashBefore = write;
    await expect(house.channel.deliver(mine)).rejects.toThrow('killed');
    const after = await house.restarted();
    expect(await after.open()).toEqual([]);
    expect(await after.channel.deliver(mine)).toMatchObject({ state: 'accepted' });
    expect(await after.open()).toHaveLength(1);
    expect(after.files()).toHaveLength(1);
  });

  it.each([
    ['gone', { state: 'failed', code: 'CERTIFICATE_UNKNOWN', retry: 'never' }],
    ['busy', { state: 'failed', code: 'TEMPLATE_BUSY', retry: 'later' }],
  ])('of a certificate that is %s makes no job', async (certificateId, result) => {
    const house = await printHouse();
    expect(await house.channel.deliver(delivery({ certificateId }))).toEqual(result);
    expect([await house.open(), house.files()]).toEqual([[], []]);
  });
});

describe('the sweep', () => {
  it('removes the PDF of a printed job after its days, and no other', async () => {
    const house = await printHouse({ keepPrintedDays: 2 });
    for (let i = 0; i < 2; i += 1) await house.channel.deliver(delivery());
    const [first, second] = (await house.open()).map(({ id }) => id);
    await house.call('claim', { params: { id: first } });
    await house.call('end', { params: { id: first }, body: { attempt: 1, outcome: 'printed' } });
    house.clock.pass(2 * 86_400 - 1);
    await house.restarted();
    expect(house.files()).toHaveLength(2);
    house.clock.pass(2);
    const after = await house.restarted();
    expect(after.files()).toEqual([`${second}.pdf`]);

    // Another sheet is made anew.
    await after.call('reprint', { params: { id: first }, body: { reason: 'lost' } }, 'supervisor');
    const { body } = await after.call('claim', { params: { id: first } });
    expect(Buffer.from(body as Uint8Array).toString()).toContain('%PDF certificate-1');
  });

  it('leaves a job alone that waits again', async () => {
    const house = await printHouse({ keepPrintedDays: 1 });
    await house.channel.deliver(delivery());
    const [{ id } = { id: '' }] = await house.open();
    await house.call('claim', { params: { id } });
    await house.call('end', { params: { id }, body: { attempt: 1, outcome: 'printed' } });
    await house.call('reprint', { params: { id }, body: { reason: 'damaged' } });
    house.clock.pass(30 * 86_400);
    const after = await house.restarted();
    expect(after.files()).toEqual([`${id}.pdf`]);
    expect(await after.open('waiting')).toHaveLength(1);
  });

  it('removes after a day what a crash has left, and only what is ours', async () => {
    const house = await printHouse();
    await house.channel.deliver(delivery());
    const [{ id } = { id: '' }] = await house.open();
    const folder = join(house.home, 'print', 'desk');
    const left = [`${'a'.repeat(32)}.pdf`, `${id}.0123456789ab.tmp`, 'notes.txt'];
    const now = house.clock.now().getTime() / 1000;
    for (const name of left) writeFileSync(join(folder, name), 'x');
    for (const name of [...left, `${id}.pdf`]) utimesSync(join(folder, name), now, now);
    await house.restarted();
    expect(house.files()).toHaveLength(4);
    house.clock.pass(86_401);
    await house.restarted();
    expect(house.files().sort()).toEqual([`${id}.pdf`, 'notes.txt'].sort());
  });
});
