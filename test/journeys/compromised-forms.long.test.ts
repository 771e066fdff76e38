import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, client, dose } from './requests.js';
import { databaseOf, divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** Instances of the manifest, and the purpose of the key of each. */
const FORMS = {
  jcs: 'vc',
  credential: 'vc',
  legacy: 'vc',
  travel: 'hcert',
  yellow: 'hcert',
  cards: 'shc',
  wallet: 'sd-jwt',
  seals: 'vds-nc',
} as const;
type Form = keyof typeof FORMS;
const ALL: readonly Form[] = ['jcs', 'credential', 'legacy', 'travel', 'cards', 'wallet', 'seals'];
const YELLOW: readonly Form[] = ['yellow', 'jcs'];
const STAMARIL = 'YellowFeverProductd2c75a15ed309658b3968519ddb31690';

/** The demo with every form there is, in two programmes: EU DCC and the ICVP have one purpose, and one key, together. */
function everyFormAdopter(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'divoc-forms-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), folder, { recursive: true });
  const file = join(folder, 'adopter.yaml');
  const hcert = (kind: string, more = '') =>
    `{ use: credential-hcert, version: ^0.1, with: { kind: ${kind}, country: XA, issuer: Ministry of Health${more} } }`;
  const plugins = [
    '  jcs: { use: credential-jcs, version: ^0.1 }',
    '  legacy: { use: credential-divoc, version: ^0.1 }',
    `  travel: ${hcert('eu-dcc')}`,
    `  yellow: ${hcert('icvp', `, vaccines: { Stamaril: { product: ${STAMARIL} } }`)}`,
    '  cards: { use: credential-shc, version: ^0.1, with: { vaccines: { Covishield: { system: "http://hl7.org/fhir/sid/cvx", code: "210" } } } }',
    '  seals: { use: credential-vds-nc, version: ^0.1, with: { country: XAA, vaccines: { Covishield: { vaccine: XM68M6 } } } }',
    '  wallet: { use: credential-sd-jwt, version: ^0.1 }',
  ];
  const template = 'template: certificate-a4 }\n';
  const programme = (name: string, formats: readonly string[]) =>
    `        ${name}: { identity: [walk-in], payment: government, deliver: [download], formats: [${formats.join(', ')}], ${template}`;
  const text = readFileSync(file, 'utf8')
    .replace('  credential: { use: credential-ldp, version: ^0.1 }\n', (line) => `${line}${plugins.join('\n')}\n`)
    .replace(template, template + programme('all', ALL) + programme('yellow', YELLOW));
  writeFileSync(file, text);
  return folder;
}

const adopter = everyFormAdopter();
const home = newHome();
let house: RunningHouse;
let nurse: Client;
beforeAll(async () => {
  house = await startHouse({ adopter, home });
  nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
});
afterAll(async () => {
  await house?.stop();
  rmSync(home, { recursive: true, force: true });
});

type Json = Record<string, unknown>;
/** Certificates' ids, and the forms that each was issued in. */
const issued = new Map<string, readonly Form[]>();

async function issue(programme: string, forms: readonly Form[], vaccineName: string): Promise<void> {
  const patient = { name: 'Asha Perera', birthDate: '1984-03-07', gender: 'female', nationality: 'LKA' };
  // Long enough ago that a vaccination against yellow fever protects.
  const record = { vaccineName, patient, occurrenceDateTime: '2026-08-20T09:30:00+05:30' };
  const reply = await nurse('POST', '/v1/vaccinations', { body: { ...dose(`${programme}-${issued.size}`, 1, record), programme } });
  const text = await reply.text();
  expect([text, reply.status]).toEqual([text, 201]);
  issued.set(JSON.parse(text).certificateId, forms);
}

/** Every form of every certificate as the house gives it out, by "id form". */
async function given(): Promise<ReadonlyMap<string, string>> {
  const all = new Map<string, string>();
  for (const [id, names] of issued) {
    for (const form of names) {
      const reply = await nurse('GET', `/v1/certificates/${id}?form=${form}`, { headers: { accept: 'application/json' } });
      const text = await reply.text();
      expect([form, reply.status, text.length > 100]).toEqual([form, 200, true]);
      all.set(`${id} ${form}`, text);
    }
  }
  return all;
}

interface Verdict {
  readonly status: string;
  readonly claims?: Json;
}
/** What the verification service says of one form. */
async function verdictOn(text: string): Promise<Verdict> {
  const credential = JSON.parse(text);
  const body = typeof credential === 'string' ? { qr: credential } : { credential };
  return (await (await client(house.address)('POST', '/v1/verify', { body })).json()) as Verdict;
}
const statusesOf = async (forms: ReadonlyMap<string, string>): Promise<Json> =>
  Object.fromEntries(await Promise.all([...forms].map(async ([name, text]) => [name, (await verdictOn(text)).status] as const)));
const all = (forms: Iterable<string>, status: (form: Form) => string) =>
  Object.fromEntries([...forms].map((name) => [name, status(name.slice(name.indexOf(' ') + 1) as Form)]));

/** Without what the key's certificate bounds, and, in HCERT, when it was sealed. */
const lasting = ({ claims = {} }: Verdict): Json => {
  const { validFrom, validUntil: _, ...others } = claims;
  return 'kind' in claims ? others : { ...others, validFrom };
};

/** `divoc` beside others of its kind. */
function started(args: readonly string[]): Promise<Json> {
  const bin = join(root, 'core', 'bin', 'divoc.js');
  const env = { ...process.env, DIVOC_HOME: home, LOG_LEVEL: 'warn' };
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    err += chunk;
  });
  return new Promise((done, fail) =>
    child.once('exit', (code) => (code === 0 ? done(JSON.parse(out)) : fail(new Error(`divoc ended with ${code}: ${out}${err}`)))),
  );
}

