import { beforeEach, describe, expect, it } from 'vitest';
import type { ItemReply } from '../src/certify.js';
import { actor, certifyBody, Desk, good, type Json, withValue } from './desk.js';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe("DIVOC's own request, unchanged", () => {
  it('becomes a record, and is answered with its certificate', async () => {
    const { status, body } = await desk.post(certifyBody());
    expect(status).toBe(200);
    expect(body).toEqual([{ index: 0, outcome: 'issued', certificateId: 'certificate-1', links: { page: '/c/1' }, warnings: [] }]);
    expect(desk.vaccinations.asked).toEqual([
      {
        actor,
        input: {
          identity: { input: { code: '1112' } },
          implausible: 'warn',
          record: {
            patient: {
              name: 'Bhaya Mitra',
              birthDate: '1994-11-30',
              gender: 'Male',
              nationality: 'Indian',
              street: '444, 2nd Street',
              district: 'Bengaluru',
              region: 'Karnataka',
              postalCode: '560034',
            },
            vaccineName: 'CoVax',
            lotNumber: 'MB3428BX',
            manufacturer: 'COVPharma',
            occurrenceDateTime: '2020-12-02T19:21:18.646Z',
            doseNumber: 1,
            seriesDoses: 2,
            effectiveFrom: '2020-12-02',
            effectiveUntil: '2025-12-02',
            facility: {
              name: 'ABC Medical Center',
              street: '123, Koramangala',
              district: 'Bengaluru South',
              region: 'Karnataka',
              postalCode: '560034',
            },
            performer: { name: 'Sooraj Singh' },
          },
        },
      },
    ]);
  });

  it('tells nobody the identity and the contact', async () => {
    await desk.post(certifyBody());
    expect(JSON.stringify([desk.vaccinations.asked, desk.logged])).not.toMatch(/aadhaar|2342343334|9880414889/);
  });

  it('is answered with the same certificate when it is sent again', async () => {
    const [first] = await desk.certify(certifyBody());
    expect(await desk.certify(certifyBody())).toEqual([{ ...first, outcome: 'existing' }]);
    expect(await desk.certify([...certifyBody(), ...certifyBody()])).toMatchObject([{ outcome: 'existing' }, { outcome: 'existing' }]);
  });

  it('is a conflict with other content: the field is named, and no value', async () => {
    await desk.post(certifyBody());
    const { status, body } = await desk.post([withValue(good('1112'), '/recipient/name', 'Somebody Else')]);
    expect([status, body]).toMatchObject([
      400,
      [
        {
          outcome: 'refused',
          problem: {
            type: 'urn:divoc:problem:dose-conflict',
            title: 'Conflict',
            status: 409,
            code: 'DOSE_CONFLICT',
            errors: [{ pointer: '/recipient/name' }],
          },
        },
      ],
    ]);
    expect(JSON.stringify(body)).not.toMatch(/Bhaya|Somebody/);
  });
});

