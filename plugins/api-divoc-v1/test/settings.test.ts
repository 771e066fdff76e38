import { beforeEach, describe, expect, it } from 'vitest';
import plugin from '../plugin.js';
import { Desk, good, type Json, withValue } from './desk.js';
import { fakeVaccinations, recordSchema } from './fake-vaccinations.js';

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe('settings', () => {
  const pages = { programmes: { 1234: 'covid-19', 77: 'measles' } };

  it('map the programId', async () => {
    desk = new Desk(fakeVaccinations(recordSchema(), ['covid-19', 'measles']));
    expect(await desk.one(good('A'), pages)).toMatchObject({ outcome: 'issued' });
    expect(await desk.one(withValue(good('B'), '/programId', '77'), pages)).toMatchObject({ outcome: 'issued' });
    expect(await desk.one(withValue(good('C'), '/programId', undefined), { ...pages, programme: 'measles' })).toMatchObject({
      outcome: 'issued',
    });
    expect(desk.vaccinations.asked.map(({ input }) => input.programme)).toEqual(['covid-19', 'measles', 'measles']);
    for (const [n, id] of ['78', 'toString', 'covid-19'].entries()) {
      const item = withValue(good(`D-${n}`), '/programId', id);
      const doubted = { outcome: 'issued', warnings: [{ pointer: '/programId', code: 'PROGRAM_NOT_MAPPED' }] };
      expect(await desk.one(item, { ...pages, programme: 'measles' })).toMatchObject(doubted);
      expect((await desk.one(item, pages)).problem).toMatchObject({
        status: 422,
        code: 'PROGRAMME_UNKNOWN',
        errors: [{ pointer: '/programId' }],
      });
    }
  });

  it('are missed where there are several programmes', async () => {
    desk = new Desk(fakeVaccinations(recordSchema(), ['covid-19', 'measles']));
    expect((await desk.one(good())).problem).toMatchObject({
      code: 'PROGRAMME_UNKNOWN',
      errors: [{ pointer: '/programId', fix: expect.stringContaining('settings') }],
    });
    expect(await desk.one(good(), { programme: 'measles' })).toMatchObject({ outcome: 'issued' });
  });

  it('refuse what makes no sense when they are strict', async () => {
    const item = withValue(good(), '/vaccination/dose', 99);
    expect((await desk.one(item, { strict: true })).problem).toMatchObject({
      status: 422,
      code: 'RECORD_IMPLAUSIBLE',
      errors: [{ pointer: '/vaccination/dose', code: 'DOSE_BEYOND_SERIES' }],
    });
    expect(await desk.one(item)).toMatchObject({
      outcome: 'issued',
      warnings: [{ pointer: '/vaccination/dose', code: 'DOSE_BEYOND_SERIES' }],
    });
  });

  describe('reach the fields of an adopter', () => {
    const fields = { fields: { '/meta/parent/name': 'patient.parentName', '/enrollmentType': 'enrolment' } };
    beforeEach(() => {
      const schema = recordSchema();
      schema.properties.patient.properties.parentName = { type: 'string', minLength: 1, maxLength: 10 };
      (schema.properties as unknown as Json).enrolment = { type: 'string' };
      desk = new Desk(fakeVaccinations(schema));
    });

    it('without a warning, but of what stands beside', async () => {
      const item = { ...good(), enrollmentType: 'WALK_IN', meta: { parent: { name: 'Asha', phone: '1' }, note: 'x' } };
      const reply = await desk.one(item, fields);
      expect(reply.outcome).toBe('issued');
      expect(reply.warnings.map(({ pointer, code }) => `${code} ${pointer}`)).toEqual([
        'NOT_KEPT /meta/parent/phone',
        'NOT_KEPT /meta/note',
      ]);
      expect(desk.vaccinations.asked[0]?.input.record).toMatchObject({
        enrolment: 'WALK_IN',
        patient: { parentName: 'Asha', name: 'Bhaya Mitra' },
      });
    });

    it('and back: the fault of a field stands at its member', async () => {
      const long = { ...good(), meta: { parent: { name: 'x'.repeat(11) } } };
      expect((await desk.one(long, fields)).problem?.errors).toMatchObject([{ pointer: '/meta/parent/name' }]);
      expect((await desk.one({ ...good(), meta: { parent: { name: [] } } }, fields)).problem?.errors).toMatchObject([
        { pointer: '/meta/parent/name' },
      ]);
    });

    it('and leave out what is not there', async () => {
      for (const meta of [undefined, null, 'x', [], { parent: null }, { parent: { name: '' } }]) {
        expect((await desk.one({ ...good(), meta }, fields)).outcome).toMatch(/issued|existing/);
      }
    });
  });

  it('name the group for a field that no member fills', async () => {
    const schema = recordSchema();
    schema.properties.patient.properties.parentName = { type: 'string' };
    schema.properties.patient.required.push('parentName');
    desk = new Desk(fakeVaccinations(schema));
    expect((await desk.one(good())).problem?.errors).toMatchObject([
      { pointer: '/recipient', detail: expect.stringContaining('(patient.parentName of the record)') },
    ]);
  });

  it.each([
    [{ '/meta/a': 'patient.name' }],
    [{ '/meta/a': 'patient' }],
    [{ '/meta/a': 'vaccineName.x' }],
    [{ '/meta/a': 'note', '/meta/b': 'note' }],
  ])('that contradict the table are refused at once: %j', async (fields) => {
    await expect(desk.routes({ fields })).rejects.toMatchObject({ code: 'FIELDS_CONFLICT', message: expect.stringContaining('keep one') });
  });

  it('never send what identifies or reaches a person', () => {
    const { pattern } = (plugin.config as { properties: { fields: { propertyNames: { pattern: string } } } }).properties.fields
      .propertyNames;
    const isAllowed = (pointer: string) => new RegExp(pattern, 'u').test(pointer);
    for (const pointer of ['/meta', '/recipient/contactless', '/a~1b/0']) expect(isAllowed(pointer), pointer).toBe(true);
    for (const pointer of ['', 'meta', '/recipient/identity', '/recipient/contact', '/recipient/contact/0', '/a~2', '/a//b'])
      expect(isAllowed(pointer), pointer).toBe(false);
  });

  it('may name a field as something that every object has', async () => {
    desk.vaccinations.fault = new Error('not of interest here');
    await desk.one({ ...good(), meta: { x: 'y' } }, { fields: { '/meta/x': 'constructor.name' } });
    const { record } = desk.vaccinations.asked.at(0)!.input;
    expect(Object.getOwnPropertyDescriptor(record, 'constructor')?.value).toEqual({ name: 'y' });
    expect(Object.name).toBe('Object');
  });
});