/** Ends the active keys of these purposes, all at the same time; what each command says. */
async function compromise(...purposes: readonly string[]): Promise<readonly Json[]> {
  const { keys } = JSON.parse(divoc(['keys', 'list', adopter, '--json'], { home }).stdout) as {
    keys: { id: string; purpose: string; active: boolean }[];
  };
  const ids = purposes.map((purpose) => keys.find((key) => key.purpose === purpose && key.active)?.id as string);
  return Promise.all(ids.map((id) => started(['keys', 'revoke', adopter, '--key', id, '--reissue', '--json'])));
}

it('what a key has sealed is sealed anew in each form, and no other form changes', { timeout: 300_000 }, async () => {
  const db = databaseOf(home);
  try {
    for (const n of [1, 2]) await issue('all', ALL, n === 1 ? 'Covishield' : 'covishield');
    await issue('yellow', YELLOW, 'Stamaril');
    const numbers = () => db('certificate_intent').orderBy('id').select('id', 'number');
    const before = await numbers();
    let last = await given();
    const claims = new Map<string, Json>();
    for (const [name, text] of last) claims.set(name, lasting(await verdictOn(text)));
    await expect.poll(() => statusesOf(last)).toEqual(all(last.keys(), () => 'VERIFIED'));

    for (const purposes of [['hcert'], ['shc', 'vds-nc'], ['sd-jwt', 'vc']]) {
      const isTheirs = (form: Form) => purposes.includes(FORMS[form]);
      const told = await compromise(...purposes);
      // All three have a form of the key for hcert, and of that for vc; two have one of each other key.
      const counts = purposes.map((purpose) => (purpose === 'hcert' || purpose === 'vc' ? 3 : 2));
      expect(told.map(({ reissue }) => reissue)).toMatchObject(counts.map((reissued) => ({ looked: 3, reissued, ended: 0, failed: {} })));
      const now = await given();
      const same = [...now].filter(([name, text]) => last.get(name) === text).map(([name]) => name);
      expect(same).toEqual([...now.keys()].filter((name) => !isTheirs(name.slice(name.indexOf(' ') + 1) as Form)));
      await expect.poll(() => statusesOf(now), { message: purposes.join() }).toEqual(all(now.keys(), () => 'VERIFIED'));
      expect([purposes, await statusesOf(last)]).toEqual([
        purposes,
        all(last.keys(), (form) => (isTheirs(form) ? 'REVOKED_KEYS' : 'VERIFIED')),
      ]);
      for (const [name, text] of now) expect([name, lasting(await verdictOn(text))]).toEqual([name, claims.get(name)]);
      last = now;
    }
    expect(await numbers()).toEqual(before);

    // One seal anew a form; nothing is left to do; what is issued now has the new keys.
    const seals = await db('certificate_reseal').count({ n: '*' }).first();
    expect(Number(seals?.n)).toBe(last.size);
    const again = JSON.parse(divoc(['certificates', 'reissue', adopter, '--json'], { home }).stdout);
    expect(again).toMatchObject({ looked: 3, reissued: 0, before: 3, failed: {} });
    await issue('all', ALL, 'COVISHIELD');
    const more = await given();
    // HCERT counts whole seconds, and holds from the next one on.
    await expect.poll(() => statusesOf(more)).toEqual(all(more.keys(), () => 'VERIFIED'));
    expect(divoc(['audit', 'verify', adopter], { home }).status).toBe(0);
  } finally {
    await db.destroy();
  }
});
