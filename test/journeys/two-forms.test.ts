import { copyFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, startHouse, tokenFor } from './running-house.js';
import { twoFormsAdopter } from './two-forms-adopter.js';

/** One dose, two credentials of it, PixelPass codes, and the end of it: on the built program. */
const adopter = twoFormsAdopter();
const home = newHome();
let house: RunningHouse;
let nurse: Client;
let officer: Client;
let holder: Client;
beforeAll(async () => {
  house = await startHouse({ adopter, home });
  nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
  officer = client(house.address, tokenFor(home, 'officer', 'officer', { adopter }));
  holder = client(house.address);
});
afterAll(async () => {
  await house.stop();
  rmSync(home, { recursive: true, force: true });
});

interface Made {
  readonly certificateId: string;
  readonly links: Readonly<Record<'credential' | 'pdf' | 'qr' | 'page', string>>;
}
const record = async (code: string, programme = 'covid-19'): Promise<Made> =>
  (await (await nurse('POST', '/v1/vaccinations', { body: { ...dose(code), programme } })).json()) as Made;

const files: string[] = [];
async function keep(name: string, response: Response): Promise<string> {
  expect([name, response.status]).toEqual([name, 200]);
  const file = join(home, name);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  files.push(file);
  return file;
}
const verdicts = (args: readonly string[]): { status: string; answers: { status: string } }[] =>
  divoc(['verify', ...args], { home })
    .stdout.trim()
    .split('\n')
    .map((line) => JSON.parse(line));

let made: Made;

it('is recorded once and certified in both forms', async () => {
  made = await record('T-1');
  const path = `/v1/certificates/${made.certificateId}`;
  const credentials = await Promise.all(
    ['', '?form=jcs', '?form=ldp'].map(async (query) => {
      const response = await nurse('GET', `${path}${query}`, { headers: { accept: 'application/vc' } });
      expect([response.status, response.headers.get('certificate-status')]).toEqual([200, 'active']);
      return (await response.json()) as { id: string; credentialSubject: object; proof: { cryptosuite: string } };
    }),
  );
  expect(credentials.map(({ proof }) => proof.cryptosuite)).toEqual(['eddsa-jcs-2022', 'eddsa-jcs-2022', 'eddsa-rdfc-2022']);
  for (const { id, credentialSubject } of credentials)
    expect([id, credentialSubject]).toEqual([credentials[0]?.id, credentials[0]?.credentialSubject]);
  for (const credential of credentials) {
    const verdict = await (await holder('POST', '/v1/verify', { body: { credential } })).json();
    expect(verdict).toMatchObject({ status: 'VERIFIED', answers: { status: 'pass' } });
  }
  expect((await nurse('GET', `${path}?form=hcert`)).status).toBe(406);
  await keep('jcs.json', await nurse('GET', `${path}?form=jcs`, { headers: { accept: 'application/vc' } }));
  await keep('ldp.json', await nurse('GET', `${path}?form=ldp`, { headers: { accept: 'application/vc' } }));
  await keep('ldp.png', await nurse('GET', `${path}?form=ldp`, { headers: { accept: 'image/png' } }));
});

it('is certified in one form where the programme says so', async () => {
  const { certificateId } = await record('T-1', 'travel');
  const path = `/v1/certificates/${certificateId}`;
  const credential = await (await nurse('GET', path, { headers: { accept: 'application/vc' } })).json();
  expect(credential).toMatchObject({ proof: { cryptosuite: 'eddsa-rdfc-2022' } });
  expect((await nurse('GET', `${path}?form=jcs`)).status).toBe(406);
});

it('is had as PDF, page and PixelPass code behind its link', async () => {
  await keep('certificate.pdf', await holder('GET', made.links.pdf));
  await keep('qr.png', await holder('GET', made.links.qr));
  expect((await (await holder('GET', made.links.page)).text()).includes('Asha Perera')).toBe(true);
  expect(verdicts(files)).toMatchObject(files.map(() => ({ status: 'VERIFIED', answers: { status: 'pass' } })));
});

it('is revoked by whoever may, once, and for good', async () => {
  copyFileSync(join(home, 'trust', 'main.json'), join(home, 'yesterday.json'));
  const path = `/v1/certificates/${made.certificateId}`;
  const revoke = (who: Client, body: object, key = 'r-1') =>
    who('POST', `${path}/revocations`, { body, headers: { 'idempotency-key': key } });
  expect((await revoke(holder, { reason: 'fraud' })).status).toBe(401);
  expect((await revoke(nurse, { reason: 'fraud' })).status).toBe(403);
  for (const body of [{}, { reason: 'because' }, { reason: 'fraud', note: 'Asha' }]) expect((await revoke(officer, body)).status).toBe(400);
  const answers = [
    await revoke(officer, { reason: 'wrong-person' }),
    await revoke(officer, { reason: 'wrong-person' }),
    await revoke(officer, { reason: 'fraud' }, 'r-2'),
  ];
  for (const answer of answers)
    expect([answer.status, await answer.json()]).toMatchObject([200, { id: made.certificateId, state: 'revoked', reason: 'wrong-person' }]);

  for (const link of Object.values(made.links).filter((to) => to.startsWith('/c/'))) {
    const gone = await holder('GET', link);
    expect([gone.status, ((await gone.json()) as { code: string }).code]).toEqual([410, 'CERTIFICATE_REVOKED']);
  }
  const own = await nurse('GET', path, { headers: { accept: 'application/vc' } });
  expect([own.status, own.headers.get('certificate-status')]).toEqual([200, 'revoked']);
  expect(await (await nurse('GET', `${path}/status`)).json()).toMatchObject({ state: 'revoked', reason: 'wrong-person' });
  for (const form of ['jcs', 'ldp']) {
    const credential = await (await nurse('GET', `${path}?form=${form}`, { headers: { accept: 'application/vc' } })).json();
    expect(await (await holder('POST', '/v1/verify', { body: { credential } })).json()).toMatchObject({ status: 'REVOKED' });
  }
  expect(divoc(['audit', 'verify', adopter], { home })).toMatchObject({ status: 0 });
});

it('is REVOKED offline too, by whoever has the new trust file; another certificate is not', async () => {
  const other = await record('T-2');
  await keep('other.pdf', await holder('GET', other.links.pdf));
  const served = await (await holder('GET', '/.well-known/divoc-trust.json')).text();
  writeFileSync(join(home, 'today.json'), served);
  await house.stop();
  for (const name of readdirSync(home)) if (/sqlite/.test(name) || name === 'keys') rmSync(join(home, name), { recursive: true });
  const expected = files.map((file) => (file.endsWith('other.pdf') ? 'VERIFIED' : 'REVOKED'));
  expect(verdicts(files).map(({ status }) => status)).toEqual(expected);

  rmSync(join(home, 'trust'), { recursive: true });
  expect(verdicts([...files, '--trust', join(home, 'yesterday.json')]).map(({ status }) => status)).toEqual(files.map(() => 'VERIFIED'));
  for (const order of [
    ['yesterday', 'today'],
    ['today', 'yesterday'],
  ]) {
    const trust = order.flatMap((name) => ['--trust', join(home, `${name}.json`)]);
    expect(verdicts([...files, ...trust]).map(({ status }) => status)).toEqual(expected);
  }
});
