import { beforeEach, describe, expect, it } from 'vitest';
import type { RouteReply } from '../../api/index.js';
import { accepts, type DeliveryHouse, deliveryHouse, EMAIL, told } from './delivery.fixture.js';

const MINE = '0193a000-0000-7000-8000-000000000001';
const THEIRS = '0193a000-0000-7000-8000-000000000002';
let house: DeliveryHouse;
beforeEach(async () => {
  const download = told(() => ({ state: 'accepted', links: { page: '/c/token' } }), { instant: true });
  house = await deliveryHouse({ download, email: accepts({ needs: ['email'] }) }, { owners: { [MINE]: 'nurse', [THEIRS]: 'other' } });
});

const call = (name: string, more: object = {}, actor = 'nurse'): Promise<RouteReply> =>
  house.routes.handlers[name]!({
    params: {},
    query: {},
    body: undefined,
    headers: {},
    actor: { id: actor, roles: [], scopes: [] },
    ...more,
  });
const post = (more: object = {}, headers: object = {}, actor?: string) =>
  call('request', { headers, body: { certificateId: MINE, channels: ['download', 'email'], recipient: { email: EMAIL }, ...more } }, actor);
type Body = { key: string; items: { id: string; state: string; channel: string }[] };

describe('POST /v1/deliveries', () => {
  it('answers 202 while something waits, 201 when nothing does, and says where to look', async () => {
    const waiting = await post();
    const { key } = waiting.body as Body;
    expect(waiting).toMatchObject({
      status: 202,
      headers: { location: `/v1/deliveries/${key}`, 'retry-after': '2' },
      body: {
        items: [
          { channel: 'download', state: 'accepted', links: { page: '/c/token' } },
          { channel: 'email', state: 'waiting' },
        ],
      },
    });
    expect(await post({ channels: ['download'] })).toMatchObject({ status: 201 });
    expect(JSON.stringify(waiting)).not.toContain('asha');
  });

  it('is one request for one Idempotency-Key of one actor and certificate', async () => {
    const headers = { 'idempotency-key': 'k-1' };
    const [a, b] = [await post({}, headers), await post({}, headers)];
    expect((b.body as Body).items.map(({ id }) => id)).toEqual((a.body as Body).items.map(({ id }) => id));
    expect((await post()).body).not.toMatchObject({ key: (a.body as Body).key });
    const theirs = await post({ certificateId: THEIRS }, headers, 'other');
    expect(theirs.body).not.toMatchObject({ key: (a.body as Body).key });
  });

  it("does not tell somebody else's certificate from none", async () => {
    for (const certificateId of [THEIRS, '0193a000-0000-7000-8000-00000000000f'])
      await expect(post({ certificateId })).rejects.toMatchObject({ status: 404, code: 'CERTIFICATE_UNKNOWN' });
    expect(await house.rows()).toEqual([]);
  });

  it('refuses a malformed address and an unknown channel', async () => {
    await expect(post({ recipient: { email: 'x' } })).rejects.toMatchObject({ status: 422, errors: [{ pointer: '/recipient/email' }] });
    await expect(post({ channels: ['x'] })).rejects.toMatchObject({ status: 422, errors: [{ pointer: '/channels/0' }] });
  });
});

describe('GET', () => {
  it('/v1/deliveries/{key} and ?certificate= show what is the caller’s own', async () => {
    const { key } = (await post()).body as Body;
    expect(await call('find', { params: { key } })).toMatchObject({ status: 200, body: { key, items: [{}, {}] } });
    await expect(call('find', { params: { key } }, 'other')).rejects.toMatchObject({ status: 404 });
    await expect(call('find', { params: { key: 'none' } })).rejects.toMatchObject({ status: 404 });
    expect(await call('list', { query: { certificate: MINE } })).toMatchObject({ body: { items: [{ key }, { key }] } });
    expect(await call('list', { query: { certificate: MINE } }, 'other')).toMatchObject({ body: { items: [] } });
    await expect(call('list')).rejects.toMatchObject({ status: 400 });
  });

  it('/v1/dead-deliveries shows ids and codes, page by page', async () => {
    for (let i = 0; i < 3; i += 1) await post();
    await house.storage.knex('delivery').where({ channel: 'email' }).update({ state: 'dead', code: 'SMTP_MAILBOX_REFUSED' });
    const seen: string[] = [];
    for (let after: string | undefined = ''; after !== undefined; ) {
      const { items, next } = (await call('dead', { query: { after, limit: '2' } })).body as Body & { next?: string };
      for (const item of items) {
        expect(Object.keys(item).sort()).toEqual(
          ['canRetry', 'certificateId', 'changedAt', 'channel', 'code', 'failures', 'id', 'requestedAt', 'state'].sort(),
        );
        seen.push(item.id);
      }
      after = next;
    }
    expect(new Set(seen).size).toBe(3);
    for (const limit of ['0', '-1', 'x', '1001', '1e3'])
      await expect(call('dead', { query: { limit } })).rejects.toMatchObject({ status: 400 });
  });
});

it('no route is public, and each verb is a scope of its own', () => {
  const scopes = Object.entries(house.routes.table.routes).map(([name, { scope }]) => `${name} ${scope}`);
  expect(scopes).toEqual([
    'request delivery:request',
    'list delivery:read',
    'find delivery:read',
    'dead delivery:read-dead',
    'retry delivery:retry',
  ]);
});
