import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import type { Actor, CredentialFormat, JobHandler } from '../../api/index.js';
import { houseFolder } from '../../internal/index.js';
import { databaseFile } from '../../store/store.fixture.js';
import { plainFormat } from '../../testkit/plain-format.js';
import { type House, type HouseOptions, openHouse as openOne, SUBJECT } from './certificates.fixture.js';
import { checkTypeNames } from './type-settings.js';

/** Types of credentials that a manifest declares: one with the house's record, one with a record of the adopter's own. */

type Json = Record<string, unknown>;
const clerk: Actor = { id: 'clerk', roles: [], scopes: [] };
const label = { 'x-label': { en: 'L' } };
const PERMIT = {
  type: 'object',
  additionalProperties: false,
  required: ['owner', 'number'],
  properties: {
    owner: {
      type: 'object',
      additionalProperties: false,
      required: ['name'],
      properties: { name: { type: 'string', 'x-personal': true, 'x-print': 1, ...label } },
    },
    number: { type: 'string', pattern: '^P-[0-9]+$', 'x-print': 2, ...label },
  },
};
const TEST = {
  patient: { name: 'Asha Perera' },
  disease: 'Measles',
  testType: 'IgM antibody',
  collectedDateTime: '2026-11-19',
  result: 'Positive',
  laboratory: { name: 'Field team 7' },
};
const permit = (n: number) => ({ owner: { name: 'Asha Perera' }, number: `P-${n}` });

function adopterFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'types-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, 'records'));
  writeFileSync(join(folder, 'records', 'permit.json'), JSON.stringify(PERMIT));
  for (const name of ['permit-a4', 'permit-card']) {
    cpSync(join(houseFolder('templates'), 'test-report-a4'), join(folder, 'templates', name), { recursive: true });
    const manifest = {
      extends: 'certificate-a4',
      record: 'permit',
      page: 'page.hbs',
      print: 'print.typ',
      languages: ['en'],
      reads: ['printed'],
    };
    writeFileSync(join(folder, 'templates', name, 'template.json'), JSON.stringify(manifest));
    writeFileSync(join(folder, 'templates', name, 'strings', 'en.json'), JSON.stringify({ title: 'Permit', permit: 'What', qrAlt: 'Q' }));
  }
  return folder;
}

/** Gives back what it is given, for looking at. */
const engines = {
  page: {
    extension: '.hbs',
    mediaType: 'text/html',
    render: async ({ data }: { data: unknown }) => Buffer.from(JSON.stringify(data)),
  },
  print: { extension: '.typ', mediaType: 'application/pdf' },
};
const narrow = (name: string): CredentialFormat => ({ ...plainFormat(name), types: ['VaccinationCredential'] });
const openHouse = (options: HouseOptions = {}) =>
  openOne({
    engines,
    adopter: adopterFolder(),
    formats: { narrow: narrow('narrow'), wide: plainFormat('wide', { writesStatus: true }) },
    settings: { types: { 'test-report': { major: 1 }, permit: { major: 2, credential: 'EntryPermit', template: 'permit-card' } } },
    ...options,
  });
const post = ({ call }: House, body: Json, key?: string) =>
  call('issue', { body, actor: clerk, headers: key === undefined ? {} : { 'idempotency-key': key } });
const refusalOf = async (promise: Promise<unknown>): Promise<Json> => promise.then(Object, (error) => error);

it('are told with their fields, formats and templates', async () => {
  const { body } = await (await openHouse()).call('types', { actor: clerk });
  const { items } = body as { items: Json[] };
  expect(items.map(({ type, credential, formats, templates, template }) => [type, credential, formats, templates, template])).toEqual([
    ['vaccination', 'VaccinationCredential', ['narrow', 'wide'], ['certificate-a4'], 'certificate-a4'],
    ['test-report', 'TestReportCredential', ['wide'], ['test-report-a4'], 'test-report-a4'],
    ['permit', 'EntryPermit', ['wide'], ['permit-a4', 'permit-card'], 'permit-card'],
  ]);
  expect(items[2]?.schema).toEqual(PERMIT);
  expect(items[2]?.context).toMatch(/^https:\/\/health\.example\/contexts\/[\w-]{43}$/);
});

it('are issued under their own names and drawn with their own templates', async () => {
  const house = await openHouse();
  const made = await post(house, { type: 'permit', record: permit(1) });
  const { certificateId } = made.body as { certificateId: string };
  expect(made.status).toBe(201);
  const { credential } = (await house.port.find(certificateId)) ?? {};
  expect(credential).toMatchObject({ plain: 'wide', claims: { type: 'EntryPermit', credentialSubject: permit(1) } });
  expect(credential).toHaveProperty('claims.credentialStatus');
  const page = await house.port.render(certificateId, { mediaType: 'text/html' });
  const view = JSON.parse(Buffer.from(page?.body ?? []).toString());
  expect([view.title, view.holder, view.groups.map(({ label }: Json) => label)]).toEqual(['Permit', 'Asha Perera', ['owner', 'What']]);
  // Its type is served and kept, as every other is.
  const kept = await house.store.storage.knex('credential_type').select('document');
  const contexts = kept.map(({ document }) => JSON.parse(document)['@context']);
  expect(contexts.map((context) => context.EntryPermit?.['@id'])).toContain('urn:divoc:permit:2#EntryPermit');
  const revoked = await house.port.revoke(certificateId, { reason: 'fraud', actor: 'officer' });
  expect(revoked.state).toBe('revoked');
});

