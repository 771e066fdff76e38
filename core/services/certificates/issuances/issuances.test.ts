import { describe, expect, it } from 'vitest';
import type { Actor, JobHandler, RouteReply } from '../../../api/index.js';
import { verifyAudit } from '../../../store/audit-check.js';
import { databaseFile } from '../../../store/store.fixture.js';
import { plainFormat } from '../../../testkit/plain-format.js';
import { type House, type HouseOptions, openHouse as openOne, SUBJECT } from '../certificates.fixture.js';

type Json = Record<string, unknown>;
const clerk: Actor = { id: 'clerk', roles: [], scopes: [] };
const record = (n: number, changes: Json = {}): Json => ({ ...SUBJECT, lotNumber: `LOT-${n}`, ...changes });
const many = (count: number): Json[] => Array.from({ length: count }, (_, n) => record(n));

/** With the house's templates, which nobody draws here. */
const engines = { page: { extension: '.hbs', mediaType: 'text/html' }, print: { extension: '.typ', mediaType: 'application/pdf' } };
const formats = () => ({ first: plainFormat('first', { writesStatus: true }), second: plainFormat('second') });
const openHouse = (options: HouseOptions = {}) => openOne({ engines, formats: formats(), ...options });

const post = ({ call }: House, body: Json, key?: string, actor = clerk): Promise<RouteReply> =>
  call('issueMany', { body, actor, headers: key === undefined ? {} : { 'idempotency-key': key } });
const look = async ({ call }: House, id: unknown) => (await call('issuance', { params: { id: String(id) }, actor: clerk })).body as Json;
const itemsOf = async ({ call }: House, id: unknown, query: Record<string, string> = {}) =>
  (await call('issuanceItems', { params: { id: String(id) }, actor: clerk, query })).body as { items: Json[]; next?: number };

/** What the dispatcher does with the jobs that are due: runs each once. A killed process neither ends nor fails its job. */
async function work({ store: { queue }, part }: House): Promise<void> {
  const handler = part.ports.jobs as JobHandler;
  for (const job of await queue.claim(handler.queues, 100, 2)) {
    await handler.handle(job);
    await queue.done(job);
  }
}