describe('an item is accepted', () => {
  it.each([
    ['/recipient/dob', undefined],
    ['/recipient/dob', null],
    ['/recipient/age', '27'],
    ['/recipient/address', {}],
    ['/recipient/address/addressLine2', ''],
    ['/recipient/contact', []],
    ['/vaccination/batch', undefined],
    ['/vaccination/dose', -3],
    ['/facility/address', {}],
    ['/comorbidities', null],
    ['/programId', null],
  ])('with %s = %j, and no warning', async (pointer, value) => {
    expect(await desk.one(withValue(good(), pointer, value))).toMatchObject({ outcome: 'issued', warnings: [] });
  });

  it.each<[string, unknown, string]>([
    ['/recipient/name', '', 'TEXT_BLANK'],
    ['/recipient/gender', '', 'TEXT_BLANK'],
    ['/vaccination/manufacturer', '', 'TEXT_BLANK'],
    ['/vaccinator/name', '', 'TEXT_BLANK'],
    ['/vaccination/dose', 99, 'DOSE_BEYOND_SERIES'],
    ['/vaccination/date', '2020-12-02T19:21:18', 'ZONE_MISSING'],
    ['/vaccination/date', '2020-12-02T19:21:18.5', 'ZONE_MISSING'],
    ['/enrollmentType', 'WALK_IN', 'NOT_KEPT'],
    ['/comorbidities', ['Diabetes'], 'NOT_KEPT'],
    ['/meta', { a: 1 }, 'NOT_KEPT'],
    ['/recipient/uhid', '12', 'NOT_KEPT'],
    ['/recipient/a~1b', 0, 'NOT_KEPT'],
  ])('with %s = %j, and a warning of it', async (pointer, value, code) => {
    const item =
      pointer === '/recipient/a~1b'
        ? { ...good(), recipient: { ...(good().recipient as Json), 'a/b': value } }
        : withValue(good(), pointer, value);
    const reply = await desk.one(item);
    expect(reply).toMatchObject({ outcome: 'issued', certificateId: 'certificate-1' });
    expect(reply.warnings).toEqual([{ pointer, code, detail: expect.any(String), fix: expect.any(String) }]);
  });

  it('with an instant without a zone, which is UTC', async () => {
    await desk.one(withValue(good(), '/vaccination/date', '2020-12-02T19:21:18'));
    expect(desk.vaccinations.asked[0]?.input.record.occurrenceDateTime).toBe('2020-12-02T19:21:18Z');
  });

  it('without the optional texts that are empty, and with the required ones', async () => {
    const texts = ['/recipient/name', '/recipient/gender', '/recipient/address/district', '/vaccination/batch', '/vaccinator/name'];
    await desk.one(texts.reduce((item, pointer) => withValue(item, pointer, ''), good()));
    const { patient, ...record } = desk.vaccinations.asked.at(0)!.input.record as { patient: Json };
    expect(patient.name).toBe('');
    for (const name of ['gender', 'district']) expect(patient).not.toHaveProperty(name);
    for (const name of ['lotNumber', 'performer']) expect(record).not.toHaveProperty(name);
  });

  it('with names that cannot be shown, without showing them', async () => {
    const { warnings } = await desk.one({ ...good(), recipient: { ...(good().recipient as Json), 'a\u202eb': 1, ['x'.repeat(65)]: 1 } });
    expect(warnings.map(({ pointer }) => pointer)).toEqual(['/recipient', '/recipient']);
    const many = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`m${i}`, i]));
    expect((await desk.one({ ...good(), ...many })).warnings).toHaveLength(20);
  });
});

