import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, client } from './requests.js';
import { divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** Credentials that are not of vaccinations, on the built program: a laboratory's reports and licences, by manifest alone. */

const home = newHome();
const folder = mkdtempSync(join(tmpdir(), 'divoc-types-'));
const adopter = join(folder, 'demo');
let house: RunningHouse;
let registrar: Client;
let anyone: Client;
type Json = Record<string, unknown>;

beforeAll(async () => {
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  for (const part of ['records', 'templates']) cpSync(join(root, 'adopters', 'selene', part), join(adopter, part), { recursive: true });
  // Its letter is for vaccinations, and printed by a part that the demo has not.
  rmSync(join(adopter, 'templates', 'completion-certificate'), { recursive: true });
  const file = join(adopter, 'adopter.yaml');
  const roles = `with: { roles: { registrar: ['certificates:issue', 'certificates:read', 'certificates:revoke'] } }`;
  const text = readFileSync(file, 'utf8')
    .replace('{ use: auth-local, version: ^0.1 }', `{ use: auth-local, version: ^0.1, ${roles} }`)
    .replace(
      '{ use: credential-ldp, version: ^0.1 }',
      '{ use: credential-ldp, version: ^0.1 }\n  sd-jwt: { use: credential-sd-jwt, version: ^0.1 }',
    )
    .replace('      timeZone:', '      types: { test-report: { formats: [credential] }, health-professional: {} }\n      timeZone:');
  writeFileSync(file, text);
  divoc(['keys', 'make', adopter, '--purpose', 'sd-jwt', '--algorithm', 'ES256'], { home });
  house = await startHouse({ adopter, home });
  registrar = client(house.address, tokenFor(home, 'registrar', 'registrar', { adopter }));
  anyone = client(house.address);
});
afterAll(async () => {
  await house.stop();
  for (const left of [home, folder]) rmSync(left, { recursive: true, force: true });
});

const REPORT = {
  patient: { name: 'Asha Perera', birthDate: '1984-03-14' },
  disease: 'COVID-19',
  testType: 'Nucleic acid amplification',
  collectedDateTime: '2026-11-20T07:30:00+05:30',
  result: 'Not detected',
  laboratory: { name: 'National Reference Laboratory', country: 'LKA' },
};
const LICENCE = { professional: { name: 'Aminath Rasheed' }, profession: 'nurse', mayVaccinate: true, licence: { number: 'HP-20417' } };
const answered = async (response: Response) => ({ status: response.status, body: (await response.json()) as Json });
const issue = async (type: string, record: object) => answered(await registrar('POST', '/v1/certificates', { body: { type, record } }));
const credentialOf = async (id: unknown, form: string) =>
  await registrar('GET', `/v1/certificates/${id}?form=${form}`, { headers: { accept: 'application/vc' } });

it('are described for whoever posts them', async () => {
  const { body } = await answered(await registrar('GET', '/v1/credential-types'));
  const items = body.items as Json[];
  expect(items.map(({ type, credential, formats, template }) => [type, credential, formats, template])).toEqual([
    ['vaccination', 'VaccinationCredential', ['credential', 'sd-jwt'], 'certificate-a4'],
    ['test-report', 'TestReportCredential', ['credential'], 'test-report-a4'],
    ['health-professional', 'HealthProfessionalCredential', ['credential', 'sd-jwt'], 'health-professional-a4'],
  ]);
  expect((await anyone('GET', '/v1/credential-types')).status).toBe(401);
  const context = new URL(String(items[1]?.context)).pathname;
  const published = (await answered(await anyone('GET', context))).body;
  expect(published['@context']).toHaveProperty('TestReportCredential');
});

it('are refused by the edge where a field is wrong, at its place', async () => {
  const { status, body } = await issue('test-report', { ...REPORT, result: 7, laboratory: {} });
  expect([status, (body.errors as Json[]).map(({ pointer, code }) => `${pointer} ${code}`).sort()]).toEqual([
    400,
    ['/record/laboratory/name FIELD_MISSING', '/record/result FIELD_WRONG_TYPE'],
  ]);
  expect((await issue('birth', REPORT)).status).toBe(400);
});

it('are issued, drawn, verified online and offline, revoked', async () => {
  const made = await issue('test-report', REPORT);
  expect(made.status).toBe(201);
  const { certificateId } = made.body;
  const credential = (await (await credentialOf(certificateId, 'credential')).json()) as Json;
  expect(credential).toMatchObject({ type: ['VerifiableCredential', 'TestReportCredential'], credentialSubject: REPORT });
  expect((await credentialOf(certificateId, 'sd-jwt')).status).toBe(406);
  const verify = async (one: unknown) => (await answered(await anyone('POST', '/v1/verify', { body: { credential: one } }))).body;
  expect(await verify(credential)).toMatchObject({ status: 'VERIFIED', claims: { credentialSubject: REPORT } });

  const page = await (await registrar('GET', `/v1/certificates/${certificateId}`, { headers: { accept: 'text/html' } })).text();
  for (const shown of ['Test report', 'This certifies the test result of', 'Not detected', 'National Reference Laboratory'])
    expect(page).toContain(shown);
  const pdf = await registrar('GET', `/v1/certificates/${certificateId}`, { headers: { accept: 'application/pdf' } });
  const file = join(home, 'report.pdf');
  writeFileSync(file, Buffer.from(await pdf.arrayBuffer()));
  expect(JSON.parse(divoc(['verify', file], { home }).stdout)).toMatchObject({ status: 'VERIFIED' });

  // Every two of its claims in each other's place, and the name of another type, are seen.
  const subject = REPORT as Record<string, unknown>;
  const names = Object.keys(subject).filter((name) => typeof subject[name] === 'string');
  for (const [i, a] of names.entries())
    for (const b of names.slice(i + 1)) {
      const swapped = { ...credential, credentialSubject: { ...subject, [a]: subject[b], [b]: subject[a] } };
      expect((await verify(swapped)).status, `${a} and ${b}`).not.toBe('VERIFIED');
    }
  for (const type of [
    ['VerifiableCredential', 'VaccinationCredential'],
    ['VerifiableCredential', 'HealthProfessionalCredential'],
    ['VerifiableCredential'],
  ])
    expect((await verify({ ...credential, type })).status).not.toBe('VERIFIED');

  const path = `/v1/certificates/${certificateId}/revocations`;
  expect((await registrar('POST', path, { body: { reason: 'wrong-data' }, headers: { 'idempotency-key': 'r' } })).status).toBe(200);
  expect(await verify(credential)).toMatchObject({ status: 'REVOKED' });
});

it('are issued in every form that can say them', async () => {
  const { body } = await issue('health-professional', LICENCE);
  const [ldp, jwt] = await Promise.all(['credential', 'sd-jwt'].map((form) => credentialOf(body.certificateId, form)));
  expect(await ldp?.json()).toMatchObject({ type: ['VerifiableCredential', 'HealthProfessionalCredential'], credentialSubject: LICENCE });
  const file = join(home, 'licence.txt');
  writeFileSync(file, JSON.parse(await (jwt as Response).text()) as string);
  expect(JSON.parse(divoc(['verify', file], { home }).stdout)).toMatchObject({ status: 'VERIFIED', format: 'sd-jwt' });
});

it('are issued many at once', async () => {
  const records = Array.from({ length: 60 }, (_, n) => ({ ...LICENCE, licence: { number: n === 7 ? 'none' : `HP-${5000 + n}` } }));
  const { status, body } = await answered(await registrar('POST', '/v1/issuances', { body: { type: 'health-professional', records } }));
  expect(status).toBe(202);
  await expect
    .poll(async () => (await answered(await registrar('GET', `/v1/issuances/${body.id}`))).body, { timeout: 30_000 })
    .toMatchObject({ state: 'done', issued: 59, refused: 1 });
  expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);
});
