import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { type CredentialFormat, contentHash } from '../../api/index.js';
import { eventLogOf } from '../../store/event-log.js';
import { databaseFile } from '../../store/store.fixture.js';
import { handClock } from '../../testkit/hand-clock.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { loadTrustBundles } from '../../verifier/trust.js';
import { verifyInput } from '../../verifier/verify.js';
import { changingSigner, type House, type HouseOptions, ID, openHouse, requestOf } from './certificates.fixture.js';
import { certificateEvents } from './events.js';

/** Two forms with a key each. */
const formats: Record<'first' | 'second', CredentialFormat> = {
  first: plainFormat('first', { writesStatus: true }),
  second: { ...plainFormat('second', { writesStatus: true }), needs: { purpose: 'other', algorithm: 'Ed25519' } },
};
const officer = { reason: 'fraud', actor: 'officer' } as const;
let signer: ReturnType<typeof changingSigner>;
beforeEach(() => {
  signer = changingSigner('vc', 'other');
});

async function withCertificates(count: number, options: HouseOptions = {}): Promise<House> {
  const house = await openHouse({ formats, signer, ...options });
  for (let n = 1; n <= count; n += 1) await house.port.issue(await requestOf(house, n));
  return house;
}

const formOf = async (house: House, n: number, form: string) => {
  const rendering = await house.port.render(ID(n), { mediaType: 'application/vc', form });
  return JSON.parse(Buffer.from(rendering?.body ?? []).toString());
};
const statusOf = async ({ home }: House, credential: unknown): Promise<string> => {
  const trust = loadTrustBundles([JSON.parse(readFileSync(join(home, 'trust', 'main.json'), 'utf8'))]);
  return (await verifyInput(credential, formats, trust, new Date('2026-11-24T00:00:00Z'))).status;
};
const reissuedEntries = async ({ store }: House) => {
  const rows = await store.storage.knex('audit_entry').where({ action: 'certificate.reissued' }).orderBy('seq');
  return rows.map(({ subject, detail }) => ({ subject, ...JSON.parse(detail) }));
};

