import { describe, expect, it } from 'vitest';
import { databaseFile } from '../../store/store.fixture.js';
import { clerk, enrolment, facility, type OpenRegistry, officer, openRegistry } from './registry.fixture.js';

const all = async ({ storage }: OpenRegistry): Promise<string> => {
  const tables = ['registry_entity', 'registry_version', 'registry_term', 'audit_entry'];
  return JSON.stringify(await Promise.all(tables.map((table) => storage.knex(table).select())));
};
const versions = async ({ storage }: OpenRegistry) => Number((await storage.knex('registry_version').count({ n: '*' }).first())?.n);

describe('putting', () => {
  it('creates once, sees what is unchanged, and keeps every version', async () => {
    const house = await openRegistry();
    const { registry, storage } = house;
    const created = await registry.put('facility', facility(), clerk);
    expect(created).toEqual({ outcome: 'created', id: expect.stringMatching(/^[0-9a-f-]{36}$/), version: 1 });
    const { id } = created;
    // The order of members says nothing.
    const reversed = Object.fromEntries(Object.entries(facility()).reverse());
    expect(await registry.put('facility', reversed, clerk)).toEqual({ outcome: 'unchanged', id, version: 1 });
    house.clock.pass(60);
    expect(await registry.put('facility', facility({ name: 'New name' }), clerk)).toEqual({ outcome: 'changed', id, version: 2 });
    expect(await registry.get('facility', id, officer)).toEqual({
      id,
      version: 2,
      state: 'active',
      changedAt: '2026-11-23T10:01:00.000Z',
      record: facility({ name: 'New name' }),
    });
    const kept = await storage.knex('registry_version').orderBy('version').select('version', 'record', 'changed_by');
    expect(kept.map(({ version, record, changed_by }) => [version, JSON.parse(record).name, changed_by])).toEqual([
      [1, 'Final Destination', 'clerk'],
      [2, 'New name', 'clerk'],
    ]);
    const audit = await storage.knex('audit_entry').orderBy('seq').select('action', 'subject', 'actor', 'detail');
    expect(audit.map(({ action, subject, detail }) => [action, subject, JSON.parse(detail)])).toEqual([
      ['facility.created', id, { version: 1 }],
      ['facility.changed', id, { version: 2 }],
    ]);
  });

  it('makes one entity when many race for its key, and one version for each change', async () => {
    const file = databaseFile();
    const [a, b] = [await openRegistry({ file }), await openRegistry({ file })];
    const outcomes = await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 ? a : b).registry.put('facility', facility(), clerk)));
    expect(new Set(outcomes.map(({ id }) => id)).size).toBe(1);
    expect(outcomes.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
    await Promise.all(Array.from({ length: 6 }, (_, i) => (i % 2 ? a : b).registry.put('facility', facility({ name: `N${i}` }), clerk)));
    const { id } = outcomes[0]!;
    expect((await a.registry.get('facility', id, clerk)).version).toBe(7);
    expect(await versions(a)).toBe(7);
  });

  it.each<[object, string, string]>([
    [{ code: undefined }, '/code', 'FIELD_MISSING'],
    [{ code: ' DEL010' }, '/code', 'FIELD_WRONG_FORMAT'],
    [{ code: 7 }, '/code', 'FIELD_WRONG_TYPE'],
    [{ colour: 'red' }, '/colour', 'FIELD_UNKNOWN'],
    [{ address: { district: 'Delhi' } }, '/address/street', 'FIELD_MISSING'],
    [{ position: { latitude: 91 } }, '/position/latitude', 'FIELD_OUT_OF_RANGE'],
  ])('refuses %j', async (changes, pointer, code) => {
    const house = await openRegistry();
    const refusal = await house.registry
      .put('facility', JSON.parse(JSON.stringify(facility(changes))), clerk)
      .catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      status: 400,
      code: 'RECORD_INVALID',
      errors: expect.arrayContaining([expect.objectContaining({ pointer, code })]),
    });
    expect(await versions(house)).toBe(0);
  });

  it('keeps to the version that the caller has seen', async () => {
    const { registry } = await openRegistry();
    await expect(registry.put('facility', facility(), clerk, { ifVersion: 1 })).rejects.toMatchObject({
      status: 412,
      code: 'VERSION_STALE',
    });
    await registry.put('facility', facility(), clerk, { ifVersion: 0 });
    await expect(registry.put('facility', facility(), clerk, { ifVersion: 0 })).rejects.toMatchObject({ status: 412 });
    expect(await registry.put('facility', facility({ name: 'B' }), clerk, { ifVersion: 1 })).toMatchObject({ version: 2 });
    await expect(registry.put('facility', facility({ name: 'C' }), clerk, { ifVersion: 1 })).rejects.toMatchObject({ status: 412 });
  });

  it('does not take one entity for another', async () => {
    const { registry } = await openRegistry();
    const { id } = await registry.put('facility', facility(), clerk);
    await registry.put('facility', facility({ code: 'BLR311' }), clerk);
    for (const code of ['BLR311', 'NEW']) {
      const refused = registry.put('facility', facility({ code }), clerk, { id });
      await expect(refused).rejects.toMatchObject({ status: 422, code: 'KEY_DIFFERS', errors: [{ pointer: '/code' }] });
    }
    await expect(registry.put('facility', facility(), clerk, { id: 'x' })).rejects.toMatchObject({ status: 404 });
    expect(await registry.put('facility', facility({ name: 'B' }), clerk, { id })).toMatchObject({ outcome: 'changed', id });
  });

  it('stays within its tenant', async () => {
    const file = databaseFile();
    const [a, b] = [await openRegistry({ file }), await openRegistry({ file, tenant: 'other' })];
    const { id } = await a.registry.put('facility', facility(), clerk);
    expect(await b.registry.put('facility', facility(), clerk)).toMatchObject({ outcome: 'created' });
    await expect(b.registry.get('facility', id, clerk)).rejects.toMatchObject({ status: 404 });
    expect((await b.registry.list('facility', {}, clerk)).items).toHaveLength(1);
  });
});