it('are refused where the record, the type or the template is another one', async () => {
  const house = await openHouse();
  const refused: readonly [Json, number, string, string][] = [
    [{ type: 'permit', record: TEST }, 400, 'RECORD_INVALID', '/record/owner'],
    [{ type: 'permit', record: { ...permit(1), number: 'X' } }, 400, 'RECORD_INVALID', '/record/number'],
    [{ record: permit(1) }, 400, 'RECORD_INVALID', '/record/patient'],
    [{ type: 'licence', record: permit(1) }, 422, 'TYPE_UNKNOWN', '/type'],
    [{ type: 'permit', record: permit(1), template: 'certificate-a4' }, 422, 'TEMPLATE_UNKNOWN', '/template'],
    [{ record: SUBJECT, template: 'permit-a4' }, 422, 'TEMPLATE_UNKNOWN', '/template'],
  ];
  for (const [body, status, code, pointer] of refused) {
    const refusal = (await refusalOf(post(house, body))) as { errors?: Json[] };
    expect(refusal, JSON.stringify(body)).toMatchObject({ status, code });
    expect(refusal.errors?.map((fault) => fault.pointer)).toContain(pointer);
  }
  expect(await house.count('certificate_intent')).toBe(0);
});

it('are one for their key, whatever else is posted under it', async () => {
  const house = await openHouse();
  const first = await post(house, { type: 'permit', record: permit(1) }, 'k');
  expect(await post(house, { type: 'permit', record: permit(1) }, 'k')).toMatchObject({ status: 200, body: { outcome: 'existing' } });
  for (const body of [{ type: 'permit', record: permit(2) }, { type: 'test-report', record: TEST }, { record: SUBJECT }])
    expect(await refusalOf(post(house, body, 'k'))).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  expect([first.status, await house.count('certificate')]).toEqual([201, 1]);
});

it('are issued many at once, and go on where the manifest has them no longer', async () => {
  const file = databaseFile();
  const adopter = adopterFolder();
  const house = await openHouse({ file, adopter });
  const records = [permit(1), TEST, permit(2)];
  const accepted = await house.call('issueMany', { body: { type: 'permit', records }, actor: clerk });
  const { id } = accepted.body as { id: string };
  const work = async ({ store: { queue }, part }: House) => {
    const handler = part.ports.jobs as JobHandler;
    for (const job of await queue.claim(handler.queues, 9, 2)) {
      await handler.handle(job);
      await queue.done(job);
    }
  };
  const without = await openHouse({ file, adopter, clock: house.clock, settings: { types: {} } });
  await expect(work(without)).rejects.toThrow('the manifest declares no permit');
  expect(await house.count('certificate')).toBe(0);
  house.clock.pass(3);
  await work(house);
  const told = await house.call('issuance', { params: { id }, actor: clerk });
  expect(told.body).toMatchObject({ state: 'done', issued: 2, refused: 1 });
  const { items } = (await house.call('issuanceItems', { params: { id }, actor: clerk })).body as { items: Json[] };
  expect(items[1]).toMatchObject({ outcome: 'refused', errors: expect.arrayContaining([expect.objectContaining({ pointer: '/owner' })]) });
  // What was issued goes on being had by a manifest that has forgotten it.
  const one = await without.port.find(String(items[0]?.certificateId));
  expect(one).toMatchObject({ credential: { claims: { type: 'EntryPermit' } } });
});

it('need a format that can say them, which is found before anything is started', async () => {
  const formats = { narrow: narrow('narrow') };
  await expect(openHouse({ formats })).rejects.toThrow('no credential format here can say a TestReportCredential');
  const settings = { types: { 'test-report': { major: 1, formats: ['narrow'] } } };
  await expect(openHouse({ settings })).rejects.toThrow('the credential format narrow cannot say a TestReportCredential');
  const wide = { types: { 'test-report': { major: 1, formats: ['wide'] } } };
  expect((await openHouse({ settings: wide })).port.templates).toEqual(['certificate-a4']);
});

it('have names of their own', () => {
  const types = { 'test-report': { major: 1 }, test: { major: 1, credential: 'TestReportCredential' } };
  const reserved = { verifiable: { major: 1 }, list: { major: 1, credential: 'BitstringStatusListCredential' } };
  expect(checkTypeNames(types).map(({ pointer, code }) => [pointer, code])).toEqual([['/types/test', 'TYPE_NAME_TAKEN']]);
  expect(checkTypeNames(reserved).map(({ pointer }) => pointer)).toEqual(['/types/verifiable', '/types/list']);
});
