import { describe, expect, it, vi } from 'vitest';
import { verifyAudit } from '../../store/audit-check.js';
import { accepts, type DeliveryHouse, deliveryHouse, EMAIL, hang, request, told } from './delivery.fixture.js';

const states = async ({ deliveries }: DeliveryHouse, key = 'vaccination:1') => (await deliveries.of(key)).map(({ state }) => state);
const until = (house: DeliveryHouse, expected: string[], key?: string) =>
  vi.waitFor(async () => expect(await states(house, key)).toEqual(expected), { timeout: 10_000 });
const refused = { state: 'failed', code: 'SMTP_MAILBOX_REFUSED', retry: 'never' } as const;
const busy = { state: 'failed', code: 'SMTP_BUSY', retry: 'soon' } as const;
const actions = async ({ storage }: DeliveryHouse) => storage.knex('audit_entry').orderBy('seq').pluck('action');

describe('a request', () => {
  it('queues one delivery a channel and is one set for its key, however often and however concurrently it is made', async () => {
    const [email, sms] = [accepts({ needs: ['email'] }), accepts({ needs: ['phone'] })];
    const house = await deliveryHouse({ email, sms });
    const all = await Promise.all(Array.from({ length: 10 }, () => house.deliveries.request(request(['email', 'sms', 'email']))));
    for (const one of all)
      expect(one).toEqual([
        { channel: 'email', state: 'waiting', links: {} },
        { channel: 'sms', state: 'waiting', links: {} },
      ]);
    expect(await house.rows()).toHaveLength(2);
    expect(await house.storage.knex('outbox_job').orderBy('queue').pluck('queue')).toEqual(['delivery.email', 'delivery.sms']);
    await house.dispatch();
    await until(house, ['accepted', 'accepted']);
    expect([email.asked.length, sms.asked.length]).toEqual([1, 1]);
    expect(await house.deliveries.request(request(['sms']))).toHaveLength(2);
    expect(await house.deliveries.of('nothing')).toEqual([]);
  });

  it('gives a channel what it needs, the language, and nothing else', async () => {
    const [email, print] = [accepts({ needs: ['email'] }), accepts()];
    const house = await deliveryHouse({ email, print });
    await house.deliveries.request(request(['email', 'print']));
    await house.dispatch();
    await until(house, ['accepted', 'accepted']);
    expect(email.asked).toEqual([
      { key: 'vaccination:1:email', certificateId: 'certificate-1', recipient: { email: EMAIL, language: 'si' }, actor: 'nurse' },
    ]);
    expect(print.asked[0]?.recipient).toEqual({ language: 'si' });
  });

  it('skips a channel that the recipient gave nothing for', async () => {
    const sms = accepts({ needs: ['phone'] });
    const house = await deliveryHouse({ sms, print: accepts() });
    const statuses = await house.deliveries.request(request(['sms', 'print'], { recipient: {} }));
    expect(statuses.map(({ state }) => state)).toEqual(['skipped', 'waiting']);
    await house.dispatch();
    await until(house, ['skipped', 'accepted']);
    expect(sms.asked).toEqual([]);
  });

  it.each([
    { email: 'nobody' },
    { email: 'a@b' },
    { email: 'a b@example.org' },
    { email: 'a@example.org, b@example.org' },
    { email: 'a@example.org\r\nBcc: b@example.org' },
    { email: '<a@example.org>' },
    { email: 'a@exa\u0000mple.org' },
    { email: 'a@-example.org' },
    { email: 'a@b@example.org' },
    { email: `${'a'.repeat(65)}@example.org` },
    { email: `a@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(60)}.${'f'.repeat(60)}.org` },
    { phone: '0771234567' },
    { phone: '+0771234567' },
    { language: 'not a tag' },
    { language: '../../etc' },
  ])('refuses an obviously malformed recipient: %j, and does not repeat it', async (recipient) => {
    const house = await deliveryHouse({ email: accepts({ needs: ['email'] }) });
    const [[field, value]] = Object.entries(recipient) as [[string, string]];
    const error: unknown = await house.deliveries.request(request(['email'], { recipient })).catch((thrown) => thrown);
    expect(error).toMatchObject({ status: 422, code: 'RECIPIENT_INVALID', errors: [{ pointer: `/recipient/${field}` }] });
    expect(JSON.stringify(error)).not.toContain(value);
    expect(await house.rows()).toEqual([]);
  });

  it.each(['a@example.org', "o'neil+tag@mail.example.co.uk", 'उपयोगकर्ता@उदाहरण.भारत', 'a@xn--mgbh0fb.xn--kgbechtv'])(
    'takes %s',
    async (email) => {
      const house = await deliveryHouse({ email: accepts({ needs: ['email'] }) });
      expect(await house.deliveries.request(request(['email'], { recipient: { email } }))).toMatchObject([{ state: 'waiting' }]);
    },
  );

  it('refuses a channel that is not here', async () => {
    const house = await deliveryHouse({ email: accepts() });
    await expect(house.deliveries.request(request(['email', 'pigeon', 'constructor']))).rejects.toMatchObject({
      status: 422,
      code: 'CHANNEL_UNKNOWN',
      errors: [{ pointer: '/channels/1' }, { pointer: '/channels/2' }],
    });
  });
});

