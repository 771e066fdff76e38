import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { IssueRequest } from '../../api/index.js';
import { migrate } from '../../store/migrate.js';
import { databaseFile, openStore } from '../../store/store.fixture.js';
import type { LogLine } from '../../testkit/listening-log.js';
import { DID, type House, ID, openHouse, requestOf, SUBJECT, twoFormats } from './certificates.fixture.js';
import { certificateMigrations } from './migrations.js';

const STAGES = [
  'certificate.intending',
  'certificate.intended',
  'certificate.sealed',
  'certificate.sealed',
  'certificate.storing',
  'certificate.stored',
];

/** Dies at the n-th stage. What is thrown within a transaction rolls it back, as the end of the process would. */
function dyingAt(n: number): { readonly onLog: (line: LogLine) => void } {
  let seen = 0;
  return {
    onLog({ stage }) {
      if (stage?.startsWith('certificate.') && ++seen === n) throw new Error('the process was killed');
    },
  };
}

const forms = async ({ port }: House, id: string) =>
  Promise.all(
    ['first', 'second'].map(async (form) =>
      Buffer.from((await port.render(id, { mediaType: 'application/vc', form, includeEnded: true }))?.body ?? []).toString(),
    ),
  );

describe('issuing', () => {
  it('has these steps, one seal a form', async () => {
    const house = await openHouse();
    await house.port.issue(await requestOf(house, 1));
    expect(house.lines.flatMap(({ stage }) => stage ?? [])).toEqual(STAGES);
  });

  it.each(STAGES.map((stage, n) => [n + 1, stage] as const))('loses and doubles nothing when it is killed at step %i (%s)', async (n) => {
    const file = databaseFile();
    const killed = await openHouse({ file, ...dyingAt(n) });
    const request = await requestOf(killed, 1);
    await expect(killed.port.issue(request)).rejects.toThrow('killed');
    // Later, another clock and another order of formats: the intent has fixed what there is to be sealed.
    const house = await openHouse({ file, settings: { formats: ['second', 'first'] } });
    const issued = await house.port.issue(request);
    expect(await house.port.issue(request)).toEqual(issued);
    expect([await house.count('certificate_intent'), await house.count('certificate'), await house.count('certificate_form')]).toEqual([
      1, 1, 1,
    ]);
    expect(await house.audited()).toEqual(['certificate.intended', 'certificate.issued']);
    const [first, second] = await forms(house, ID(1));
    expect([JSON.parse(first ?? '').plain, JSON.parse(second ?? '').plain]).toEqual(['first', 'second']);
  });

  it('gives one certificate to many who ask at once, by one process or two', async () => {
    const file = databaseFile();
    const houses = [await openHouse({ file }), await openHouse({ file })];
    const request = await requestOf(houses[0] as House, 1);
    const issued = await Promise.all([...houses, ...houses].map(({ port }) => port.issue(request)));
    expect(new Set(issued.map(({ number }) => number)).size).toBe(1);
    expect(await houses[0]?.count('certificate_form')).toBe(1);
    expect(await houses[0]?.audited()).toEqual(['certificate.intended', 'certificate.issued']);
  });

  it('says which format is missing when what was promised cannot be kept', async () => {
    const file = databaseFile();
    const killed = await openHouse({ file, ...dyingAt(2) });
    const request = await requestOf(killed, 1);
    await expect(killed.port.issue(request)).rejects.toThrow('killed');
    const house = await openHouse({ file, formats: { first: twoFormats().first } });
    await expect(house.port.issue(request)).rejects.toThrow('the credential format second is not in the manifest');
    expect(await house.count('certificate')).toBe(0);
  });
});

describe('a database of the version before', () => {
  /** As that version wrote them: an intent with its certificate, and one that was never sealed. */
  async function earlier(): Promise<{ file: string; home: string; request: (n: number) => IssueRequest }> {
    const [file, home] = [databaseFile(), mkdtempSync(join(tmpdir(), 'certificates-'))];
    const recent = await openHouse({ home });
    const { storage } = await openStore({ file });
    await migrate([{ owner: 'certificates', steps: certificateMigrations.slice(0, 1) }], storage, { now: () => new Date('2026-11-01') });
    const made = await requestOf(recent, 1);
    const key = (await recent.signer.keys())[0]?.id;
    const [type] = await recent.store.storage.knex('credential_type');
    await storage.knex('credential_type').insert(type);
    for (const n of [1, 2]) {
      const intent = {
        id: `urn:uuid:${ID(n)}`,
        issuer: DID,
        validFrom: '2026-11-01T10:00:00.000Z',
        created: '2026-11-01T10:00:00.000Z',
        verificationMethod: `${DID}#${key}`,
        subject: SUBJECT,
      };
      const row = {
        tenant: 'main',
        id: ID(n),
        request_key: `dose:${n}`,
        number: `000000000000${n}`,
        type_hash: made.type,
        intent: JSON.stringify(intent),
      };
      await storage.knex('certificate_intent').insert({ ...row, template: 'none', owner: 'nurse', created_at: intent.created });
    }
    await recent.port.issue(made);
    const credential = await recent.port.render(ID(1), { mediaType: 'application/vc' });
    await storage
      .knex('certificate')
      .insert({ tenant: 'main', id: ID(1), credential: String(credential?.body), stored_at: '2026-11-01T10:00:00.000Z' });
    return { file, home, request: (n) => ({ ...made, id: ID(n), key: `dose:${n}` }) };
  }

  it('goes on being read, revoked and sealed from', async () => {
    const { file, request } = await earlier();
    const house = await openHouse({ file });
    expect(await house.port.find(ID(1))).toMatchObject({ number: '0000000000001', status: { state: 'active' } });
    for (const form of ['first', 'application/first']) {
      expect(JSON.parse(String((await house.port.render(ID(1), { mediaType: 'application/vc', form }))?.body)).plain).toBe('first');
    }
    await expect(house.port.render(ID(1), { form: 'second' })).rejects.toMatchObject({ message: 'The certificate was issued as first.' });
    expect(await house.port.issue(request(1))).toEqual({ id: ID(1), number: '0000000000001' });
    expect(house.signer.signed).toBe(0);

    // Nobody had promised the second one in a form, so it gets all of today's.
    expect(await house.port.issue(request(2))).toEqual({ id: ID(2), number: '0000000000002' });
    expect((await forms(house, ID(2))).map((text) => JSON.parse(text).plain)).toEqual(['first', 'second']);
    expect(await house.port.revoke(ID(1), { reason: 'fraud', actor: 'officer' })).toMatchObject({ state: 'revoked' });
  });
});
