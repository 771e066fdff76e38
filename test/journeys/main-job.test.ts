import { randomInt } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, certifyBody, client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, startHouse, tokenFor } from './running-house.js';

/** The main job on the built program: a dose posted to a real adopter becomes a certificate that anybody can verify. */
let house: RunningHouse;
let home: string;
let nurse: Client;
let stranger: Client;
beforeAll(async () => {
  home = newHome();
  house = await startHouse({ home, env: { LOG_LEVEL: 'debug' } });
  nurse = client(house.address, tokenFor(home));
  stranger = client(house.address);
});
afterAll(async () => {
  await house.stop();
  rmSync(home, { recursive: true, force: true });
});

const files: string[] = [];
/** Keeps what was fetched as a file, as a person would. */
async function keep(name: string, response: Response): Promise<string> {
  expect(response.status).toBe(200);
  const file = join(home, name);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  files.push(file);
  return file;
}

describe("DIVOC's own request, unchanged", () => {
  let certificateId: string;
  let links: Record<string, string>;

  it('is answered with a certificate', async () => {
    const response = await nurse('POST', '/divoc/api/v1/certify', { body: certifyBody() });
    const [item] = (await response.json()) as [{ certificateId: string; links: Record<string, string> }];
    expect(response.status).toBe(200);
    expect(item).toMatchObject({ index: 0, outcome: 'issued' });
    ({ certificateId, links } = item);
    expect(certificateId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('is answered with the same certificate when it is sent again', async () => {
    const response = await nurse('POST', '/divoc/api/v1/certify', { body: certifyBody() });
    expect(await response.json()).toMatchObject([{ outcome: 'existing', certificateId }]);
  });

  it('is a conflict with other content: the field is named, and no value', async () => {
    const body = certifyBody() as [{ recipient: { name: string } }];
    body[0].recipient.name = 'Somebody Else';
    const response = await nurse('POST', '/divoc/api/v1/certify', { body });
    const text = await response.text();
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject([
      { outcome: 'refused', problem: { code: 'DOSE_CONFLICT', status: 409, errors: [{ pointer: '/recipient/name' }] } },
    ]);
    expect(text).not.toMatch(/Bhaya|Somebody/);
  });

  it('gives credential, PDF, page and QR code to whoever has the link', async () => {
    await keep('certificate.json', await stranger('GET', links.credential as string));
    const credential = JSON.parse(readFileSync(join(home, 'certificate.json'), 'utf8'));
    expect(credential).toMatchObject({
      id: `urn:uuid:${certificateId}`,
      type: ['VerifiableCredential', 'VaccinationCredential'],
      issuer: 'did:web:health.example',
      credentialSubject: { patient: { name: 'Bhaya Mitra', birthDate: '1994-11-30' }, doseNumber: 1, seriesDoses: 2 },
      proof: { cryptosuite: 'eddsa-rdfc-2022' },
    });
    await keep('certificate.pdf', await stranger('GET', links.pdf as string));
    await keep('qr.png', await stranger('GET', links.qr as string));
    const page = await stranger('GET', links.page as string, { headers: { 'accept-language': 'ar' } });
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
    const html = await page.text();
    expect(html).toMatch(/<html[^>]* lang="ar"[^>]* dir="rtl"|<html[^>]* dir="rtl"[^>]* lang="ar"/);
    expect(html).toContain('Bhaya Mitra');
    expect((await stranger('GET', '/c/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')).status).toBe(404);
  });

  it('is verified over HTTP', async () => {
    const credential = JSON.parse(readFileSync(join(home, 'certificate.json'), 'utf8'));
    const response = await stranger('POST', '/v1/verify', { body: { credential } });
    expect(await response.json()).toMatchObject({ status: 'VERIFIED', answers: { key: 'pass', signature: 'pass' } });
    credential.credentialSubject.patient.name = 'Somebody Else';
    const forged = await stranger('POST', '/v1/verify', { body: { credential } });
    expect(await forged.json()).toMatchObject({ status: 'INVALID_SIGNATURE', answers: { signature: 'fail' } });
  });

  it('keeps the raw identity nowhere, and nothing personal in any log line', () => {
    for (const name of readdirSync(home)) {
      if (!/sqlite/.test(name)) continue;
      const bytes = readFileSync(join(home, name), 'latin1');
      expect(bytes).not.toContain('2342343334');
      expect(bytes).not.toContain('9880414889');
    }
    expect(house.log()).toContain('"stage":"vaccination.recorded"');
    expect(house.log()).not.toMatch(/Bhaya|Mitra|2342343334|9880414889|Koramangala|1994-11-30|Sooraj/);
  });
});

describe('POST /v1/vaccinations', () => {
  it('answers 201, then 200 for the same content, and 409 for other content', async () => {
    const first = await nurse('POST', '/v1/vaccinations', { body: dose('V-1') });
    expect(first.status).toBe(201);
    const made = (await first.json()) as { certificateId: string; vaccinationId: string };
    expect(first.headers.get('location')).toBe(`/v1/vaccinations/${made.vaccinationId}`);
    const again = await nurse('POST', '/v1/vaccinations', { body: dose('V-1') });
    expect([again.status, await again.json()]).toMatchObject([200, { outcome: 'existing', certificateId: made.certificateId }]);
    const other = await nurse('POST', '/v1/vaccinations', { body: dose('V-1', 1, { lotNumber: 'SECRETLOT' }) });
    const problem = await other.text();
    expect(other.status).toBe(409);
    expect(JSON.parse(problem)).toMatchObject({ code: 'DOSE_CONFLICT', errors: [{ pointer: '/record/lotNumber' }] });
    expect(problem).not.toMatch(/SECRETLOT|MB3428BX/);
    expect((await nurse('POST', '/v1/vaccinations', { body: dose('V-1', 2) })).status).toBe(201);
  });

  it('records a dose once, however many ask at the same time', async () => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => nurse('POST', '/v1/vaccinations', { body: dose('V-2') })));
    const bodies = (await Promise.all(replies.map((reply) => reply.json()))) as { outcome: string; certificateId: string }[];
    expect(new Set(bodies.map(({ certificateId }) => certificateId)).size).toBe(1);
    expect(bodies.filter(({ outcome }) => outcome === 'issued')).toHaveLength(1);
  });

  it('answers a repeated Idempotency-Key with the reply it kept, and refuses the key for another body', async () => {
    const headers = { 'idempotency-key': 'one-dose' };
    const first = await nurse('POST', '/v1/vaccinations', { body: dose('V-3'), headers });
    const again = await nurse('POST', '/v1/vaccinations', { body: dose('V-3'), headers });
    expect([first.status, again.status, again.headers.get('idempotency-replayed')]).toEqual([201, 201, 'true']);
    expect(await again.text()).toBe(await first.text());
    expect((await nurse('POST', '/v1/vaccinations', { body: dose('V-4'), headers })).status).toBe(422);
  });

  it('refuses what makes no sense, and names it', async () => {
    const response = await nurse('POST', '/v1/vaccinations', { body: dose('V-5', 3) });
    expect([response.status, await response.json()]).toMatchObject([
      422,
      { code: 'RECORD_IMPLAUSIBLE', errors: [{ pointer: '/record/doseNumber', code: 'DOSE_BEYOND_SERIES' }] },
    ]);
  });

  it('refuses, before anything is kept, a record whose QR code could not be printed at 50 mm', async () => {
    // Random letters do not compress.
    const noise = Array.from({ length: 250 }, () => String.fromCharCode(randomInt(0x0d85, 0x0d96), randomInt(0x0a80, 0x0af0)))
      .join('')
      .slice(0, 250);
    const changes = { patient: { name: noise }, facility: { name: noise.split('').reverse().join(''), district: noise.slice(0, 120) } };
    const response = await nurse('POST', '/v1/vaccinations', { body: dose('V-6', 1, changes) });
    const problem = (await response.json()) as { errors: { pointer: string }[] };
    expect([response.status, problem]).toMatchObject([422, { code: 'CERTIFICATE_TOO_LARGE' }]);
    expect(problem.errors.map(({ pointer }) => pointer)).toContain('/record/patient/name');
    expect((await nurse('POST', '/v1/vaccinations', { body: dose('V-6') })).status).toBe(201);
  });

  it('is closed to strangers, and shows staff only what they issued', async () => {
    expect((await stranger('POST', '/v1/vaccinations', { body: dose('V-7') })).status).toBe(401);
    const made = (await (await nurse('POST', '/v1/vaccinations', { body: dose('V-7') })).json()) as { certificateId: string };
    const other = client(house.address, tokenFor(home, 'another'));
    const path = `/v1/certificates/${made.certificateId}`;
    expect([(await nurse('GET', path)).status, (await other('GET', path)).status, (await stranger('GET', path)).status]).toEqual([
      200, 404, 401,
    ]);
  });
});