describe('what a revoked key has signed', () => {
  it('is signed anew by its successor as the same certificate, and only in the forms that the key had signed', async () => {
    const house = await withCertificates(2);
    const before = { row: await house.port.find(ID(1)), second: await formOf(house, 1, 'second') };
    const old = signer.compromise('vc');
    await house.reissue.publish();
    expect(await statusOf(house, before.row?.credential)).toBe('REVOKED_KEYS');
    expect(await house.reissue.page({ dryRun: true })).toMatchObject({ reissued: 2, before: 0 });
    expect(await house.count('certificate_reseal_intent')).toBe(0);

    const report = { looked: 2, reissued: 2, before: 0, ended: 0, failed: {} };
    expect(await house.reissue.page({})).toEqual(report);
    const after = await house.port.find(ID(1));
    expect({ ...after, credential: 0 }).toEqual({ ...before.row, credential: 0, seal: 1 });
    const claims = (credential: unknown) => (credential as { claims: unknown }).claims;
    expect(claims(after?.credential)).toEqual(claims(before.row?.credential));
    for (const n of [1, 2]) expect(await statusOf(house, (await house.port.find(ID(n)))?.credential)).toBe('VERIFIED');
    expect(await formOf(house, 1, 'second')).toEqual(before.second);
    expect(await formOf(house, 1, 'first')).toEqual(after?.credential);
    expect(await house.port.find(ID(1), { seal: 0 })).toEqual(before.row);
    const key = await signer.active({ purpose: 'vc', algorithm: 'Ed25519' });
    const told = { seal: 1, forms: ['first'], revokedKeys: [old.id], keys: [key.id] };
    expect(await reissuedEntries(house)).toEqual([ID(1), ID(2)].map((subject) => ({ subject, ...told })));

    // Again there is nothing to do, and another compromise is another seal.
    expect(await house.reissue.page({})).toEqual({ ...report, reissued: 0, before: 2 });
    signer.compromise('vc');
    signer.compromise('other');
    expect(await house.reissue.page({ key: old.id })).toEqual({ ...report, reissued: 0, before: 2 });
    expect(await house.reissue.page({})).toEqual(report);
    await house.reissue.publish();
    expect(await statusOf(house, after?.credential)).toBe('REVOKED_KEYS');
    for (const form of ['first', 'second']) expect(await statusOf(house, await formOf(house, 2, form))).toBe('VERIFIED');
    expect((await reissuedEntries(house)).at(-1)).toMatchObject({ subject: ID(2), seal: 2, forms: ['first', 'second'] });
    expect(await house.port.find(ID(1), { seal: 1 })).toEqual(after);
  });

  it('stays as it is where the certificate has ended, and not where it is suspended', async () => {
    const clock = handClock();
    const house = await withCertificates(4, { clock });
    await house.port.issue(await requestOf(house, 5, { validUntil: '2026-11-23T11:00:00.000Z' }));
    await house.port.revoke(ID(1), officer);
    await house.port.supersede(ID(2), await requestOf(house, 6), { reason: 'wrong-data', actor: 'officer' });
    await house.port.suspend(ID(3), { reason: 'under-investigation', actor: 'officer' });
    signer.compromise('vc');
    clock.pass(2 * 3600);
    expect(await house.reissue.page({})).toEqual({ looked: 6, reissued: 3, before: 0, ended: 3, failed: {} });
    expect((await reissuedEntries(house)).map(({ subject }) => subject)).toEqual([ID(3), ID(4), ID(6)]);
    await house.reissue.publish();
    const suspended = (await house.port.find(ID(3)))?.credential;
    expect(await statusOf(house, suspended)).toBe('SUSPENDED');
    await house.port.reinstate(ID(3), { actor: 'officer' });
    expect(await statusOf(house, suspended)).toBe('VERIFIED');
  });

  it('holds up nothing when it cannot be signed, and is signed once it can be', async () => {
    const house = await withCertificates(2);
    signer.compromise('vc');
    signer.compromise('other', { isLast: true });
    const failing = { looked: 2, reissued: 2, before: 0, ended: 0, failed: { SIGNER_KEY_MISSING: 2 } };
    expect(await house.reissue.page({})).toEqual(failing);
    expect(await house.reissue.page({})).toEqual({ ...failing, reissued: 0 });
    const gone = await openHouse({ formats: { first: formats.first }, signer, file: house.file, isMigrated: true });
    expect((await gone.reissue.page({})).failed).toEqual({ FORMAT_MISSING: 2 });
    const renamed = { first: formats.first, renamed: { ...formats.second, needs: formats.first.needs } };
    const mended = await openHouse({ formats: renamed, signer, file: house.file, isMigrated: true });
    expect(await mended.reissue.page({})).toEqual({ ...failing, failed: {} });
    expect(await statusOf(mended, await formOf(mended, 1, 'renamed'))).toBe('VERIFIED');
  });

  it('is told to the transparency log with the credential of each seal', async () => {
    const house = await withCertificates(1);
    signer.compromise('vc');
    await house.reissue.page({});
    const { events } = await eventLogOf({ storage: house.store.storage, tenant: 'main' }, [
      { service: 'certificates', types: certificateEvents },
    ]).read(0, 10);
    expect(events.map(({ type }) => type)).toEqual(['divoc.certificate.issued.v1', 'divoc.certificate.reissued.v1']);
    expect(events[1]?.data).toMatchObject({ certificateId: ID(1), seal: 1, forms: ['first'] });
    const hashes = await Promise.all([0, 1].map(async (seal) => contentHash((await house.port.find(ID(1), { seal }))?.credential)));
    expect(new Set(hashes).size).toBe(2);
  });
});

