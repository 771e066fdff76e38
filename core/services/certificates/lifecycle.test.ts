import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RouteRequest } from '../../api/index.js';
import { revocationHash } from '../../internal/revocation-hash.js';
import { databaseFile } from '../../store/store.fixture.js';
import { handClock } from '../../testkit/hand-clock.js';
import type { LogLine } from '../../testkit/listening-log.js';
import { DID, type House, ID, openHouse, requestOf, SUBJECT } from './certificates.fixture.js';
import { certificateRoutes } from './routes.js';

const trustFile = ({ home }: House) => JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8'));
const hashOf = (n: number) => revocationHash(`urn:uuid:${ID(n)}`);
const officer = { reason: 'wrong-data', actor: 'officer' } as const;
const corrected = { ...SUBJECT, patient: { ...SUBJECT.patient, name: 'Asha Pereira' } };

async function withCertificates(count = 1, options: Parameters<typeof openHouse>[0] = {}): Promise<House> {
  const house = await openHouse(options);
  for (let n = 1; n <= count; n += 1) await house.port.issue(await requestOf(house, n));
  return house;
}

describe('revoking', () => {
  it('is recorded once, audited once, and never undone', async () => {
    const clock = handClock();
    const house = await withCertificates(2, { clock });
    const revoked = { state: 'revoked', reason: 'wrong-data', since: '2026-11-23T10:00:00.000Z' };
    expect(await house.port.revoke(ID(1), officer)).toEqual(revoked);
    clock.pass(60);
    expect(await house.port.revoke(ID(1), officer)).toEqual(revoked);
    expect(await house.port.revoke(ID(1), { reason: 'fraud', actor: 'another' })).toEqual(revoked);
    expect((await house.port.find(ID(1)))?.status).toEqual(revoked);
    expect((await house.port.find(ID(2)))?.status).toEqual({ state: 'active' });
    expect([await house.count('certificate_status'), await house.audited()]).toEqual([
      1,
      ['certificate.intended', 'certificate.issued', 'certificate.intended', 'certificate.issued', 'certificate.revoked'],
    ]);
    const { knex } = house.store.storage;
    const entry = await knex('audit_entry').where({ action: 'certificate.revoked' }).first();
    expect([entry.actor, entry.subject, JSON.parse(entry.detail)]).toEqual(['officer', ID(1), { before: 'active', reason: 'wrong-data' }]);
    await expect(knex('certificate_status').update({ state: 'superseded' })).rejects.toThrow('append-only');
    await expect(knex('certificate_status').delete()).rejects.toThrow('append-only');
    // The same request again neither issues another one nor brings it back.
    await house.port.issue(await requestOf(house, 1));
    expect((await house.port.find(ID(1)))?.status).toEqual(revoked);
    await expect(house.port.revoke(ID(9), officer)).rejects.toMatchObject({ status: 404, code: 'CERTIFICATE_UNKNOWN' });
  });

  it('happens once when many ask at once', async () => {
    const file = databaseFile();
    const houses = [await withCertificates(1, { file }), await openHouse({ file })];
    const answers = await Promise.all(
      [...houses, ...houses].map(({ port }, n) => port.revoke(ID(1), { reason: 'duplicate', actor: `officer-${n}` })),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(await houses[0]?.count('certificate_status')).toBe(1);
  });

  it('closes the certificate to whoever holds a link, and not to whoever has issued it', async () => {
    const house = await withCertificates();
    await house.port.revoke(ID(1), officer);
    for (const mediaType of ['application/vc', 'image/png', 'text/html', 'application/pdf']) {
      const gone = { status: 410, code: 'CERTIFICATE_REVOKED' };
      await expect(house.port.render(ID(1), { mediaType })).rejects.toMatchObject(gone);
      await expect(house.port.render(ID(1), { mediaType, form: 'second' })).rejects.toMatchObject(gone);
    }
    expect((await house.port.render(ID(1), { mediaType: 'application/vc', includeEnded: true }))?.body.length).toBeGreaterThan(0);
    expect(await house.port.render(ID(9), { mediaType: 'application/vc' })).toBeUndefined();
    const reply = await house.call('read', nurse(1));
    expect([reply.status, reply.headers?.['certificate-status']]).toEqual([200, 'revoked']);
  });
});

describe('superseding', () => {
  const replacement = async (house: House, n: number) => requestOf(house, n, { subject: corrected });

  it('puts a new certificate in the place of the old one, in one step', async () => {
    const house = await withCertificates();
    const request = await replacement(house, 2);
    const issued = await house.port.supersede(ID(1), request, officer);
    expect(await house.port.supersede(ID(1), request, officer)).toEqual(issued);
    expect((await house.port.find(ID(1)))?.status).toMatchObject({ state: 'superseded', reason: 'wrong-data', replacedBy: ID(2) });
    expect(await house.port.find(ID(2))).toMatchObject({ status: { state: 'active' }, owner: 'nurse', number: issued.number });
    expect((await house.audited()).slice(2)).toEqual(['certificate.intended', 'certificate.issued', 'certificate.superseded']);
    await expect(house.port.render(ID(1), {})).rejects.toMatchObject({ status: 410, code: 'CERTIFICATE_SUPERSEDED' });
    expect(trustFile(house).revocations).toEqual([{ issuer: DID, updated: '2026-11-23T10:00:00.000Z', hashes: [hashOf(1)] }]);
    // The replacement can be replaced in turn, and what was replaced can be revoked.
    await house.port.supersede(ID(2), await replacement(house, 3), officer);
    expect(await house.port.revoke(ID(1), { reason: 'fraud', actor: 'officer' })).toMatchObject({ state: 'revoked', reason: 'fraud' });
  });

  it('is refused for what is not there, has been revoked, or has been replaced', async () => {
    const house = await withCertificates(2);
    await house.port.revoke(ID(2), officer);
    await house.port.supersede(ID(1), await replacement(house, 3), officer);
    const refused = async (old: number, as: object) =>
      expect(house.port.supersede(ID(old), await replacement(house, 4), officer)).rejects.toMatchObject(as);
    await refused(9, { status: 404, code: 'CERTIFICATE_UNKNOWN' });
    await refused(2, { status: 409, code: 'CERTIFICATE_REVOKED' });
    await refused(1, { status: 409, code: 'CERTIFICATE_SUPERSEDED' });
    expect(await house.count('certificate_intent')).toBe(3);
    const request = await replacement(house, 3);
    await expect(house.port.issue(request)).rejects.toThrow('another purpose');
    await expect(house.port.supersede(ID(2), request, officer)).rejects.toThrow('another purpose');
  });

  it('is done by one of many who ask at once', async () => {
    const file = databaseFile();
    const houses = [await withCertificates(1, { file }), await openHouse({ file })];
    const answers = await Promise.allSettled(
      [2, 3, 4, 5].map(async (n) => {
        const house = houses[n % 2] as House;
        return house.port.supersede(ID(1), await replacement(house, n), officer);
      }),
    );
    expect(answers.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await houses[0]?.count('certificate')).toBe(2);
  });

  it.each([1, 2, 3, 4, 5, 6])('loses and doubles nothing when it is killed at step %i', async (n) => {
    const file = databaseFile();
    await withCertificates(1, { file });
    let seen = 0;
    const onLog = ({ stage, certificate }: LogLine) => {
      if (stage && certificate === ID(2) && ++seen === n) throw new Error('the process was killed');
    };
    const killed = await openHouse({ file, onLog });
    const request = await replacement(killed, 2);
    await expect(killed.port.supersede(ID(1), request, officer)).rejects.toThrow('killed');
    const isStored = (await killed.count('certificate')) === 2;
    // Never both, and never neither.
    expect((await killed.port.find(ID(1)))?.status.state).toBe(isStored ? 'superseded' : 'active');

    const house = await openHouse({ file });
    // Whoever starts next tells verifiers what had been decided.
    expect(trustFile(house).revocations[0].hashes).toEqual(isStored ? [hashOf(1)] : []);
    await house.port.supersede(ID(1), request, officer);
    expect([await house.count('certificate'), await house.count('certificate_status')]).toEqual([2, 1]);
    expect((await house.audited()).filter((action) => action === 'certificate.superseded')).toHaveLength(1);
    expect(trustFile(house).revocations[0].hashes).toEqual([hashOf(1)]);
  });

  it('leaves a certificate revoked that was revoked in the meantime', async () => {
    const file = databaseFile();
    await withCertificates(1, { file });
    const killed = await openHouse({
      file,
      onLog({ stage, certificate }) {
        if (stage === 'certificate.sealed' && certificate === ID(2)) throw new Error('the process was killed');
      },
    });
    const request = await replacement(killed, 2);
    await expect(killed.port.supersede(ID(1), request, officer)).rejects.toThrow('killed');
    const house = await openHouse({ file });
    await house.port.revoke(ID(1), { reason: 'fraud', actor: 'officer' });
    await house.port.supersede(ID(1), request, officer);
    expect((await house.port.find(ID(1)))?.status).toMatchObject({ state: 'revoked', reason: 'fraud' });
    expect((await house.port.find(ID(2)))?.status).toEqual({ state: 'active' });
  });
});

/** A request of whoever has issued the n-th certificate. */
function nurse(n: number, id = 'nurse'): Partial<RouteRequest> {
  return { params: { id: ID(n) }, actor: { id, roles: [], scopes: [] }, headers: { accept: 'application/vc' } };
}

describe('the trust file', () => {
  it('lists hashes, sorted, and no ids; the same is served', async () => {
    const house = await withCertificates(3);
    expect(trustFile(house).revocations).toEqual([{ issuer: DID, hashes: [] }]);
    for (const n of [3, 1]) await house.port.revoke(ID(n), officer);
    const file = trustFile(house);
    expect(file.revocations[0].hashes).toEqual([hashOf(1), hashOf(3)].sort());
    expect(JSON.stringify(file)).not.toContain(ID(1));
    expect((await house.call('trust', {})).body).toEqual(file);
  });

  it('is not what a revocation depends on: it holds, an error is logged, and the next start mends the file', async () => {
    const file = databaseFile();
    const house = await withCertificates(1, { file });
    // A file in the folder's place cannot be written through, whoever one is.
    rmSync(join(house.home, 'trust'), { recursive: true });
    writeFileSync(join(house.home, 'trust'), '');
    expect(await house.port.revoke(ID(1), officer)).toMatchObject({ state: 'revoked' });
    expect(house.lines.find(({ level }) => level === 'error')).toMatchObject({
      message: 'a change of status is recorded, and verifiers are not told of it yet',
    });
    rmSync(join(house.home, 'trust'));
    expect(trustFile(await openHouse({ file, home: house.home })).revocations[0].hashes).toEqual([hashOf(1)]);
  });
});

describe('over HTTP', () => {
  const { status, revoke } = certificateRoutes.routes;

  it('revoking needs a scope of its own and a reason from the list, and can be sent twice', () => {
    expect([revoke.scope, revoke.idempotent, status.scope]).toEqual(['certificates:revoke', true, 'certificates:read']);
    expect(revoke.body.additionalProperties).toBe(false);
    expect(revoke.body.properties.reason.enum).toContain('product-recalled');
  });

  it('whoever may revoke may revoke what others have issued; only they see it', async () => {
    const house = await withCertificates();
    const revoked = { id: ID(1), state: 'revoked', reason: 'fraud', since: '2026-11-23T10:00:00.000Z' };
    expect((await house.call('status', nurse(1))).body).toEqual({ id: ID(1), state: 'active' });
    for (let i = 0; i < 2; i += 1) {
      expect(await house.call('revoke', { ...nurse(1, 'officer'), body: { reason: 'fraud' } })).toEqual({ status: 200, body: revoked });
    }
    expect((await house.call('status', nurse(1))).body).toEqual(revoked);
    for (const request of [nurse(1, 'officer'), nurse(2)]) {
      await expect(house.call('status', request)).rejects.toMatchObject({ status: 404 });
      await expect(house.call('read', request)).rejects.toMatchObject({ status: 404 });
    }
    await expect(house.call('revoke', { ...nurse(7, 'officer'), body: { reason: 'fraud' } })).rejects.toMatchObject({ status: 404 });
  });
});