describe('an item is refused', () => {
  it.each<[string, unknown, string]>([
    ['/recipient/name', 42, 'FIELD_WRONG_TYPE'],
    ['/recipient/name', null, 'FIELD_WRONG_TYPE'],
    ['/recipient/name', undefined, 'FIELD_MISSING'],
    ['/recipient/dob', '1994-02-30', 'FIELD_WRONG_FORMAT'],
    ['/recipient/dob', '30-11-1994', 'FIELD_WRONG_FORMAT'],
    ['/recipient/dob', '', 'FIELD_WRONG_FORMAT'],
    ['/recipient/dob', 1994, 'FIELD_WRONG_TYPE'],
    ['/recipient/age', 27, 'FIELD_WRONG_TYPE'],
    ['/recipient/identity', undefined, 'FIELD_MISSING'],
    ['/recipient/contact', 'tel:1', 'FIELD_WRONG_TYPE'],
    ['/recipient/contact', ['tel:1', 2], 'FIELD_WRONG_TYPE'],
    ['/recipient/address', undefined, 'FIELD_MISSING'],
    ['/recipient/address/pincode', 560034, 'FIELD_WRONG_TYPE'],
    ['/vaccination/date', '2021-02-30T00:00:00Z', 'FIELD_WRONG_FORMAT'],
    ['/vaccination/date', '2021-02-30T00:00:00', 'FIELD_WRONG_FORMAT'],
    ['/vaccination/date', '2020-12-02T24:00:00Z', 'FIELD_WRONG_FORMAT'],
    ['/vaccination/date', 'yesterday', 'FIELD_WRONG_FORMAT'],
    ['/vaccination/date', '', 'FIELD_WRONG_FORMAT'],
    ['/vaccination/effectiveStart', '2021-00-10', 'FIELD_WRONG_FORMAT'],
    ['/vaccination/dose', '1', 'FIELD_WRONG_TYPE'],
    ['/vaccination/dose', 1.5, 'FIELD_WRONG_TYPE'],
    ['/vaccination/dose', null, 'FIELD_WRONG_TYPE'],
    ['/vaccination', 'Zebulon', 'FIELD_WRONG_TYPE'],
    ['/vaccinator', [], 'FIELD_WRONG_TYPE'],
    ['/preEnrollmentCode', undefined, 'FIELD_MISSING'],
    ['/preEnrollmentCode', 1112, 'FIELD_WRONG_TYPE'],
    ['/facility/name', ['Zebulon'], 'FIELD_WRONG_TYPE'],
    ['/comorbidities', 'none', 'FIELD_WRONG_TYPE'],
  ])('with %s = %j', async (pointer, value, code) => {
    const { status, body } = await desk.post([withValue(good(), pointer, value)]);
    expect([status, body]).toMatchObject([400, [{ index: 0, outcome: 'refused', problem: { status: 400, code: 'ITEM_INVALID' } }]]);
    const [{ problem }] = body as [ItemReply];
    expect(problem?.errors).toEqual([{ pointer, code, detail: expect.any(String), fix: expect.any(String) }]);
    expect(JSON.stringify(body)).not.toContain('Zebulon');
    expect(desk.vaccinations.asked).toEqual([]);
  });

  it('by the service, whose pointers are put back where they came from', async () => {
    const pointerOf = async (item: Json) => (await desk.one(item)).problem?.errors?.map(({ pointer }) => pointer);
    expect(await pointerOf(withValue(good(), '/preEnrollmentCode', ' '))).toEqual(['/preEnrollmentCode']);
    expect(await pointerOf(withValue(good(), '/recipient/address/state', 'x'.repeat(200)))).toEqual(['/recipient/address/state']);
    expect(await pointerOf(withValue(good(), '/facility/name', 'x'.repeat(300)))).toEqual(['/facility/name']);
    expect(await pointerOf(withValue(good(), '/vaccination/dose', 5000))).toEqual(['/vaccination/dose']);
  });

  it('with a list of a million numbers, in one fault', async () => {
    const { problem } = await desk.one(
      withValue(
        good(),
        '/recipient/contact',
        Array.from({ length: 1_000_000 }, () => 7),
      ),
    );
    expect(problem?.errors).toHaveLength(1);
  });

  it.each([null, 7, 'x', [], [[]], true])('when it is %j', async (item) => {
    const { problem } = await desk.one(item);
    expect(problem).toMatchObject({ code: 'ITEM_INVALID', errors: expect.arrayContaining([expect.objectContaining({ pointer: '' })]) });
  });

  it('and no other for it: they are answered in order', async () => {
    const { status, body } = await desk.post([good('A'), null, good('B'), withValue(good('C'), '/vaccination/dose', 'x'), good('A')]);
    expect(status).toBe(200);
    expect((body as ItemReply[]).map(({ index, outcome, certificateId }) => [index, outcome, certificateId])).toEqual([
      [0, 'issued', 'certificate-1'],
      [1, 'refused', undefined],
      [2, 'issued', 'certificate-2'],
      [3, 'refused', undefined],
      [4, 'existing', 'certificate-1'],
    ]);
    expect(desk.vaccinations.asked.map(({ input }) => input.identity.input.code)).toEqual(['A', 'B', 'A']);
  });

  it.each([new Error('insert into person values (Bhaya Mitra)'), 'Bhaya Mitra', null])('when the house fails: %s', async (fault) => {
    desk.vaccinations.fault = fault ?? new Error('x');
    const replies = await desk.certify([good('A'), good('B')]);
    expect(replies).toMatchObject([
      {
        outcome: 'refused',
        problem: { type: 'urn:divoc:problem:internal', status: 500, code: 'INTERNAL', incident: expect.stringMatching(/^[\da-f-]{36}$/) },
      },
      { outcome: 'issued' },
    ]);
    expect(desk.logged).toHaveLength(1);
    expect(desk.logged[0]).toContain(replies[0]?.problem?.incident);
    expect(JSON.stringify([replies, desk.logged])).not.toMatch(/Bhaya|Mitra/);
  });
});

describe('the body as a whole', () => {
  const refusalOf = async (body: unknown[]) => desk.post(body).catch((error: unknown) => error);

  it('has 1 to 1000 items', async () => {
    expect(await refusalOf([])).toMatchObject({ $divoc: 'refusal', status: 400, code: 'ITEMS_MISSING' });
    expect(await refusalOf(Array.from({ length: 1001 }, () => null))).toMatchObject({
      $divoc: 'refusal',
      status: 400,
      code: 'ITEMS_TOO_MANY',
    });
    expect(await desk.certify(Array.from({ length: 1000 }, () => null))).toHaveLength(1000);
  });

  it('goes to DIVOC’s own path, for those who may record', async () => {
    const { mount, routes: declared } = (await desk.routes()).table;
    expect([mount, declared.certify]).toMatchObject([
      '/divoc/api',
      { method: 'POST', path: '/v1/certify', scope: 'vaccination:record', body: { type: 'array' }, bodyLimit: 8_388_608 },
    ]);
  });
});