describe('re-issuing', () => {
  it('goes on after a crash between any two steps, and seals the bytes of the intent that it had recorded', async () => {
    const clock = handClock();
    const house = await withCertificates(3, { clock });
    signer.compromise('vc');
    for (const stage of ['reissue.intending', 'reissue.intended', 'certificate.sealed', 'reissue.storing']) {
      const doomed = await openHouse({
        formats,
        signer,
        clock,
        file: house.file,
        isMigrated: true,
        onLog: (line) => {
          if (line.stage === stage) throw new Error('dies here');
        },
      });
      await doomed.reissue.page({}).catch(() => undefined);
      expect([stage, await house.count('certificate_reseal')]).toEqual([stage, 0]);
      clock.pass(60);
    }
    expect(await house.count('certificate_reseal_intent')).toBe(3);
    const recorded = await house.store.storage.knex('certificate_reseal_intent').orderBy('id').select('intent');
    expect((await house.reissue.page({})).reissued).toBe(3);
    const created = recorded.map(({ intent }) => JSON.parse(intent).created);
    const proofs = await Promise.all([1, 2, 3].map(async (n) => (await formOf(house, n, 'first')).proof.created));
    expect(proofs).toEqual(created);
    expect(await reissuedEntries(house)).toHaveLength(3);
  });

  it('is harmless when two processes do it at once', async () => {
    const house = await withCertificates(10);
    signer.compromise('vc');
    const other = await openHouse({ formats, signer, file: house.file, isMigrated: true });
    const reports = await Promise.all([house, other].map(({ reissue }) => reissue.page({})));
    expect(reports.map(({ reissued }) => reissued).reduce((a, b) => a + b)).toBe(10);
    expect(new Set((await reissuedEntries(house)).map(({ subject }) => subject)).size).toBe(10);
    expect([await house.count('certificate_reseal'), (await reissuedEntries(house)).length]).toEqual([10, 10]);
  });

  it('changes no row that was written before, and the tables of new seals refuse changes as well', async () => {
    const house = await withCertificates(1, { file: databaseFile() });
    const { knex } = house.store.storage;
    const before = [await knex('certificate'), await knex('certificate_form'), await knex('certificate_intent')];
    signer.compromise('vc');
    await house.reissue.page({});
    expect([await knex('certificate'), await knex('certificate_form'), await knex('certificate_intent')]).toEqual(before);
    for (const table of ['certificate_reseal', 'certificate_reseal_intent']) {
      await expect(knex(table).delete()).rejects.toThrow();
      await expect(knex(table).update({ form: 'x' })).rejects.toThrow();
    }
  });

  it('takes a page at a time, whatever was issued before forms had names', async () => {
    const house = await withCertificates(3);
    const { knex } = house.store.storage;
    await knex('certificate')
      .where({ id: ID(3) })
      .update({ form: null });
    signer.compromise('vc');
    const first = await house.reissue.page({ limit: 2 });
    expect([first.next, first.reissued]).toEqual([ID(2), 2]);
    expect(await house.reissue.page({ after: ID(2), limit: 2 })).toEqual({ looked: 1, reissued: 1, before: 0, ended: 0, failed: {} });
    await house.reissue.publish();
    expect(await statusOf(house, (await house.port.find(ID(3)))?.credential)).toBe('VERIFIED');
  });
});

describe('a key that is revoked between intent and seal', () => {
  /** Calls `upon` around the first seal of a certificate. */
  const withFirst = (upon: { before?: () => void; after?: () => Promise<unknown> }) => {
    const armed = { is: false };
    const seal: CredentialFormat['seal'] = async (intent, sign) => {
      const isFirst = armed.is;
      armed.is = false;
      if (isFirst) upon.before?.();
      const sealed = await formats.first.seal(intent, sign);
      if (isFirst) await upon.after?.();
      return sealed;
    };
    return { armed, formats: { ...formats, first: { ...formats.first, seal } } };
  };

  it('is replaced by the next one when the certificate is asked for again', async () => {
    const { armed, formats: late } = withFirst({ before: () => void signer.compromise('vc') });
    const house = await openHouse({ formats: late, signer });
    const request = await requestOf(house, 1);
    armed.is = true;
    await expect(house.port.issue(request)).rejects.toMatchObject({ code: 'SIGNER_KEY_REVOKED' });
    expect(await house.count('certificate')).toBe(0);
    const { id } = await house.port.issue(request);
    await house.reissue.publish();
    expect(await statusOf(house, (await house.port.find(id))?.credential)).toBe('VERIFIED');
    expect(await house.port.issue(request)).toMatchObject({ id });
    expect([await house.count('certificate'), await house.count('certificate_intent')]).toEqual([1, 1]);
    expect(await house.reissue.page({})).toMatchObject({ looked: 1, reissued: 0 });
  });

  it('is not stored by who had sealed with it, once another process has chosen the next one', async () => {
    const file = databaseFile();
    const dying = ({ stage }: { stage?: unknown }) => {
      if (stage === 'certificate.intended') throw new Error('killed');
    };
    const other = await openHouse({ formats, signer, file, onLog: dying });
    const { armed, formats: slowly } = withFirst({
      async after() {
        signer.compromise('vc');
        await expect(other.port.issue(request)).rejects.toThrow('killed');
      },
    });
    const slow = await openHouse({ formats: slowly, signer, file });
    const request = await requestOf(slow, 1);
    armed.is = true;
    await expect(slow.port.issue(request)).rejects.toMatchObject({ code: 'INTENT_CHANGED' });
    await slow.port.issue(request);
    await slow.reissue.publish();
    expect(await statusOf(slow, (await slow.port.find(ID(1)))?.credential)).toBe('VERIFIED');
    expect(await slow.count('certificate')).toBe(1);
  });
});