describe('an issuance', () => {
  it('is answered at once, and gives each record its certificate or its faults', async () => {
    const house = await openHouse();
    const records = [...many(60), record(60, { doseNumber: 'two', patient: { name: 'Ravi Kumar' } }), { secretOf: 'Ravi Kumar' }];
    const accepted = await post(house, { records });
    const { id } = accepted.body as Json;
    expect([accepted.status, accepted.headers?.location]).toEqual([202, `/v1/issuances/${id}`]);
    expect(accepted.body).toMatchObject({ state: 'accepted', records: 62, issued: 0, refused: 0 });
    expect(await house.count('certificate_intent')).toBe(0);
    await work(house);
    expect(await look(house, id)).toMatchObject({ state: 'done', issued: 60, refused: 2, doneAt: '2026-11-23T10:00:00.000Z' });
    const { items } = await itemsOf(house, id);
    expect(items.map(({ index }) => index)).toEqual(Array.from({ length: 62 }, (_, n) => n));
    expect(items[59]).toEqual({
      index: 59,
      outcome: 'issued',
      certificateId: expect.any(String),
      number: expect.stringMatching(/^[0-9A-Z*~$=]{13}$/),
      links: { certificate: `/v1/certificates/${items[59]?.certificateId}` },
    });
    const faults = ((items[60] as Json).errors as Json[]).map(({ pointer, code }) => [pointer, code]);
    expect(faults).toContainEqual(['/doseNumber', 'FIELD_WRONG_TYPE']);
    expect(await house.port.find(String(items[7]?.certificateId))).toMatchObject({ owner: 'clerk', credential: { plain: 'first' } });
    // Of those that were refused nothing is left, wherever one looks.
    expect(await house.count('issuance_slice')).toBe(0);
    const left = await house.store.storage.knex('issuance_item').select('faults');
    expect(JSON.stringify([left, house.lines, await house.store.storage.knex('outbox_job').select('data')])).not.toContain('Ravi');
    const audited = (await house.audited()).filter((action) => action !== 'status-list.signed');
    expect([audited[0], audited.at(-1), audited.length]).toEqual(['issuance.accepted', 'issuance.done', 122]);
    expect((await verifyAudit(house.store.storage.knex, 'main')).broken).toBeUndefined();
  });

  it('is read page by page, by whoever posted it alone', async () => {
    const house = await openHouse();
    const { id } = (await post(house, { records: [record(1), {}, record(2), {}, record(3)] })).body as Json;
    await work(house);
    const first = await itemsOf(house, id, { limit: '2' });
    expect([first.items.map(({ index }) => index), first.next]).toEqual([[0, 1], 1]);
    expect((await itemsOf(house, id, { after: '3' })).items.map(({ index }) => index)).toEqual([4]);
    const refused = await itemsOf(house, id, { outcome: 'refused', limit: '1' });
    expect([refused.items.map(({ index }) => index), refused.next]).toEqual([[1], 1]);
    for (const query of [{ limit: '0' }, { after: '-1' }, { after: 'x' }, { outcome: 'lost' }, { page: '2' }])
      await expect(itemsOf(house, id, query as never)).rejects.toMatchObject({ status: 400, code: 'QUERY_INVALID' });
    const other = { ...clerk, id: 'another' };
    for (const route of ['issuance', 'issuanceItems'])
      for (const [of, actor] of [
        [String(id), other],
        ['none', clerk],
      ] as const)
        await expect(house.call(route, { params: { id: of }, actor })).rejects.toMatchObject({ status: 404, code: 'ISSUANCE_UNKNOWN' });
  });

  it('is one for its key, or for its content, however late it is asked for again', async () => {
    const house = await openHouse();
    const records = many(2);
    const { id } = (await post(house, { records }, 'file-1')).body as Json;
    const unkeyed = (await post(house, { records })).body as Json;
    expect(unkeyed.id).not.toBe(id);
    await work(house);
    for (const [key, one] of [
      ['file-1', id],
      [undefined, unkeyed.id],
    ] as const)
      expect(await post(house, { records }, key)).toMatchObject({ status: 200, body: { id: one, state: 'done', issued: 2 } });
    for (const body of [{ records: many(3) }, { records, validUntil: '2030-01-01T00:00:00Z' }, { records: [record(1), record(0)] }])
      await expect(post(house, body, 'file-1')).rejects.toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
    const another = await post(house, { records }, 'file-1', { ...clerk, id: 'another' });
    expect([another.status, await house.count('issuance'), await house.count('certificate')]).toEqual([202, 3, 4]);
    await expect(post(house, { records, template: 'none' })).rejects.toMatchObject({ status: 422, code: 'TEMPLATE_UNKNOWN' });
    await expect(post(house, { records, validUntil: '2020-01-01T00:00:00Z' })).rejects.toMatchObject({ code: 'VALIDITY_ENDED' });
  });

  it.each([
    ['issuance.accepting', 0],
    ['certificate.intending', 1],
    ['certificate.intended', 1],
    ['certificate.sealed', 1],
    ['certificate.storing', 1],
    ['certificate.stored', 1],
    ['issuance.settling', 1],
    ['issuance.settled', 1],
  ])('issues each record once though its process is killed at %s', async (stage, accepted) => {
    const file = databaseFile();
    const killed = await openHouse({
      file,
      onLog: (line) => {
        if (line.stage === stage) throw new Error('the process was killed');
      },
    });
    const records = [...many(3), {}];
    await expect(post(killed, { records }, 'k').then(() => work(killed))).rejects.toThrow('killed');
    expect(await killed.count('issuance')).toBe(accepted);

    const house = await openHouse({ file, clock: killed.clock });
    const { id } = (await post(house, { records }, 'k')).body as Json;
    // The lease of the dead ends.
    killed.clock.pass(3);
    await work(house);
    expect(await look(house, id)).toMatchObject({ state: 'done', issued: 3, refused: 1 });
    expect([await house.count('certificate'), await house.count('certificate_intent'), await house.count('status_place')]).toEqual([
      3, 3, 3,
    ]);
    const audited = await house.audited();
    expect(audited.filter((action) => action === 'certificate.issued')).toHaveLength(3);
    expect(audited.filter((action) => action === 'issuance.done')).toHaveLength(1);
  });
});
