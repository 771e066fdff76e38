import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, client, dose } from './requests.js';
import { databaseOf, divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** Two authorities, each with a manifest, an issuer and keys of its own, on one machine and one database. */

const home = newHome();
const folder = mkdtempSync(join(tmpdir(), 'divoc-tenants-'));
type Json = Record<string, unknown>;
interface Authority {
  readonly adopter: string;
  readonly house: RunningHouse;
  readonly registrar: Client;
}

async function open(tenant: string, did: string, types: string): Promise<Authority> {
  const adopter = join(folder, tenant);
  cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
  const file = join(adopter, 'adopter.yaml');
  const roles = `with: { roles: { registrar: ['certificates:issue', 'certificates:read', 'certificates:revoke', 'vaccination:record', 'vaccination:read'] } }`;
  const text = readFileSync(file, 'utf8')
    .replace('name: demo', `name: ${tenant}\ntenant: ${tenant}`)
    .replace('did:web:health.example', did)
    .replace('https://health.example', `https://${did.slice('did:web:'.length)}`)
    .replace('{ use: auth-local, version: ^0.1 }', `{ use: auth-local, version: ^0.1, ${roles} }`)
    .replace('      timeZone:', `      types: ${types}\n      timeZone:`);
  writeFileSync(file, text);
  const house = await startHouse({ adopter, home });
  return { adopter, house, registrar: client(house.address, tokenFor(home, 'registrar', 'registrar', { adopter })) };
}

let ministry: Authority;
let laboratories: Authority;
beforeAll(async () => {
  ministry = await open('ministry', 'did:web:health.example', '{}');
  laboratories = await open('labs', 'did:web:labs.example', '{ test-report: {} }');
});
afterAll(async () => {
  for (const { house } of [ministry, laboratories]) await house?.stop();
  for (const left of [home, folder]) rmSync(left, { recursive: true, force: true });
});

const REPORT = {
  patient: { name: 'Asha Perera' },
  disease: 'COVID-19',
  testType: 'Rapid antigen',
  collectedDateTime: '2026-11-20',
  result: 'Not detected',
  laboratory: { name: 'Field team 7' },
};
const answered = async (response: Response) => ({ status: response.status, body: (await response.json()) as Json });
const credentialOf = async ({ registrar }: Authority, id: unknown) =>
  answered(await registrar('GET', `/v1/certificates/${id}`, { headers: { accept: 'application/vc' } }));

let [reported, vaccinated]: unknown[] = [];

it('issue side by side, each what its manifest says, under its own name and keys', async () => {
  const [report, refused, vaccination] = await Promise.all([
    laboratories.registrar('POST', '/v1/certificates', { body: { type: 'test-report', record: REPORT } }).then(answered),
    ministry.registrar('POST', '/v1/certificates', { body: { type: 'test-report', record: REPORT } }).then(answered),
    ministry.registrar('POST', '/v1/vaccinations', { body: { ...dose('V-1'), programme: 'covid-19' } }).then(answered),
  ]);
  expect([report.status, refused.status, vaccination.status]).toEqual([201, 400, 201]);
  [reported, vaccinated] = [report.body.certificateId, vaccination.body.certificateId];
  const [own, other] = [(await credentialOf(laboratories, reported)).body, (await credentialOf(ministry, vaccinated)).body];
  expect([own.issuer, other.issuer]).toEqual(['did:web:labs.example', 'did:web:health.example']);
  const [ownKey, otherKey] = [own, other].map((one) => String((one.proof as Json).verificationMethod).split('#'));
  expect([ownKey?.[0], otherKey?.[0]]).toEqual(['did:web:labs.example', 'did:web:health.example']);
  expect(ownKey?.[1]).not.toBe(otherKey?.[1]);
  // Whoever trusts both reads both; this machine keeps the trust files of both.
  for (const [name, credential] of Object.entries({ own, other })) {
    writeFileSync(join(home, `${name}.json`), JSON.stringify(credential));
    expect(JSON.parse(divoc(['verify', join(home, `${name}.json`)], { home }).stdout)).toMatchObject({ status: 'VERIFIED' });
  }
});

it('see, revoke and publish nothing of each other', async () => {
  expect((await credentialOf(ministry, reported)).status).toBe(404);
  const revoke = (who: Authority, id: unknown) =>
    who.registrar('POST', `/v1/certificates/${id}/revocations`, { body: { reason: 'fraud' }, headers: { 'idempotency-key': 'r' } });
  expect((await revoke(ministry, reported)).status).toBe(404);
  expect((await revoke(laboratories, reported)).status).toBe(200);
  const status = async (name: string) => JSON.parse(divoc(['verify', join(home, `${name}.json`)], { home }).stdout).status;
  expect([await status('own'), await status('other')]).toEqual(['REVOKED', 'VERIFIED']);
  const keysOf = async ({ registrar }: Authority) => {
    const { body } = await answered(await registrar('GET', '/.well-known/did.json'));
    return (body.verificationMethod as Json[]).map(({ controller, publicKeyMultibase }) => [controller, publicKeyMultibase]);
  };
  const [own, other] = [await keysOf(laboratories), await keysOf(ministry)];
  expect(own.every(([controller]) => controller === 'did:web:labs.example')).toBe(true);
  expect(own.filter(([, key]) => other.some(([, theirs]) => theirs === key))).toEqual([]);
  // A token of one opens nothing of the other.
  const stranger = client(ministry.house.address, tokenFor(home, 'registrar', 'registrar', { adopter: laboratories.adopter }));
  expect((await stranger('GET', `/v1/certificates/${vaccinated}`)).status).toBe(401);
});

it('keep rows, jobs and audit logs apart in their one database', async () => {
  const db = databaseOf(home);
  for (const [table, column] of [
    ['certificate', 'id'],
    ['certificate_intent', 'id'],
    ['audit_entry', 'seq'],
  ] as const) {
    const rows: { tenant: string }[] = await db(table).distinct('tenant').orderBy('tenant').select('tenant');
    expect([table, rows.map(({ tenant }) => tenant)]).toEqual([table, ['labs', 'ministry']]);
    expect((await db(table).where({ tenant: 'labs' }).select(column)).length).toBeGreaterThan(0);
  }
  expect(await db('vaccination').distinct('tenant').pluck('tenant')).toEqual(['ministry']);
  await db.destroy();
  for (const { adopter } of [ministry, laboratories]) expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);
});
