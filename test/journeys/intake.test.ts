import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { client } from './requests.js';
import { allKeptIn, newHome, type RunningHouse, root, startHouse, tokenFor, vectors } from './running-house.js';

/** The demo with registry and CSV files, and roles for those who send them. */
function adopterWithIntake(): string {
  const folder = mkdtempSync(join(tmpdir(), 'divoc-intake-'));
  const demo = readFileSync(join(root, 'adopters/demo/adopter.yaml'), 'utf8');
  const scopes = '[intake:upload, intake:read, registry:read, registry:write, vaccination:record]';
  const roles = `{ clerk: ${scopes}, officer: [registry:read, registry:read-personal], facility-staff: [vaccination:read] }`;
  const text = demo
    .replace(
      /^ {2}staff: .*$/m,
      `  staff: { use: auth-local, version: ^0.1, with: { roles: ${roles} } }\n  files: { use: intake-csv, version: ^0.1 }`,
    )
    // Leases so short that a killed process's work is taken over at once.
    .replace('services:\n', 'services:\n  registry: {}\n  dispatcher: { with: { leaseSeconds: 3 } }\n');
  expect(text).toContain('intake-csv');
  writeFileSync(join(folder, 'adopter.yaml'), text);
  return join(folder, 'adopter.yaml');
}

const adopter = adopterWithIntake();
const home = newHome();
let house: RunningHouse;
beforeAll(async () => {
  house = await startHouse({ adopter, home });
});
afterAll(async () => {
  await house.stop();
  rmSync(home, { recursive: true, force: true });
});

const tokens: Record<string, string> = {};
function caller(role: string) {
  tokens[role] ??= tokenFor(home, role, role, { adopter });
  return client(house.address, tokens[role]);
}
const send = async (path: string, raw: string | Uint8Array) =>
  caller('clerk')('POST', `/x/files/uploads?${path}`, { raw, headers: { 'content-type': 'text/csv' } });
interface Upload {
  id: string;
  state: string;
  rows: number;
  counts: Record<string, number>;
  links: Record<string, string>;
}
async function finished(id: string): Promise<Upload> {
  const clerk = caller('clerk');
  let last: Upload | undefined;
  await expect
    .poll(
      async () => {
        last = (await (await clerk('GET', `/x/files/uploads/${id}`)).json()) as Upload;
        return last.state;
      },
      { timeout: 180_000, interval: 200 },
    )
    .toBe('done');
  return last as Upload;
}
const csv = (name: string) => readFileSync(join(vectors, 'divoc', 'csv', `${name}.csv`));

describe("DIVOC's own files", () => {
  it.each([
    ['facility', 'facilities', 'facilities', 5],
    ['vaccinator', 'vaccinators', 'vaccinators', 3],
    ['enrolment', 'enrollments', 'enrolments', 3],
  ])('of type %s are taken, once', async (type, file, collection, rows) => {
    const reply = await send(`type=${type}&programme=covid-19`, csv(file));
    expect(reply.status).toBe(201);
    expect(await reply.json()).toMatchObject({ state: 'done', rows, counts: { created: rows, refused: 0 } });
    expect((await send(`type=${type}&programme=covid-19`, csv(file))).status).toBe(200);
    const { items } = (await (await caller('officer')('GET', `/v1/${collection}`)).json()) as { items: { version: number }[] };
    expect(items.map(({ version }) => version)).toEqual(Array(rows).fill(1));
  });

  it('say nothing personal to those who may not read it, nor to the database, the log, or the URLs', async () => {
    const read = async (role: string) => (await caller(role)('GET', '/v1/enrolments')).text();
    expect(await read('officer')).toContain('Jai Thakur');
    expect(await read('clerk')).not.toContain('Thakur');
    const bytes = await allKeptIn(home);
    for (const word of ['Thakur', 'CVGHGV1', '9090909090', 'QWERTY12', 'Suresh']) expect(bytes + house.log()).not.toContain(word);
    expect(bytes).toContain('Chinmaya Mission Hospital');
  });
});

it('rows of doses become certificates, and faults come back by column', async () => {
  const header =
    'preEnrollmentCode,recipientName,recipientDOB,vaccinationName,vaccinationDate,vaccinationDose,vaccinationTotalDoses,facilityName';
  const rows = [
    'C-1,Asha Perera,1984-03,CoVax,2026-01-20,1,2,ABC',
    'C-2,Ravi,1990-01-01,CoVax,2026-01-20,3,2,ABC',
    'C-3,,1990,CoVax,2026-01-20,1,2,ABC',
  ];
  const { id } = (await (await send('type=dose', [header, ...rows].join('\n'))).json()) as Upload;
  const upload = await finished(id);
  expect(upload.counts).toEqual({ created: 1, unchanged: 0, changed: 0, refused: 2 });
  const { items } = (await (await caller('clerk')('GET', `${upload.links.rows}?outcome=refused`)).json()) as { items: object[] };
  expect(items).toMatchObject([
    { row: 3, faults: [{ column: 'vaccinationDose', code: 'DOSE_BEYOND_SERIES' }] },
    { row: 4, faults: [{ column: 'recipientName' }] },
  ]);
});

it('a house that is killed in the middle of a file goes on with it, and takes no row twice', { timeout: 300_000 }, async () => {
  const header = 'facilityCode,facilityName,contact,addressLine1,district,state,pincode,adminName,adminMobile';
  const line = (_: unknown, i: number) => `K${i},Facility ${i},011,Street,Delhi,Killed,100001,Admin,999`;
  const file = [header, ...Array.from({ length: 1200 }, line)].join('\n');
  const answer = send('type=facility', file).catch(() => undefined);
  const killed = caller('clerk');
  const taken = async () => {
    const reply = await killed('GET', '/v1/facilities?address.region=Killed&limit=200').catch(() => undefined);
    return ((await reply?.json()) as { items: object[] } | undefined)?.items.length ?? 0;
  };
  await expect.poll(taken, { interval: 20, timeout: 60_000 }).toBeGreaterThan(50);
  house.child.kill('SIGKILL');
  await house.ended;
  await answer;
  house = await startHouse({ adopter, home });
  const { id } = (await (await send('type=facility', file)).json()) as Upload;
  const upload = await finished(id);
  expect(upload.counts).toEqual({ created: 1200, unchanged: 0, changed: 0, refused: 0 });
  const versions: number[] = [];
  let after = '';
  do {
    const reply = await caller('officer')('GET', `/v1/facilities?address.region=Killed&limit=200${after && `&after=${after}`}`);
    const page = (await reply.json()) as { items: { version: number }[]; next?: string };
    versions.push(...page.items.map(({ version }) => version));
    after = page.next ?? '';
  } while (after !== '');
  expect([versions.length, Math.max(...versions)]).toEqual([1200, 1]);
});
