import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { databaseFile } from '../../store/store.fixture.js';
import { handClock } from '../../testkit/hand-clock.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { loadTrustBundles } from '../../verifier/trust.js';
import { verifyInput } from '../../verifier/verify.js';
import { type House, type HouseOptions, ID, openHouse, requestOf } from './certificates.fixture.js';

const formats = { first: plainFormat('first', { writesStatus: true }) };
const doubt = { reason: 'under-investigation', actor: 'officer' } as const;
const fraud = { reason: 'fraud', actor: 'officer' } as const;
const LIST = (name: string) => `https://health.example/status/${name}`;

async function withCertificates(count: number, options: HouseOptions = {}): Promise<House> {
  const house = await openHouse({ formats, ...options });
  for (let n = 1; n <= count; n += 1) await house.port.issue(await requestOf(house, n));
  return house;
}

interface List {
  readonly claims: {
    readonly validFrom: string;
    readonly validUntil: string;
    readonly credentialSubject: { readonly encodedList: string };
  };
}

const trustFile = ({ home }: House) => JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8'));
const listOf = (house: House, name: string): List => trustFile(house).statusLists[LIST(name)];
/** The places of the bits that are set. */
const setIn = (list: List): number[] => {
  const bits = gunzipSync(Buffer.from(list.claims.credentialSubject.encodedList.slice(1), 'base64url'));
  return [...bits].flatMap((byte, at) => [0, 1, 2, 3, 4, 5, 6, 7].filter((bit) => byte & (0x80 >> bit)).map((bit) => at * 8 + bit));
};

async function placeOf(house: House, n: number): Promise<number> {
  const row = await house.store.storage
    .knex('status_place')
    .where({ id: ID(n) })
    .first();
  return row.place;
}

async function verdictOn(house: House, n: number, at = '2026-11-23T12:00:00Z'): Promise<string[]> {
  const { credential } = (await house.port.find(ID(n))) as { credential: unknown };
  const { status, answers } = await verifyInput(credential, formats, loadTrustBundles([trustFile(house)]), new Date(at));
  return [status, answers.status];
}

