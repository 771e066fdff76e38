import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { revocationHash } from '../../internal/revocation-hash.js';
import { databaseFile } from '../../store/store.fixture.js';
import { handClock } from '../../testkit/hand-clock.js';
import { type House, ID, openHouse, requestOf } from './certificates.fixture.js';
import { certificateRoutes } from './routes.js';

const list = ({ home }: House) => JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8')).revocations[0];
const hashOf = (n: number) => revocationHash(`urn:uuid:${ID(n)}`);
const doubt = { reason: 'under-investigation', actor: 'officer' } as const;
const by = { actor: 'officer' };

async function withCertificates(count = 1, options: Parameters<typeof openHouse>[0] = {}): Promise<House> {
  const house = await openHouse(options);
  for (let n = 1; n <= count; n += 1) await house.port.issue(await requestOf(house, n));
  return house;
}

const statusOf = async (house: House, n: number) => (await house.port.find(ID(n)))?.status;

describe('suspending', () => {
  it('holds until the certificate is reinstated, and is told once each time', async () => {
    const clock = handClock();
    const house = await withCertificates(1, { clock });
    const suspended = { state: 'suspended', reason: 'under-investigation', since: '2026-11-23T10:00:00.000Z' };
    expect(await house.port.suspend(ID(1), doubt)).toEqual(suspended);
    clock.pass(60);
    expect(await house.port.suspend(ID(1), { reason: 'fraud', actor: 'another' })).toEqual(suspended);
    expect(list(house)).toMatchObject({ hashes: [], suspended: [hashOf(1)] });
    await expect(house.port.render(ID(1), {})).rejects.toMatchObject({ status: 409, code: 'CERTIFICATE_SUSPENDED' });
    const active = { state: 'active', since: '2026-11-23T10:01:00.000Z' };
    expect(await house.port.reinstate(ID(1), by)).toEqual(active);
    clock.pass(60);
    expect(await house.port.reinstate(ID(1), by)).toEqual(active);
    expect(list(house)).toEqual({ issuer: 'did:web:health.example', updated: active.since, hashes: [] });
    expect((await house.port.render(ID(1), { mediaType: 'application/vc' }))?.body.length).toBeGreaterThan(0);
    expect((await house.audited()).slice(2)).toEqual(['certificate.suspended', 'certificate.reinstated']);
    const { knex } = house.store.storage;
    const told = await knex('audit_entry')
      .where({ subject: ID(1) })
      .orderBy('seq')
      .select('actor', 'detail');
    expect(told.slice(-2).map(({ actor, detail }) => [actor, JSON.parse(detail)])).toEqual([
      ['officer', { before: 'active', reason: 'under-investigation' }],
      ['officer', { before: 'suspended' }],
    ]);
    await expect(house.port.suspend(ID(9), doubt)).rejects.toMatchObject({ status: 404 });
    await expect(house.port.reinstate(ID(9), by)).rejects.toMatchObject({ status: 404 });
  });

  it('gives way to a revocation, which is final, in the tables as well', async () => {
    const house = await withCertificates(2);
    await house.port.suspend(ID(1), doubt);
    expect(await house.port.revoke(ID(1), { reason: 'fraud', actor: 'officer' })).toMatchObject({ state: 'revoked' });
    expect(list(house)).not.toHaveProperty('suspended');
    await house.port.supersede(ID(2), await requestOf(house, 3), { reason: 'wrong-data', actor: 'officer' });
    for (const [n, code] of [
      [1, 'CERTIFICATE_REVOKED'],
      [2, 'CERTIFICATE_SUPERSEDED'],
    ] as const) {
      await expect(house.port.suspend(ID(n), doubt)).rejects.toMatchObject({ status: 409, code });
      await expect(house.port.reinstate(ID(n), by)).rejects.toMatchObject({ status: 409, code });
    }
    const row = { tenant: 'main', seq: 9, actor: 'x', at: 'now', state: 'active' };
    const { knex } = house.store.storage;
    for (const id of [ID(1), ID(2)])
      await expect(knex('certificate_status').insert({ ...row, id })).rejects.toThrow('what has ended stays so');
    await expect(knex('certificate_status').insert({ ...row, id: ID(3), state: 'suspended' })).rejects.toThrow(
      'breaks a rule of its table',
    );
  });

  it('is lifted by no replacement', async () => {
    const house = await withCertificates();
    await house.port.suspend(ID(1), doubt);
    const replacement = await requestOf(house, 2);
    const because = { reason: 'wrong-data', actor: 'officer' } as const;
    const refused = { status: 409, code: 'CERTIFICATE_SUSPENDED' };
    await expect(house.port.supersede(ID(1), replacement, because)).rejects.toMatchObject(refused);
    await house.port.reinstate(ID(1), by);
    await house.port.supersede(ID(1), replacement, because);
    expect(await statusOf(house, 1)).toMatchObject({ state: 'superseded', replacedBy: ID(2) });
  });

  it('never outlives a revocation that comes at the same moment', async () => {
    const file = databaseFile();
    const houses = [await withCertificates(1, { file }), await openHouse({ file })] as const;
    await houses[0].port.suspend(ID(1), doubt);
    await Promise.allSettled(
      [0, 1, 2, 3, 4, 5].map((n) => {
        const { port } = houses[n % 2] as House;
        return n === 3
          ? port.revoke(ID(1), { reason: 'fraud', actor: 'officer' })
          : n % 2
            ? port.suspend(ID(1), doubt)
            : port.reinstate(ID(1), by);
      }),
    );
    expect(await statusOf(houses[0], 1)).toMatchObject({ state: 'revoked', reason: 'fraud' });
    const { knex } = houses[0].store.storage;
    expect((await knex('certificate_status').orderBy('seq', 'desc').first()).state).toBe('revoked');
  });
});

it('over HTTP it needs a scope of its own', async () => {
  const { suspend, reinstate } = certificateRoutes.routes;
  expect([suspend.scope, reinstate.scope]).toEqual(['certificates:suspend', 'certificates:suspend']);
  const house = await withCertificates();
  const officer = { params: { id: ID(1) }, actor: { id: 'officer', roles: [], scopes: [] } };
  const suspended = await house.call('suspend', { ...officer, body: { reason: 'under-investigation' } });
  expect(suspended).toMatchObject({ status: 200, body: { id: ID(1), state: 'suspended' } });
  expect(await house.call('reinstate', officer)).toMatchObject({ status: 200, body: { id: ID(1), state: 'active' } });
});
