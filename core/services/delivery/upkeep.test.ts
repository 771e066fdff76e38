import { describe, expect, it } from 'vitest';
import type { Receipt } from '../../api/index.js';
import { eventually } from '../../testkit/eventually.js';
import { handClock } from '../../testkit/index.js';
import { accepts, deliveryHouse, request, told } from './delivery.fixture.js';
import { pauseAfter } from './pause.js';

const busy = { state: 'failed', code: 'SMTP_BUSY', retry: 'soon' } as const;

describe('the sweep', () => {
  it('gives a delivery whose job has died a new one, and no delivery two at once', async () => {
    const email = accepts();
    const clock = { now: () => new Date(Date.now() + ahead) };
    let ahead = 0;
    const house = await deliveryHouse({ email }, { clock });
    await house.deliveries.request(request(['email']));
    await house.storage.knex('outbox_job').update({ state: 'dead' });
    expect(await house.sweep()).toMatchObject({ revived: 0 });
    ahead = 3_601_000;
    expect(await house.sweep()).toMatchObject({ revived: 1 });
    expect(await house.sweep()).toMatchObject({ revived: 0 });
    await house.dispatch();
    await eventually(async () => expect(await house.deliveries.of('vaccination:1')).toMatchObject([{ state: 'accepted' }]));
    expect(email.asked).toHaveLength(1);
  });

  it('gives up what waits for a channel that has left the manifest, and then forgets its recipient', async () => {
    const clock = handClock();
    const old = await deliveryHouse({ email: accepts({ needs: ['email'] }) }, { clock });
    await old.deliveries.request(request(['email']));
    const { filename } = old.storage.knex.client.config.connection;
    const house = await deliveryHouse({}, { clock, file: filename, cipher: old.cipher, settings: { keepDeadDays: 2 } });
    clock.pass(86_400);
    expect(await house.sweep()).toEqual({ erased: 0, revived: 0, orphaned: 0 });
    expect(await house.delivery.health?.()).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('waiting for more than 60 min: email 1 since 2026-'),
    });
    clock.pass(2 * 86_400);
    expect(await house.sweep()).toMatchObject({ orphaned: 1 });
    expect((await house.rows())[0]).toMatchObject({ state: 'dead', code: 'CHANNEL_MISSING', recipient: expect.any(String) });
    clock.pass(2 * 86_400 + 1);
    await house.sweep();
    expect((await house.rows())[0]).toMatchObject({ recipient: null });
  });
});

it('health passes while all is well, and names channels and counts alone', async () => {
  const clock = handClock();
  const house = await deliveryHouse({ email: told(() => busy) }, { clock });
  expect(await house.delivery.health?.()).toEqual({ status: 'pass' });
  await house.deliveries.request(request(['email']));
  clock.pass(3599);
  expect(await house.delivery.health?.()).toEqual({ status: 'pass' });
  clock.pass(2);
  expect(await house.delivery.health?.()).toEqual({
    status: 'warn',
    detail: 'waiting for more than 60 min: email 1 since 2026-11-23T10:00:00.000Z',
  });
});

describe('a receipt', () => {
  const reporting = async () => {
    let report: (receipt: Receipt) => Promise<void> = async () => undefined;
    const sms = accepts({
      needs: ['phone'],
      reportTo(to) {
        report = to;
      },
    });
    const house = await deliveryHouse({ sms, other: accepts() });
    await house.deliveries.request(request(['sms', 'other']));
    const state = async () => (await house.deliveries.of('vaccination:1')).map((status) => status.state)[0];
    return { house, report: (receipt: Receipt) => report(receipt), state };
  };
  const key = 'vaccination:1:sms';

  it('moves accepted to delivered, once', async () => {
    const { house, report, state } = await reporting();
    await house.runOnce();
    expect(await state()).toBe('accepted');
    for (let i = 0; i < 2; i += 1) await report({ key, state: 'delivered' });
    expect(await state()).toBe('delivered');
    expect(await house.storage.knex('audit_entry').where({ action: 'delivery.delivered' })).toHaveLength(1);
    await report({ key, state: 'failed', code: 'SMS_EXPIRED' });
    expect(await state()).toBe('delivered');
  });

  it('may come before we know that it was accepted', async () => {
    const { house, report, state } = await reporting();
    await report({ key, state: 'delivered' });
    await house.runOnce();
    expect(await state()).toBe('delivered');
    expect((await house.rows())[0]).toMatchObject({ recipient: null });
  });

  it('of a failure kills the delivery with a code that says nothing personal', async () => {
    const { house, report, state } = await reporting();
    await house.runOnce();
    await report({ key, state: 'failed', code: 'no such number +94771234567' });
    expect(await state()).toBe('dead');
    expect((await house.rows())[0]).toMatchObject({ code: 'CARRIER_FAILED', recipient: null });
  });

  it.each(['vaccination:1:other', 'vaccination:2:sms', 'sms', ''])(
    'for %j, which this channel was not given, changes nothing',
    async (other) => {
      const { house, report } = await reporting();
      await report({ key: other, state: 'delivered' });
      expect((await house.deliveries.of('vaccination:1')).map(({ state }) => state)).toEqual(['waiting', 'waiting']);
    },
  );
});

it('the pause grows threefold from its class, to the longest, and ends', () => {
  const settings = { attempts: 12, soonSeconds: 5, laterSeconds: 300, longestSeconds: 3600 };
  const pauses = (retry: 'soon' | 'later') => [1, 2, 3, 4, 11].map((failures) => pauseAfter(retry, failures, settings, () => 0));
  expect(pauses('soon')).toEqual([5, 15, 45, 135, 3600]);
  expect(pauses('later')).toEqual([300, 900, 2700, 3600, 3600]);
  expect(pauseAfter('soon', 1, settings, () => 1)).toBe(3.75);
  expect(pauseAfter('soon', 12, settings)).toBeUndefined();
  expect(pauseAfter('never', 1, settings)).toBeUndefined();
});