describe('status lists', () => {
  it('tell what was revoked, replaced, suspended and reinstated, and nothing else', async () => {
    const house = await withCertificates(4);
    expect([setIn(listOf(house, 'r1')), setIn(listOf(house, 's1')), await verdictOn(house, 1)]).toEqual([[], [], ['VERIFIED', 'pass']]);
    await house.port.revoke(ID(1), fraud);
    await house.port.suspend(ID(2), doubt);
    await house.port.supersede(ID(3), await requestOf(house, 5), { reason: 'wrong-data', actor: 'officer' });
    const [first, second, third] = [await placeOf(house, 1), await placeOf(house, 2), await placeOf(house, 3)];
    expect(setIn(listOf(house, 'r1'))).toEqual([first, third].sort((a, b) => a - b));
    expect(setIn(listOf(house, 's1'))).toEqual([second]);
    const verdicts = await Promise.all([1, 2, 3, 4, 5].map((n) => verdictOn(house, n)));
    expect(verdicts.map(([word]) => word)).toEqual(['REVOKED', 'SUSPENDED', 'REVOKED', 'VERIFIED', 'VERIFIED']);
    await house.port.reinstate(ID(2), { actor: 'officer' });
    expect([setIn(listOf(house, 's1')), await verdictOn(house, 2)]).toEqual([[], ['VERIFIED', 'pass']]);
    // They stand in no list of hashes: every form of these certificates says where to look.
    expect(trustFile(house).revocations[0].hashes).toEqual([]);
  });

  it('give each certificate a place, the same for both purposes, which its intent fixes', async () => {
    const house = await withCertificates(2);
    const { credential } = (await house.port.find(ID(1))) as unknown as { credential: { claims: Record<string, unknown> } };
    const place = String(await placeOf(house, 1));
    const entry = { type: 'BitstringStatusListEntry', statusListIndex: place };
    expect(credential.claims.credentialStatus).toEqual([
      { ...entry, statusPurpose: 'revocation', statusListCredential: LIST('r1') },
      { ...entry, statusPurpose: 'suspension', statusListCredential: LIST('s1') },
    ]);
    // Asked again, the same one.
    await house.port.issue(await requestOf(house, 1));
    expect(await house.count('status_place')).toBe(2);
    const row = await house.store.storage.knex('status_list').first();
    expect([row.list, row.used]).toEqual([1, 2]);
    await expect(
      house.store.storage.knex('status_place').insert({ tenant: 'main', id: 'x', list: 1, place, in_every_form: 1 }),
    ).rejects.toThrow();
  });

  it('leave certificates with another form to the list of hashes as well', async () => {
    const house = await withCertificates(1, { formats: { ...formats, second: plainFormat('second') } });
    await house.port.revoke(ID(1), fraud);
    expect(setIn(listOf(house, 'r1'))).toEqual([await placeOf(house, 1)]);
    expect(trustFile(house).revocations[0].hashes).toHaveLength(1);
    const { port } = house;
    const second = JSON.parse(Buffer.from((await port.render(ID(1), { form: 'second', includeEnded: true }))!.body).toString());
    const verdict = await verifyInput(
      second,
      { second: plainFormat('second') },
      loadTrustBundles([trustFile(house)]),
      new Date('2026-11-23T12:00:00Z'),
    );
    expect(verdict.status).toBe('REVOKED');
  });

  it('are signed again when they change and each day, by the key of the day, and kept in between', async () => {
    const clock = handClock();
    const file = databaseFile();
    const house = await withCertificates(1, { clock, file });
    const before = listOf(house, 'r1');
    expect([before.claims.validFrom, before.claims.validUntil]).toEqual(['2026-11-23T10:00:00.000Z', '2026-12-07T10:00:00.000Z']);
    clock.pass(3600);
    // Another process comes to the same lists, to the byte.
    const second = await openHouse({ file, clock, formats });
    expect(listOf(second, 'r1')).toEqual(before);
    clock.pass(23 * 3600);
    const third = await openHouse({ file, clock, formats });
    expect(listOf(third, 'r1').claims.validFrom).toBe('2026-11-24T10:00:00.000Z');
    const signed = (await house.audited()).filter((action) => action === 'status-list.signed');
    expect(signed).toHaveLength(4);
    expect(await verdictOn(third, 1, '2026-12-08T10:00:01Z')).toEqual(['VERIFIED', 'not-checked']);
  });

  it('are left out on request, and by formats that have no room for them', async () => {
    for (const options of [
      { settings: { statusLists: { purposes: [], validForDays: 14 } } },
      { formats: { first: plainFormat('first') } },
    ]) {
      const house = await withCertificates(1, options);
      expect([await house.count('status_place'), trustFile(house).statusLists]).toEqual([0, {}]);
      await house.port.revoke(ID(1), fraud);
      expect(trustFile(house).revocations[0].hashes).toHaveLength(1);
    }
    const house = await withCertificates(1, { settings: { statusLists: { purposes: ['revocation'], validForDays: 14 } } });
    expect(Object.keys(trustFile(house).statusLists)).toEqual([LIST('r1')]);
  });

  it('go on in a second list when the first one is full', async () => {
    const house = await withCertificates(1);
    await house.store.storage.knex('status_list').update({ used: 1_048_575 });
    for (const n of [2, 3]) await house.port.issue(await requestOf(house, n));
    const rows = await house.store.storage.knex('status_place').orderBy('id').select('list');
    expect(rows.map(({ list }) => list)).toEqual([1, 1, 2]);
    await house.port.revoke(ID(3), fraud);
    expect([setIn(listOf(house, 'r1')), setIn(listOf(house, 'r2'))]).toEqual([[], [await placeOf(house, 3)]]);
    expect(await verdictOn(house, 3)).toEqual(['REVOKED', 'fail']);
  });

  it('are served to everybody, and to caches', async () => {
    const house = await withCertificates(1);
    const reply = await house.call('statusList', { params: { list: 'r1' } });
    expect([reply.status, reply.mediaType, reply.headers?.['cache-control']]).toEqual([200, 'application/vc', 'public, max-age=300']);
    expect(JSON.parse(String(reply.body))).toEqual(listOf(house, 'r1'));
    const etag = reply.headers?.etag;
    const again = () => house.call('statusList', { params: { list: 'r1' }, headers: { 'if-none-match': etag } });
    expect(await again()).toMatchObject({ status: 304, headers: { etag } });
    await house.port.revoke(ID(1), fraud);
    expect((await again()).status).toBe(200);
    await expect(house.call('statusList', { params: { list: 'r9' } })).rejects.toMatchObject({ status: 404, code: 'STATUS_LIST_UNKNOWN' });
  });
});
