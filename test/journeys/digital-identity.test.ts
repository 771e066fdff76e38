import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, PEOPLE, type RunningProvider, startProvider } from '../../plugins/identity-oidc/test/provider.js';
import { type Client, client, dose } from './requests.js';
import { databaseOf, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** A country with e-Signet: the demo, but for its manifest. */
const redirectUri = 'https://divoc.example/x/walk-in/callback';
const clientKey = newKey('PS256', 'house-1');
const folder = mkdtempSync(join(tmpdir(), 'divoc-digital-'));
const home = newHome();
const env = { CLIENT_KEY: JSON.stringify(clientKey), LOG_LEVEL: 'debug' };
let provider: RunningProvider;
let house: RunningHouse;
let logs = '';
let [nurse, other]: Client[] = [];

const claims = { name: '/patient/name', birthDate: '/patient/birthDate', gender: '/patient/gender' };
const manifest = (issuer: string) => ({
  extends: [join(root, 'adopters', 'demo', 'adopter.yaml')],
  plugins: {
    'walk-in': {
      use: 'identity-oidc',
      with: {
        profile: 'esignet',
        issuer,
        clientId: 'divoc',
        privateKey: { $secret: 'CLIENT_KEY' },
        keyId: 'house-1',
        redirectUri,
        minimumAcr: 'mosip:idp:acr:generated-code',
        requiredClaims: ['birthDate'],
      },
    },
  },
  services: { vaccination: { with: { programmes: { 'covid-19': { claims } } } } },
});

const start = async () => {
  house = await startHouse({ adopter: folder, home, env });
  const token = (name: string) => tokenFor(home, name, 'facility-staff', { adopter: folder, env });
  [nurse, other] = [client(house.address, token('nurse')), client(house.address, token('doctor'))];
};

beforeAll(async () => {
  provider = await startProvider({ redirectUri, esignet: { clientKey } });
  writeFileSync(join(folder, 'adopter.yaml'), JSON.stringify(manifest(provider.issuer)));
  await start();
});
afterAll(async () => {
  await house.stop();
  await provider.stop();
  for (const path of [folder, home]) rmSync(path, { recursive: true, force: true });
});

type Json = Record<string, unknown>;
const begin = async () => {
  const response = await nurse!('POST', '/v1/identity-challenges', { body: {} });
  expect([response.status, response.headers.get('cache-control')]).toEqual([201, 'no-store']);
  return (await response.json()) as { id: string; url: string; provider: string };
};
const look = async (id: string, as = nurse!) => {
  const response = await as('GET', `/v1/identity-challenges/walk-in/${id}`);
  return { status: response.status, body: (await response.json()) as Json };
};
const signIn = (url: string, acr = 'mosip:idp:acr:generated-code', person: 'asha' | 'ravi' = 'asha') =>
  provider.visit(url, { person, acr });
/** The person's browser has no token. */
const comeBack = (at: URL) => client(house.address)('GET', `${at.pathname}${at.search}`);
const record = async (challenge: string, body: Json = dose('-'), as = nurse!) => {
  const response = await as('POST', '/v1/vaccinations', { body: { ...body, identity: { input: { challenge } } } });
  return { status: response.status, body: (await response.json()) as Json };
};

describe('a digital identity, from the desk to the certificate', () => {
  it('a person signs in, the form fills itself, the dose becomes a certificate, and a kill on the way changes nothing', async () => {
    const { id, url } = await begin();
    expect((await look(id)).body).toEqual({ state: 'waiting' });
    expect(await record(id)).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/identity/input/challenge', code: 'CHALLENGE_WAITING' }] },
    });

    house.child.kill('SIGKILL');
    await house.ended;
    logs += house.log();
    await start();

    const page = await comeBack(await signIn(url));
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect([page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual(['no-store', 'no-referrer']);
    expect(await page.text()).not.toMatch(/asha|perera|1984/i);
    expect((await look(id)).body).toEqual({ state: 'ready', claims: { name: 'Asha Perera', birthDate: '1984-03-02', gender: 'female' } });

    house.child.kill('SIGKILL');
    await house.ended;
    logs += house.log();
    await start();

    const made = await record(id);
    expect(made).toMatchObject({ status: 201, body: { outcome: 'issued' } });
    expect(await record(id)).toMatchObject({ status: 200, body: { outcome: 'existing', certificateId: made.body.certificateId } });
    expect((await look(id)).body).toEqual({ state: 'used' });
    expect(await record(id, dose('-', 2))).toMatchObject({ status: 422, body: { errors: [{ code: 'CHALLENGE_USED' }] } });
    const credential = await (await nurse!('GET', `/v1/certificates/${made.body.certificateId}`)).json();
    expect(await (await nurse!('POST', '/v1/verify', { body: { credential } })).json()).toMatchObject({ status: 'VERIFIED' });

    // The same person, by another login: the dose is theirs already.
    const again = await begin();
    await comeBack(await signIn(again.url));
    expect(await record(again.id)).toMatchObject({ status: 200, body: { outcome: 'existing' } });
  });

  it('a record that says otherwise than the national ID is refused, and names no value', async () => {
    const { id, url } = await begin();
    await comeBack(await signIn(url, undefined, 'ravi'));
    const { status, body } = await record(id);
    const pointers = (body.errors as { pointer: string; code: string }[]).map(({ pointer, code }) => `${pointer} ${code}`);
    expect([status, pointers.sort()]).toEqual([
      422,
      ['/record/patient/birthDate', '/record/patient/gender', '/record/patient/name'].map((at) => `${at} IDENTITY_DISAGREES`),
    ]);
    expect(JSON.stringify(body)).not.toMatch(/1979|Silva/);
    // The mistake is mended without another login.
    const patient = { name: 'Ravi Silva', birthDate: '1979-11-30', gender: 'male' };
    expect(await record(id, dose('-', 1, { patient }))).toMatchObject({ status: 201 });
  });

  it("a colleague's challenge is unknown, and a weak login is not enough", async () => {
    const { id, url } = await begin();
    await comeBack(await signIn(url));
    expect(await look(id, other)).toMatchObject({ status: 404, body: { code: 'CHALLENGE_UNKNOWN' } });
    expect(await record(id, dose('-', 1), other)).toMatchObject({ status: 422, body: { errors: [{ code: 'CHALLENGE_UNKNOWN' }] } });

    const weak = await begin();
    await comeBack(await signIn(weak.url, 'mosip:idp:acr:static-code'));
    expect((await look(weak.id)).body).toEqual({ state: 'failed', reason: 'ASSURANCE_TOO_LOW' });
  });

  it('the provider goes away and comes back: the house is well, says who is not, and identifies nobody meanwhile', async () => {
    provider.broken = { path: /./, how: 'down' };
    house.child.kill('SIGKILL');
    await house.ended;
    logs += house.log();
    await start();
    const refused = await nurse!('POST', '/v1/identity-challenges', { body: {} });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '15']);
    expect(await refused.json()).toMatchObject({ code: 'IDENTITY_PROVIDER_UNREACHABLE' });
    const ready = await client(house.address)('GET', '/readyz');
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({ status: 'warn', checks: { 'walk-in': [{ status: 'warn' }] } });
    provider.broken = undefined;
  });

  it('leaves nothing of the login in the log or in the data folder', async () => {
    logs += house.log();
    expect(logs).toContain('/x/walk-in/callback');
    const { asha, ravi } = PEOPLE;
    for (const text of [asha.sub, ravi.sub, asha.name, ravi.name, asha.email, 'code=', 'state=']) expect(logs).not.toContain(text);
    // The records themselves name their patients; what the logins have shown is kept sealed.
    const database = databaseOf(home);
    const kept = JSON.stringify(await database('plugin_state').select());
    await database.destroy();
    expect(kept).toContain('sealed');
    for (const text of [asha.name, asha.birthdate, ravi.name, '1979-11-30']) expect(kept).not.toContain(text);
    for (const file of readdirSync(home, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())) {
      const bytes = readFileSync(join(file.parentPath, file.name));
      for (const text of [asha.sub, ravi.sub, asha.email]) expect(bytes.includes(text), `${text} in ${file.name}`).toBe(false);
    }
  });
});
