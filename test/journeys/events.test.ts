import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { onceEach, type ReceivedEvent, type WebhookReceiver } from '../../plugins/sink-webhook/test/receiver.js';
import { client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';
import { type TellingAdopter, tellingAdopter } from './telling-adopter.js';

/** The built program with a bus: what happens in it is told to two receivers, of which one never answers. */
const home = newHome();
let telling: TellingAdopter;
let told: WebhookReceiver;
let house: RunningHouse;
beforeAll(async () => {
  telling = await tellingAdopter();
  told = telling.told;
  house = await startHouse({ ...telling, home });
});
afterAll(async () => {
  await house.stop();
  await telling.stop();
  rmSync(home, { recursive: true, force: true });
});

type Json = Record<string, unknown>;
const as = (role: string) => client(house.address, tokenFor(home, role, role, telling));
const json = async (response: Response) => (await response.json()) as Json;
const record = async (code: string) => json(await as('facility-staff')('POST', '/v1/vaccinations', { body: dose(code) }));
const typesOf = (events: readonly ReceivedEvent[], subject: unknown) =>
  onceEach(events)
    .filter((e) => e.subject === subject)
    .map(({ type }) => type);

it('tells what happens to a record and to its certificates, in order, signed, and nothing personal', async () => {
  const made = await record('E-1');
  const corrected = { ...(dose('x').record as Json), lotNumber: 'MB3428BY' };
  const body = { record: corrected, reason: 'wrong-data' };
  const now = await json(await as('supervisor')('POST', `/v1/vaccinations/${made.vaccinationId}/corrections`, { body }));
  for (const [act, body] of [
    ['suspensions', { reason: 'under-investigation' }],
    ['reinstatements', undefined],
    ['revocations', { reason: 'fraud' }],
  ] as const) {
    const reply = await as('supervisor')('POST', `/v1/certificates/${now.certificateId}/${act}`, body && { body });
    expect([act, reply.status]).toEqual([act, 200]);
  }

  const ofRecord = ['divoc.vaccination.recorded.v1', 'divoc.vaccination.corrected.v1'];
  await expect.poll(() => onceEach(told.taken).length, { timeout: 60_000 }).toBe(8);
  expect(typesOf(told.taken, made.vaccinationId)).toEqual(ofRecord);
  expect(typesOf(told.taken, made.certificateId)).toEqual(['divoc.certificate.issued.v1', 'divoc.certificate.superseded.v1']);
  expect(typesOf(told.taken, now.certificateId)).toEqual(
    ['issued', 'suspended', 'reinstated', 'revoked'].map((what) => `divoc.certificate.${what}.v1`),
  );
  expect(told.taken.find(({ type }) => type === 'divoc.certificate.superseded.v1')?.data).toEqual({
    certificateId: made.certificateId,
    reason: 'wrong-data',
    replacedBy: now.certificateId,
  });
  expect(told.forged).toEqual([]);
  expect(JSON.stringify(told.taken)).not.toMatch(/Asha|Perera|1984|E-1|supervisor/);
});

it('tells when records that were posted together have their outcomes', async () => {
  const records = [dose('x').record, { ...(dose('x').record as Json), doseNumber: 'two' }];
  const posted = await as('registrar')('POST', '/v1/issuances', { body: { records }, headers: { 'idempotency-key': 'both' } });
  const { id } = await json(posted);
  expect(posted.status).toBe(202);
  await expect.poll(() => typesOf(told.taken, id), { timeout: 60_000 }).toEqual(['divoc.issuance.done.v1']);
  expect(told.taken.find(({ subject }) => subject === id)?.data).toEqual({ issuanceId: id, issued: 1, refused: 1 });
  const { items } = (await json(await as('registrar')('GET', `/v1/issuances/${id}/items`))) as { items: Json[] };
  expect(items).toMatchObject([{ outcome: 'issued' }, { outcome: 'refused', errors: [{ pointer: '/doseNumber' }] }]);
  const credential = await json(
    await as('registrar')('GET', `/v1/certificates/${items[0]?.certificateId}`, { headers: { accept: 'application/vc' } }),
  );
  expect(await json(await client(house.address)('POST', '/v1/verify', { body: { credential } }))).toMatchObject({ status: 'VERIFIED' });
  expect((await as('facility-staff')('POST', '/v1/issuances', { body: { records } })).status).toBe(403);
  expect((await as('facility-staff')('GET', `/v1/issuances/${id}`)).status).toBe(404);
});

it('tells what was signed anew after a compromise', async () => {
  const made = await record('E-3');
  const run = (...args: string[]) => JSON.parse(divoc([...args, telling.adopter, '--json'], { ...telling, home }).stdout);
  const { keys } = run('keys', 'list') as { keys: { id: string; purpose: string; active: boolean }[] };
  const lost = keys.find(({ purpose, active }) => active && purpose === 'vc')?.id ?? '';
  expect(run('keys', 'revoke', '--key', lost, '--reissue').reissue.failed).toEqual({});
  const all = ['divoc.certificate.issued.v1', 'divoc.certificate.reissued.v1'];
  await expect.poll(() => typesOf(told.taken, made.certificateId), { timeout: 60_000 }).toEqual(all);
  const { data } = told.taken.find(({ type, subject }) => type === all[1] && subject === made.certificateId) ?? {};
  expect(data).toMatchObject({ certificateId: made.certificateId, revokedKeys: [lost] });
});

it('tells each event as its schema says, and has a schema for each', () => {
  const schemas = join(root, 'schemas', 'events');
  const ajv = new Ajv2020({ strict: true });
  addFormats.default(ajv);
  const isEvent = ajv.compile(JSON.parse(readFileSync(join(schemas, 'event.json'), 'utf8')));
  const types = readdirSync(schemas).filter((name) => name.startsWith('divoc.'));
  const validators = new Map(types.map((name) => [name.slice(0, -5), ajv.compile(JSON.parse(readFileSync(join(schemas, name), 'utf8')))]));
  for (const event of told.taken) {
    expect([isEvent(event), isEvent.errors]).toEqual([true, null]);
    const isData = validators.get(event.type);
    expect([event.type, isData?.(event.data), isData?.errors]).toEqual([event.type, true, null]);
  }
  expect([...new Set(told.taken.map(({ type }) => type))].sort()).toEqual([...validators.keys()].sort());
});

it('is not slowed by a receiver that never answers', async () => {
  const made = await record('E-2');
  await expect.poll(() => typesOf(told.taken, made.certificateId), { timeout: 5000 }).toEqual(['divoc.certificate.issued.v1']);
  await expect.poll(() => house.log(), { timeout: 60_000 }).toContain('TIMEOUT');
});