describe('an act of a batch', () => {
  it('asked for again is answered as it was, whatever has happened since', async () => {
    const house = await openRegistry();
    const first = await house.registry.put('facility', facility(), clerk, { act: { batch: 'a', item: '2' } });
    await house.registry.put('facility', facility({ name: 'Corrected by hand' }), officer);
    expect(await house.registry.put('facility', facility(), clerk, { act: { batch: 'a', item: '2' } })).toEqual(first);
    expect(await versions(house)).toBe(2);
    expect(await house.registry.put('facility', facility(), clerk, { act: { batch: 'b', item: '2' } })).toMatchObject({
      outcome: 'changed',
      version: 3,
    });
  });

  it('may repeat what another said, and not contradict it', async () => {
    const { registry } = await openRegistry();
    await registry.put('facility', facility(), clerk, { act: { batch: 'a', item: '2' } });
    expect(await registry.put('facility', facility(), clerk, { act: { batch: 'a', item: '3' } })).toMatchObject({ outcome: 'unchanged' });
    const contradiction = registry.put('facility', facility({ name: 'B' }), clerk, { act: { batch: 'a', item: '4' } });
    await expect(contradiction).rejects.toMatchObject({ status: 409, code: 'KEY_REPEATED' });
  });
});

describe('personal fields', () => {
  it('stand nowhere in the database, nor in logs, and a personal key not even encrypted', async () => {
    const house = await openRegistry();
    const { id } = await house.registry.put('enrolment', enrolment(), clerk);
    await house.registry.put('enrolment', enrolment({ phone: '9090909099' }), clerk);
    await house.registry.setState('enrolment', id, 'retired', clerk);
    const kept = (await all(house)) + JSON.stringify(house.lines);
    for (const value of ['CVGHGV1', 'Thakur', '90909090', '1935', 'Ryfruin', 'Tamilnadu', 'Indian']) expect(kept).not.toContain(value);
    expect(kept).toContain('DEL010');
    expect((await house.registry.get('enrolment', id, officer)).record).not.toHaveProperty('identity');
  });

  it('are read by those who may, and by nobody else', async () => {
    const { registry } = await openRegistry();
    const { id } = await registry.put('enrolment', enrolment(), clerk);
    const { identity: _, ...readable } = enrolment();
    expect((await registry.get('enrolment', id, officer)).record).toEqual(readable);
    expect((await registry.get('enrolment', id, clerk)).record).toEqual({ programme: 'covid-19', facility: 'DEL010' });
    expect((await registry.list('enrolment', {}, clerk)).items[0]?.record).toEqual({ programme: 'covid-19', facility: 'DEL010' });
    expect((await registry.list('enrolment', {}, officer)).items[0]?.record).toEqual(readable);
  });

  it('are bound to their place', async () => {
    const { registry, storage } = await openRegistry();
    const [a, b] = [
      await registry.put('enrolment', enrolment(), clerk),
      await registry.put('enrolment', enrolment({ identity: 'other' }), clerk),
    ];
    const { personal } = await storage.knex('registry_version').where({ id: a.id }).first();
    await storage.knex('registry_version').where({ id: b.id }).update({ personal });
    await expect(registry.get('enrolment', b.id, officer)).rejects.toThrow();
  });

  it('name one enrolment for a person and a programme, however many share a phone', async () => {
    const { registry } = await openRegistry();
    expect(await registry.put('enrolment', enrolment(), clerk)).toMatchObject({ outcome: 'created' });
    expect(await registry.put('enrolment', enrolment({ identity: 'CVGHGV3' }), clerk)).toMatchObject({ outcome: 'created' });
    expect(await registry.put('enrolment', enrolment({ programme: 'polio' }), clerk)).toMatchObject({ outcome: 'created' });
    expect(await registry.put('enrolment', enrolment({ name: 'J. Thakur' }), clerk)).toMatchObject({ outcome: 'changed' });
  });
});