describe('an instant channel', () => {
  const instant = { instant: true };

  it('is tried before the answer and needs no job', async () => {
    const download = told(() => ({ state: 'accepted', links: { page: '/c/x' } }), instant);
    const house = await deliveryHouse({ download });
    expect(await house.deliveries.request(request(['download']))).toEqual([
      { channel: 'download', state: 'accepted', links: { page: '/c/x' } },
    ]);
    expect(await house.deliveries.of('vaccination:1')).toEqual([{ channel: 'download', state: 'accepted', links: { page: '/c/x' } }]);
    expect(await house.storage.knex('outbox_job')).toEqual([]);
  });

  it.each([
    ['throws', () => Promise.reject(new Error(EMAIL))],
    ['fails', () => busy],
    ['hangs', (nth: number) => (nth === 1 ? hang() : { state: 'accepted' as const })],
    [
      'is late',
      async (nth: number) => {
        if (nth === 1) await new Promise((done) => setTimeout(done, 400));
        return { state: 'accepted' as const };
      },
    ],
    ['answers nonsense', () => ({ state: 'sent' }) as never],
  ])('that %s is left to its queue, and no failure is thrown', async (_, answer) => {
    const download = told((_, nth) => (nth === 1 || answer.length > 0 ? answer(nth) : { state: 'accepted' }), instant);
    const house = await deliveryHouse({ download, other: accepts(instant) }, { settings: { instantMilliseconds: 100 } });
    expect((await house.deliveries.request(request(['download', 'other']))).map(({ state }) => state)).toEqual(['waiting', 'accepted']);
    // In the order of the request, though the second was settled first.
    expect((await house.deliveries.of('vaccination:1')).map(({ channel }) => channel)).toEqual(['download', 'other']);
    await house.dispatch();
    await until(house, ['accepted', 'accepted']);
    expect(new Set(download.asked.map(({ key }) => key)).size).toBe(1);
    expect(house.logged()).not.toContain(EMAIL);
  });
});

describe('a queued delivery', () => {
  it('is tried again after a passing trouble, a throw and a hang', async () => {
    const answers = [
      () => busy,
      () => Promise.reject(Object.assign(new Error(EMAIL), { code: 'ECONNRESET' })),
      hang,
      () => ({ state: 'accepted' as const }),
    ];
    const email = told((_, nth) => answers[nth - 1]!(), { needs: ['email'] });
    const house = await deliveryHouse({ email }, { settings: { deadlineSeconds: 0.1 } });
    await house.deliveries.request(request(['email']));
    await house.dispatch();
    await until(house, ['accepted']);
    expect(email.asked).toHaveLength(4);
    expect(new Set(email.asked.map((asked) => JSON.stringify(asked))).size).toBe(1);
    expect(await actions(house)).toEqual(['delivery.requested', 'delivery.accepted']);
    expect((await verifyAudit(house.storage.knex, 'main')).checked).toBe(2);
  });

  it('is dead at once when nobody need try again, and otherwise when its tries are used up', async () => {
    const [gone, stuck] = [told(() => refused), told(() => busy)];
    const house = await deliveryHouse({ gone, stuck });
    await house.deliveries.request(request(['gone', 'stuck']));
    await house.dispatch();
    await until(house, ['dead', 'dead']);
    expect([gone.asked.length, stuck.asked.length]).toEqual([1, 4]);
    expect((await house.rows()).map(({ code }) => code)).toEqual(['SMTP_MAILBOX_REFUSED', 'SMTP_BUSY']);
    expect(await house.queue.dead()).toBe(0);
    expect(await house.delivery.health?.()).toEqual({
      status: 'warn',
      detail: 'dead deliveries: gone 1, stuck 1; see GET /v1/dead-deliveries',
    });
  });

  it('waits for no other channel, even for one that hangs for ever with its queue full', async () => {
    const order: string[] = [];
    const stuck = told(() => hang());
    const brisk = told(({ key }) => {
      order.push(key);
      return { state: 'accepted' };
    });
    const house = await deliveryHouse({ stuck, brisk }, { settings: { deadlineSeconds: 60, attempts: 1000 } });
    for (let i = 0; i < 20; i += 1) await house.deliveries.request(request(['stuck', 'brisk'], { key: `k${i}` }));
    await house.dispatch();
    await vi.waitFor(async () => expect(await house.storage.knex('delivery').where({ state: 'accepted' })).toHaveLength(20), {
      timeout: 10_000,
    });
    // In the order of their requests, while the other queue has not moved beyond its places.
    expect(order.slice(0, 4).sort()).toEqual(['k0:brisk', 'k1:brisk', 'k2:brisk', 'k3:brisk']);
    expect(order).toHaveLength(20);
    expect(stuck.asked).toHaveLength(4);
  });

  it('that two jobs bring at once is asked for twice at most, and is settled once', async () => {
    const email = accepts({ needs: ['email'] });
    const house = await deliveryHouse({ email });
    await house.deliveries.request(request(['email']));
    const [row] = await house.rows();
    const job = { id: 'j', queue: 'delivery.email', subject: 's', data: { deliveryId: row?.id }, attempt: 1 };
    await Promise.all([house.jobs.handle(job), house.jobs.handle(job)]);
    await house.jobs.handle(job);
    expect(email.asked.length).toBeLessThanOrEqual(2);
    expect(await actions(house)).toEqual(['delivery.requested', 'delivery.accepted']);
  });
});
