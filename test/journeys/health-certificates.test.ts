import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

const TRAVEL = `{ use: credential-hcert, version: ^0.1, with: { kind: eu-dcc, country: XA, issuer: Ministry of Health } }`;

const ABROAD = `  cards: { use: credential-shc, version: ^0.1, with: { vaccines: { Covishield: { system: "http://hl7.org/fhir/sid/cvx", code: "210" } } } }
  seals: { use: credential-vds-nc, version: ^0.1, with: { country: XAA, vaccines: { Covishield: { vaccine: XM68M6 } } } }
  wallet: { use: credential-sd-jwt, version: ^0.1 }
`;

/** The demo adopter with an EU DCC beside its credential, a programme that issues nothing else, and one for all other formats. */
function travelAdopter(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'divoc-travel-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), folder, { recursive: true });
  const file = join(folder, 'adopter.yaml');
  const template = 'template: certificate-a4 }\n';
  const programme = (name: string, formats: string) =>
    `        ${name}: { identity: [walk-in], payment: government, deliver: [download], formats: [${formats}], ${template}`;
  const text = readFileSync(file, 'utf8')
    .replace('  credential: { use: credential-ldp, version: ^0.1 }\n', (line) => `${line}  travel: ${TRAVEL}\n${ABROAD}`)
    .replace(template, template + programme('travel', 'travel') + programme('abroad', 'cards, seals, wallet'));
  writeFileSync(file, text);
  return folder;
}

/** A dose, its EU DCC on paper and on a page, and the end of it: on the built program. */
const adopter = travelAdopter();
const home = newHome();
let house: RunningHouse;
let nurse: Client;
let holder: Client;
beforeAll(async () => {
  house = await startHouse({ adopter, home });
  nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
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
const record = (code: string, programme: string, changes: object) =>
  nurse('POST', '/v1/vaccinations', { body: { ...dose(code, 1, { vaccineName: 'Covishield', ...changes }), programme } });

/** As a passport has it; elsewhere half a date of birth is enough. */
const PASSENGER = { name: 'Asha Perera', birthDate: '1984-03-07', gender: 'female' };

async function keep(name: string, response: Response): Promise<string> {
  expect([name, response.status]).toEqual([name, 200]);
  const file = join(home, name);
  writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  return file;
}

it('is refused, by the name of the field, before anything is recorded that the form has no place for', async () => {
  const answer = await record('H-0', 'travel', { vaccineName: 'CoVax' });
  expect([answer.status, await answer.json()]).toMatchObject([
    422,
    { code: 'CREDENTIAL_UNFIT', errors: [{ pointer: expect.stringMatching(/\/vaccineName$/) }] },
  ]);
});

it('is one text wherever it stands: as credential, in codes, on paper; and verifies offline', async () => {
  const made = (await (await record('H-1', 'travel', {})).json()) as Made;
  const path = `/v1/certificates/${made.certificateId}`;
  const files = [
    await keep('dcc.json', await nurse('GET', path, { headers: { accept: 'application/json' } })),
    await keep('dcc.png', await holder('GET', made.links.qr)),
    await keep('dcc.pdf', await holder('GET', made.links.pdf)),
  ];
  const text = JSON.parse(readFileSync(files[0] as string, 'utf8'));
  expect(text).toMatch(/^HC1:[0-9A-Z $%*+\-./:]+$/);
  writeFileSync(join(home, 'dcc.txt'), `${text}\n`);
  expect((await (await holder('GET', made.links.page)).text()).includes('Asha Perera')).toBe(true);
  const verdicts = divoc(['verify', ...files, join(home, 'dcc.txt')], { home })
    .stdout.trim()
    .split('\n');
  expect(verdicts.map((line) => JSON.parse(line))).toMatchObject(
    verdicts.map(() => ({
      format: 'hcert',
      status: 'VERIFIED',
      claims: { id: `urn:uuid:${made.certificateId}`, issuer: 'did:web:health.example', certificate: { nam: { fnt: 'ASHA<PERERA' } } },
    })),
  );
  expect(await (await holder('POST', '/v1/verify', { body: { qr: text } })).json()).toMatchObject({
    status: 'VERIFIED',
    answers: { status: 'pass' },
  });
});

it('stands beside the credential where both are issued, each in a code of its own', async () => {
  const made = (await (await record('H-2', 'covid-19', { patient: PASSENGER })).json()) as Made;
  const path = `/v1/certificates/${made.certificateId}`;
  const files = await Promise.all(
    ['credential', 'travel'].map(async (form) =>
      keep(`${form}.png`, await nurse('GET', `${path}?form=${form}`, { headers: { accept: 'image/png' } })),
    ),
  );
  const verdicts = divoc(['verify', ...files], { home })
    .stdout.trim()
    .split('\n');
  const id = `urn:uuid:${made.certificateId}`;
  expect(verdicts.map((line) => JSON.parse(line))).toMatchObject([
    { format: 'ldp', status: 'VERIFIED', claims: { id } },
    { format: 'hcert', status: 'VERIFIED', claims: { id } },
  ]);
});

it('is a SMART Health Card, a seal of ICAO and a credential for wallets, of one dose and verified offline', async () => {
  const made = (await (await record('H-3', 'abroad', { patient: PASSENGER })).json()) as Made;
  const path = `/v1/certificates/${made.certificateId}`;
  const fetched = async (form: string, accept: string, name: string) =>
    keep(name, await nurse('GET', `${path}?form=${form}`, { headers: { accept } }));
  const files = [
    await fetched('cards', 'application/json', 'card.json'),
    await fetched('cards', 'image/png', 'card.png'),
    await fetched('seals', 'application/json', 'seal.json'),
    await fetched('seals', 'image/png', 'seal.png'),
    await fetched('seals', 'application/pdf', 'seal.pdf'),
    await fetched('wallet', 'application/json', 'wallet.json'),
  ];
  expect((await nurse('GET', `${path}?form=wallet`, { headers: { accept: 'image/png' } })).status).toBe(406);
  const verdicts = divoc(['verify', ...files], { home })
    .stdout.trim()
    .split('\n');
  const claims = { id: `urn:uuid:${made.certificateId}`, issuer: 'did:web:health.example' };
  expect(verdicts.map((line) => JSON.parse(line))).toMatchObject(
    ['shc', 'shc', 'vds-nc', 'vds-nc', 'vds-nc', 'sd-jwt'].map((format) => ({ format, status: 'VERIFIED', claims })),
  );
});
