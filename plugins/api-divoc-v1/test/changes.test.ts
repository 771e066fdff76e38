import { describe, expect, it } from 'vitest';
import type { ItemReply } from '../src/certify.js';
import { actor, Desk, good, withValue } from './desk.js';

const first = (body: unknown): ItemReply => (body as ItemReply[])[0] as ItemReply;
/** What DIVOC's v3 requires, and no more. */
const lean = (code: string) =>
  ['/recipient/gender', '/recipient/address', '/vaccinator', '/facility/address'].reduce(
    (item, pointer) => withValue(item, pointer, undefined),
    good(code),
  );

describe('v3', () => {
  it('certifies what v1 finds incomplete', async () => {
    const desk = new Desk();
    expect(first((await desk.post([lean('L-1')])).body)).toMatchObject({ outcome: 'refused', problem: { code: 'ITEM_INVALID' } });
    const { status, body } = await desk.post([lean('L-1')], {}, 'certifyV3');
    expect([status, first(body)]).toMatchObject([200, { outcome: 'issued', warnings: [] }]);
    expect(desk.vaccinations.asked[0]?.input.record).toMatchObject({
      patient: { nationality: 'Indian' },
      facility: { name: 'ABC Medical Center' },
    });
  });

  it.each([
    '/preEnrollmentCode',
    '/recipient/name',
    '/recipient/nationality',
    '/recipient/identity',
    '/recipient/contact',
    '/vaccination/dose',
    '/facility/name',
  ])('still wants %s', async (pointer) => {
    const { status, body } = await new Desk().post([withValue(lean('L-1'), pointer, undefined)], {}, 'certifyV3');
    expect([status, first(body).problem]).toMatchObject([400, { code: 'ITEM_INVALID', errors: [{ pointer, code: 'FIELD_MISSING' }] }]);
  });
});

describe.each(['update', 'updateV3'])('%s', (route) => {
  const changed = (code: string) => withValue(good(code), '/recipient/name', 'Bhaya M. Mitra');

  it('corrects what is recorded, and says so again when asked again', async () => {
    const desk = new Desk();
    await desk.certify([good('U-1')]);
    for (const outcome of ['issued', 'existing']) {
      const { status, body } = await desk.post([changed('U-1')], {}, route);
      expect([status, first(body)]).toMatchObject([200, { outcome, certificateId: 'vaccination-1-certificate-2' }]);
    }
    expect(desk.vaccinations.corrected[0]).toEqual({
      actor,
      input: {
        of: { id: 'vaccination-1' },
        reason: 'wrong-data',
        implausible: 'warn',
        record: { ...desk.vaccinations.asked[0]?.input.record, patient: expect.objectContaining({ name: 'Bhaya M. Mitra' }) },
      },
    });
  });

  it('is 412 where nothing is recorded, also of another dose', async () => {
    const desk = new Desk();
    await desk.certify([good('U-1')]);
    for (const item of [changed('U-2'), withValue(changed('U-1'), '/vaccination/dose', 2)]) {
      const { status, body } = await desk.post([item], {}, route);
      expect([status, first(body)]).toMatchObject([412, { outcome: 'refused', problem: { status: 412, code: 'CERTIFICATE_MISSING' } }]);
    }
  });

  it('is 412 after as many updates as the settings allow', async () => {
    const desk = new Desk();
    await desk.certify([good('U-1')]);
    expect((await desk.post([changed('U-1')], { updateLimit: 1 }, route)).status).toBe(200);
    const { status, body } = await desk.post([withValue(changed('U-1'), '/recipient/name', 'Another')], { updateLimit: 1 }, route);
    expect([status, first(body).problem?.code]).toEqual([412, 'UPDATE_LIMIT_REACHED']);
  });

  it('answers each item for itself', async () => {
    const desk = new Desk();
    await desk.certify([good('U-1')]);
    const { status, body } = await desk.post([changed('U-9'), {}, changed('U-1')], {}, route);
    expect([status, (body as ItemReply[]).map(({ outcome, problem }) => problem?.code ?? outcome)]).toEqual([
      200,
      ['CERTIFICATE_MISSING', 'ITEM_INVALID', 'issued'],
    ]);
    expect((await desk.post([changed('U-9'), {}], {}, route)).status).toBe(400);
  });
});

describe('revoke', () => {
  const desk = new Desk();
  const dose = (n: number) => withValue(withValue(good('R-1'), '/vaccination/dose', n), '/vaccination/totalDoses', 3);

  it('revokes the last doses in a row, and no others', async () => {
    await desk.certify([dose(1), dose(2), dose(3)]);
    for (const doses of ['1', '2', '1,2', '1,3', '4', '3,4', '0', '', 'x', '3;2']) {
      await expect(desk.revoke('R-1', { doses })).rejects.toMatchObject({ status: 400, code: 'DOSES_INVALID' });
    }
    await expect(desk.revoke('R-1', {})).rejects.toMatchObject({ status: 400 });
    await expect(desk.revoke('R-1', { allDoses: 'yes' })).rejects.toMatchObject({ status: 400 });
    expect(desk.revoked).toEqual([]);
    expect(await desk.revoke('R-1', { doses: '3, 2' })).toEqual({
      status: 200,
      body: [
        { dose: 2, certificateId: 'certificate-2' },
        { dose: 3, certificateId: 'certificate-3' },
      ],
    });
    expect(desk.revoked).toEqual(['certificate-3', 'certificate-2']);
  });

  it('revokes all, and again', async () => {
    for (let i = 0; i < 2; i += 1) expect((await desk.revoke('R-1', { allDoses: 'true' })).body).toHaveLength(3);
  });

  it('knows nobody else', async () => {
    await expect(desk.revoke('R-2', { allDoses: 'true' })).rejects.toMatchObject({ status: 404, code: 'CERTIFICATE_UNKNOWN' });
  });

  it('takes the programme of a mapped programId', async () => {
    const settings = { programmes: { 1234: 'measles' } };
    await expect(desk.revoke('R-1', { allDoses: 'true', programId: '1234' }, settings)).rejects.toMatchObject({
      code: 'PROGRAMME_UNKNOWN',
    });
  });
});