describe('retiring', () => {
  it('takes an entity out of use until it is reinstated', async () => {
    const { registry } = await openRegistry();
    const { id } = await registry.put('facility', facility(), clerk);
    expect(await registry.setState('facility', id, 'retired', clerk)).toMatchObject({ version: 2, state: 'retired' });
    expect(await registry.setState('facility', id, 'retired', clerk)).toMatchObject({ version: 2 });
    for (const name of ['Final Destination', 'B']) {
      await expect(registry.put('facility', facility({ name }), clerk)).rejects.toMatchObject({ status: 409, code: 'ENTITY_RETIRED' });
    }
    expect((await registry.list('facility', { state: 'active' }, clerk)).items).toEqual([]);
    expect((await registry.list('facility', { where: { category: 'GOVT' } }, clerk)).items).toEqual([]);
    expect((await registry.list('facility', { state: 'retired' }, clerk)).items).toHaveLength(1);
    expect(await registry.setState('facility', id, 'active', clerk)).toMatchObject({ version: 3, state: 'active' });
    expect((await registry.get('facility', id, officer)).record).toEqual(facility());
    expect(await registry.put('facility', facility({ name: 'B' }), clerk)).toMatchObject({ outcome: 'changed', version: 4 });
    await expect(registry.setState('facility', 'x', 'retired', clerk)).rejects.toMatchObject({ status: 404 });
  });
});

describe('lists', () => {
  it('come in pages, in the order of creation, each entity once', async () => {
    const house = await openRegistry();
    for (let i = 0; i < 7; i += 1) {
      house.clock.pass(1);
      await house.registry.put('facility', facility({ code: `F${i}` }), clerk);
    }
    await house.registry.put('facility', facility({ code: 'F0', name: 'B' }), clerk);
    const codes: unknown[] = [];
    let after: string | undefined;
    do {
      const page = await house.registry.list('facility', { limit: 3, ...(after !== undefined && { after }) }, clerk);
      codes.push(...page.items.map(({ record }) => record.code));
      after = page.next;
    } while (after !== undefined);
    expect(codes).toEqual(['F0', 'F1', 'F2', 'F3', 'F4', 'F5', 'F6']);
  });

  it('are filtered by what is marked as an index, as it is now', async () => {
    const { registry } = await openRegistry();
    await registry.put('facility', facility(), clerk);
    await registry.put('facility', facility({ code: 'B', address: { ...facility().address, district: "O'Neill" } }), clerk);
    const codes = async (where: Record<string, string>) =>
      (await registry.list('facility', { where }, clerk)).items.map(({ record }) => record.code);
    expect(await codes({ 'address.district': "O'Neill" })).toEqual(['B']);
    expect(await codes({ 'address.district': 'Delhi', category: 'GOVT' })).toEqual(['DEL010']);
    expect(await codes({ 'address.district': 'delhi' })).toEqual([]);
    await registry.put('facility', facility({ category: 'PRIVATE' }), clerk);
    expect(await codes({ category: 'GOVT' })).toEqual(['B']);
    for (const where of [{ name: 'x' }, { 'administrator.name': 'Suresh' }, { constructor: 'x' }]) {
      await expect(codes(where as never)).rejects.toMatchObject({ status: 400, code: 'FILTER_UNKNOWN' });
    }
    const vaccinator = {
      code: 'A1',
      name: 'Amar',
      nationalIdentifier: 'Q',
      mobile: '2',
      email: 'a@v.com',
      status: 'Active',
      facilities: ['DEL010', 'BLR311'],
    };
    await registry.put('vaccinator', vaccinator, clerk);
    expect((await registry.list('vaccinator', { where: { facilities: 'BLR311' } }, clerk)).items).toHaveLength(1);
  });
});