describe('GET /v1/certificates/{id}', () => {
  let path: string;
  beforeAll(async () => {
    const made = (await (await nurse('POST', '/v1/vaccinations', { body: dose('N-1') })).json()) as { certificateId: string };
    path = `/v1/certificates/${made.certificateId}`;
  });

  it.each([
    ['*/*', 'application/vc'],
    ['application/vc', 'application/vc'],
    ['application/pdf', 'application/pdf'],
    ['text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', 'text/html; charset=utf-8'],
    ['image/svg+xml', 'image/svg+xml'],
    ['image/png', 'image/png'],
    ['image/*;q=0.5, application/pdf;q=0.1', 'image/svg+xml'],
  ])('negotiates %s', async (accept, mediaType) => {
    const response = await nurse('GET', path, { headers: { accept } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, mediaType]);
    expect(response.headers.get('vary')).toContain('Accept');
  });

  it('says what can be had when nothing acceptable can', async () => {
    const response = await nurse('GET', path, { headers: { accept: 'audio/ogg' } });
    expect([response.status, await response.json()]).toMatchObject([406, { code: 'NOT_ACCEPTABLE' }]);
  });
});

it('publishes its keys and types for verifiers, and its API for developers', async () => {
  const did = (await (await stranger('GET', '/.well-known/did.json')).json()) as { id: string; verificationMethod: { id: string }[] };
  expect(did.id).toBe('did:web:health.example');
  const credential = JSON.parse(readFileSync(join(home, 'certificate.json'), 'utf8'));
  expect(did.verificationMethod.map(({ id }) => id)).toContain(credential.proof.verificationMethod);
  const hash = (credential['@context'][1] as string).split('/').at(-1);
  const context = (await (await stranger('GET', `/contexts/${hash}`)).json()) as { type: string };
  expect(context.type).toBe('VaccinationCredential');
  expect((await stranger('GET', `/contexts/${'A'.repeat(43)}`)).status).toBe(404);
  for (const path of ['/livez', '/readyz', '/startupz', '/openapi.json']) expect((await stranger('GET', path)).status).toBe(200);
  expect((await stranger('GET', '/docs/')).status).toBe(200);
});

it('verifies everything in a fresh process with no network, after the issuer and its database are gone', async () => {
  await house.stop();
  for (const name of readdirSync(home)) if (/sqlite/.test(name) || name === 'keys') rmSync(join(home, name), { recursive: true });
  const { status, stdout, stderr } = divoc(['verify', ...files], { home });
  const verdicts = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(
    verdicts.map((verdict) => verdict.status),
    stdout + stderr,
  ).toEqual(files.map(() => 'VERIFIED'));
  expect(status).toBe(0);
  for (const { claims } of verdicts) expect(claims.credentialSubject.patient.name).toBe('Bhaya Mitra');

  const forged = join(home, 'forged.json');
  const credential = JSON.parse(readFileSync(join(home, 'certificate.json'), 'utf8'));
  credential.credentialSubject.doseNumber = 2;
  writeFileSync(forged, JSON.stringify(credential));
  expect(divoc(['verify', forged], { home }).status).toBe(1);
  // Who has not been given the issuer's trust file believes nothing.
  expect(divoc(['verify', files[0] as string], { home: newHome() }).status).toBe(1);
});
