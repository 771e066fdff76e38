import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RouteReply, RouteRequest } from '../../api/index.js';
import { clerk, enrolment, facility, officer, openRegistry } from './registry.fixture.js';
import { registryPart } from './registry-part.js';

/** An adopter with changes of records. */
function adopterWith(records: Record<string, string | object>): string {
  const folder = mkdtempSync(join(tmpdir(), 'adopter-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'records'));
  for (const [name, change] of Object.entries(records))
    writeFileSync(join(folder, 'records', `${name}.json`), typeof change === 'string' ? change : JSON.stringify(change));
  return folder;
}

describe("an adopter's change of a record", () => {
  it('adds a field and relaxes what is required', async () => {
    const properties = { beds: { type: 'integer', 'x-index': true }, address: { required: null } };
    const adopter = adopterWith({ facility: { required: ['code'], properties } });
    expect(await registryPart.check?.({ adopter } as never)).toEqual([]);
    const { registry } = await openRegistry({ adopter });
    expect(await registry.put('facility', { code: 'A', beds: 4, address: { district: 'Colombo' } }, clerk)).toMatchObject({
      outcome: 'created',
    });
    expect((await registry.list('facility', { where: { beds: '4' } }, clerk)).items).toHaveLength(1);
  });

  it('that makes a field personal hides what was kept before', async () => {
    const { registry } = await openRegistry({ adopter: adopterWith({ facility: { properties: { contact: { 'x-personal': true } } } }) });
    const { id } = await registry.put('facility', facility(), clerk);
    expect((await registry.get('facility', id, clerk)).record).not.toHaveProperty('contact');
    expect((await registry.get('facility', id, officer)).record).toEqual(facility());
  });

  it.each<[string | object, string]>([
    ['{ "properties": ', 'JSON_SYNTAX'],
    [{ additionalProperties: true }, 'RECORD_OPEN_OBJECT'],
    [{ properties: { address: { additionalProperties: null } } }, 'RECORD_OPEN_OBJECT'],
    [{ 'x-key': ['serial'] }, 'RECORD_KEY_INVALID'],
    [{ 'x-key': null }, 'RECORD_KEY_INVALID'],
    [{ 'x-key': ['address'] }, 'RECORD_KEY_INVALID'],
    [{ required: ['name'] }, 'RECORD_KEY_OPTIONAL'],
    [{ properties: { administrator: { properties: { name: { 'x-index': true } } } } }, 'RECORD_INDEX_PERSONAL'],
    [{ properties: { 'bad name': { type: 'string' } } }, 'RECORD_NAME_INVALID'],
    [{ properties: { name: { maxlength: 9 } } }, 'RECORD_SCHEMA_INVALID'],
  ])('with a mistake is found before anything starts: %j', async (change, code) => {
    const findings = await registryPart.check?.({ adopter: adopterWith({ facility: change }) } as never);
    expect(findings).toContainEqual(expect.objectContaining({ file: 'records/facility.json', code }));
    await expect(openRegistry({ adopter: adopterWith({ facility: change }) })).rejects.toThrow();
  });
});

describe('routes', () => {
  async function caller() {
    const { routes } = await openRegistry();
    return (name: string, request: Partial<RouteRequest> = {}): Promise<RouteReply> =>
      routes.handlers[name]!({ params: {}, query: {}, body: undefined, headers: {}, actor: clerk, ...request });
  }

  it('create, answer again, change with an ETag, and refuse a stale one', async () => {
    const call = await caller();
    const created = await call('facility.put', { body: facility() });
    const { id } = created.body as { id: string };
    expect(created).toMatchObject({ status: 201, headers: { location: `/v1/facilities/${id}`, etag: '"1"' } });
    expect(await call('facility.put', { body: facility() })).toMatchObject({ status: 200, body: { outcome: 'unchanged' } });
    const change = { params: { id }, body: facility({ name: 'B' }), headers: { 'if-match': '"1"' } };
    expect(await call('facility.change', change)).toMatchObject({ status: 200, headers: { etag: '"2"' } });
    await expect(call('facility.change', { ...change, body: facility({ name: 'C' }) })).rejects.toMatchObject({ status: 412 });
    await expect(call('facility.change', { ...change, headers: { 'if-match': 'W/"1"' } })).rejects.toMatchObject({ status: 400 });
    expect(await call('facility.get', { params: { id } })).toMatchObject({ headers: { etag: '"2"' }, body: { record: { name: 'B' } } });
    expect(await call('facility.retire', { params: { id } })).toMatchObject({ body: { state: 'retired' } });
    expect(await call('facility.reinstate', { params: { id } })).toMatchObject({ body: { state: 'active', version: 4 } });
  });

  it('list with limits and filters that are known', async () => {
    const call = await caller();
    await call('enrolment.put', { body: enrolment() });
    expect((await call('enrolment.list', { query: { limit: '1', facility: 'DEL010', state: 'active' } })).body).toMatchObject({
      items: [{ version: 1 }],
    });
    for (const query of [{ limit: '0' }, { limit: '201' }, { limit: 'x' }, { state: 'x' }, { phone: '9090909090' }]) {
      await expect(call('enrolment.list', { query: query as never })).rejects.toMatchObject({ status: 400 });
    }
  });

  it('have a scope each, and none is public', async () => {
    const { routes } = await openRegistry();
    const scopes = Object.values(routes.table.routes).map(({ method, scope }) => `${method === 'GET' ? 'read' : 'write'} ${scope}`);
    expect(new Set(scopes)).toEqual(new Set(['read registry:read', 'write registry:write']));
    expect(Object.keys(routes.handlers).sort()).toEqual(Object.keys(routes.table.routes).sort());
  });
});
