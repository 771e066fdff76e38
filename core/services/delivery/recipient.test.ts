import { describe, expect, it } from 'vitest';
import { eventually } from '../../testkit/eventually.js';
import { handClock } from '../../testkit/index.js';
import { accepts, type DeliveryHouse, deliveryHouse, EMAIL, request, told } from './delivery.fixture.js';

const refused = { state: 'failed', code: 'SMTP_MAILBOX_REFUSED', retry: 'never' } as const;
const busy = { state: 'failed', code: 'SMTP_BUSY', retry: 'soon' } as const;
const recipients = async (house: DeliveryHouse) => (await house.rows()).map(({ recipient }) => recipient);

/** Every row of every table, as text. */
async function everything({ storage }: DeliveryHouse): Promise<string> {
  const tables: string[] = await storage.knex('sqlite_master').where({ type: 'table' }).pluck('name');
  expect(tables).toEqual(expect.arrayContaining(['delivery', 'outbox_job', 'audit_entry']));
  return JSON.stringify(await Promise.all(tables.map((table) => storage.knex(table))));
}

describe('a recipient', () => {
  it('is never readable in any table or log, and is forgotten as soon as it is not needed', async () => {
    let open = false;
    const email = told(() => (open ? { state: 'accepted' } : busy), { needs: ['email'] });
    const sms = told(() => ({ state: 'delivered' }), { needs: ['phone'] });
    const house = await deliveryHouse({ email, sms }, { settings: { attempts: 1000 } });
    await house.deliveries.request(request(['email', 'sms']));
    expect((await recipients(house)).map((sealed) => typeof sealed)).toEqual(['string', 'string']);
    const before = await everything(house);
    await house.dispatch();
    await eventually(async () => expect((await recipients(house)).map((sealed) => sealed === null)).toEqual([false, true]));
    open = true;
    await eventually(async () => expect(await recipients(house)).toEqual([null, null]));
    expect(email.asked[0]?.recipient).toEqual({ email: EMAIL, language: 'si' });
    for (const value of [EMAIL, 'asha', '771234567'])
      for (const text of [before, await everything(house), house.logged()]) expect(text).not.toContain(value);
    expect(JSON.stringify(await house.delivery.health?.())).not.toContain(EMAIL);
  });

  it('is bound to its delivery: put elsewhere, or altered, it reaches nobody', async () => {
    const email = accepts({ needs: ['email'] });
    const house = await deliveryHouse({ email });
    await house.deliveries.request(request(['email']));
    await house.deliveries.request(request(['email'], { key: 'other', recipient: { email: 'other@example.org' } }));
    const [a, b] = await recipients(house);
    await house.storage.knex('delivery').where({ request_key: 'other' }).update({ recipient: b });
    await house.storage.knex('delivery').where({ request_key: 'vaccination:1' }).update({ recipient: a });
    await house.dispatch();
    await eventually(async () =>
      expect((await house.rows()).map(({ code }) => code)).toEqual(['RECIPIENT_UNREADABLE', 'RECIPIENT_UNREADABLE']),
    );
    await eventually(async () => expect((await house.rows()).map(({ state }) => state)).toEqual(['dead', 'dead']));
    expect(email.asked).toEqual([]);
  });

  it('of a dead delivery is kept for some days, so that a person can have it tried again', async () => {
    const clock = handClock();
    let answer: () => typeof refused | { state: 'accepted' } = () => refused;
    const email = told(() => answer(), { needs: ['email'] });
    const house = await deliveryHouse({ email }, { clock, settings: { keepDeadDays: 2 } });
    await house.deliveries.request(request(['email'], { key: '1' }));
    await house.deliveries.request(request(['email'], { key: '2' }));
    await house.runOnce();
    expect(await house.delivery.health?.()).toMatchObject({ status: 'warn' });
    const [first, second] = (await house.rows()).map(({ id }) => String(id));
    const retry = (id?: string) =>
      house.routes.handlers.retry!({
        params: { id: id ?? '' },
        query: {},
        body: undefined,
        headers: {},
        actor: { id: 'ops', roles: [], scopes: [] },
      });

    answer = () => ({ state: 'accepted' });
    expect(await retry(first)).toMatchObject({ status: 202, body: { id: first, state: 'waiting', failures: 0 } });
    await expect(retry(first)).rejects.toMatchObject({ status: 409, code: 'DELIVERY_NOT_DEAD' });
    await house.runOnce();
    expect(await house.deliveries.of('1')).toMatchObject([{ state: 'accepted' }]);
    expect(email.asked.at(-1)?.recipient.email).toBe(EMAIL);
    const entry = await house.storage.knex('audit_entry').where({ action: 'delivery.retried' }).first();
    expect(entry).toMatchObject({ actor: 'ops', subject: first });

    clock.pass(2 * 86_400 - 1);
    expect(await house.sweep()).toMatchObject({ erased: 0 });
    clock.pass(2);
    expect(await house.sweep()).toMatchObject({ erased: 1 });
    await expect(retry(second)).rejects.toMatchObject({ status: 409, code: 'DELIVERY_NOT_RETRIABLE' });
    await expect(retry('unknown')).rejects.toMatchObject({ status: 404, code: 'DELIVERY_UNKNOWN' });
    expect(await house.delivery.health?.()).toEqual({ status: 'pass' });
  });
});
