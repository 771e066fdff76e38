import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { verhoeff } from 'cdigit';
import knex from 'knex';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newKey, type RunningProvider, startProvider } from '../../plugins/auth-oidc/test/provider.js';
import {
  type RunningProvider as IdentityProvider,
  startProvider as startIdentityProvider,
} from '../../plugins/identity-oidc/test/provider.js';
import { linesIn } from '../../plugins/sink-file/test/lines-in.js';
import { onceEach, type WebhookReceiver, webhookReceiver } from '../../plugins/sink-webhook/test/receiver.js';
import { dropSchema, postgresUrl } from '../postgres.js';
import { type Client, client, dose } from './requests.js';
import { allRows, divoc, newHome, type RunningHouse, root, startHouse, tokenFor, vectors } from './running-house.js';

/** Two countries that are nothing but data, each on the built program with the peers that it names. */

/** A country's folder with a site's own settings on top, as operations would write them. */
function siteOf(country: string, settings: string): string {
  const folder = mkdtempSync(join(tmpdir(), `divoc-${country}-`));
  cpSync(join(root, 'adopters', '_base'), join(folder, '_base'), { recursive: true });
  cpSync(join(root, 'adopters', country), join(folder, country), { recursive: true });
  const file = join(folder, country, 'site.yaml');
  writeFileSync(file, `extends: [adopter.yaml]\n${settings}`);
  return file;
}

/** What `divoc plan` says, and what it said when somebody last looked at it. */
function plans(country: string, env: Record<string, string> = {}): [said: string, golden: string] {
  const { status, stdout, stderr } = divoc(['plan', `adopters/${country}`], { home: newHome(), env });
  if (status !== 0) throw new Error(`${country} has no plan:\n${stdout}${stderr}`);
  const file = join(root, 'adopters', country, 'golden', 'plan.txt');
  if (process.env.DIVOC_GOLDEN === 'write') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, stdout);
  }
  return [stdout, readFileSync(file, 'utf8')];
}

const verified = (home: string, file: string) => JSON.parse(divoc(['verify', file], { home }).stdout || '{}') as { status: string };
const json = async (response: Response) => (await response.json()) as Record<string, unknown>;

describe('lumbria', () => {
  const home = newHome();
  const schema = `t_lumbria_${process.pid}`;
  const mails: ParsedMail[] = [];
  let site: string;
  let url: string;
  let provider: RunningProvider;
  let statistics: WebhookReceiver;
  let smtp: SMTPServer;
  let house: RunningHouse;
  let nurse: Client;
  let cashier: Client;

  const token = (role: string, who: 'machine' | 'other') =>
    provider.token({ client: who, claims: { resource_access: { divoc: { roles: [role] } } } });

  beforeAll(async () => {
    url = await postgresUrl();
    provider = await startProvider([await newKey('RS256', 'one')]);
    statistics = await webhookReceiver(randomBytes(32));
    smtp = new SMTPServer({
      disabledCommands: ['STARTTLS'],
      authOptional: true,
      logger: false,
      onData: (stream, _session, done) => void simpleParser(stream).then((mail) => done(void mails.push(mail) as never)),
    });
    smtp.listen(0, '127.0.0.1');
    await once(smtp.server, 'listening');
    const { port } = smtp.server.address() as { port: number };
    site = siteOf(
      'lumbria',
      `plugins:
  database: { with: { schema: ${schema} } }
  sso: { with: { issuer: '${provider.issuer}' } }
  mail: { with: { host: 127.0.0.1, port: ${port} } }
  statistics: { with: { url: '${statistics.url}' } }
`,
    );
    // In production nobody makes keys by the way.
    mkdirSync(join(home, 'keys'), { mode: 0o700 });
    const pem = generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' });
    writeFileSync(join(home, 'keys', 'issuer.pem'), pem, { mode: 0o600 });
    writeFileSync(join(home, 'keys', 'hash.key'), randomBytes(32), { mode: 0o600 });
    const secrets = { DATABASE_URL: url, STATISTICS_SECRET: statistics.secret };
    house = await startHouse({ adopter: site, home, env: { ...secrets, LOG_LEVEL: 'debug' } });
    nurse = client(house.address, await token('facility-staff', 'machine'));
    cashier = client(house.address, await token('cashier', 'other'));
  });
  afterAll(async () => {
    await house?.stop();
    await Promise.all([provider?.stop(), statistics?.stop()]);
    await new Promise<void>((done) => void smtp?.close(() => done()));
    await dropSchema(url, schema);
    rmSync(home, { recursive: true, force: true });
  });

  const citizenNumber = verhoeff.generate('84031200018');
  const body = (doseNumber: number, changes: object = {}, birthDate = '1984-03-12') => ({
    identity: { input: { number: citizenNumber.replace(/(.{4})/g, '$1 ').trim() } },
    recipient: { email: 'asha.perera@example.org', language: 'en' },
    record: {
      ...(dose('x', doseNumber).record as object),
      patient: { name: 'Asha Perera', birthDate, gender: 'female', province: 'islands' },
      facility: { name: 'Harbour Clinic', identifier: 'LB-0042' },
      ...changes,
    },
  });

  it('plans as it did when somebody last looked', () => {
    const secrets = { STATISTICS_SECRET: `whsec_${'c2VjcmV0'.repeat(6)}` };
    const [said, golden] = plans('lumbria', { ...secrets, DATABASE_URL: 'postgres://somebody:secret@127.0.0.1/divoc' });
    expect(said).toBe(golden);
    expect(said).not.toMatch(/secret@|c2VjcmV0/);
  });

  it('is ready', async () => expect((await fetch(`${house.address}/readyz`)).status).toBe(200));

  it('lets nobody in without a token of the provider, or without the role', async () => {
    expect((await client(house.address)('POST', '/v1/vaccinations', { body: body(1) })).status).toBe(401);
    expect((await cashier('POST', '/v1/vaccinations', { body: body(1) })).status).toBe(403);
  });

  it('refuses a record that the number contradicts', async () => {
    const response = await nurse('POST', '/v1/vaccinations', { body: body(1, {}, '1985-03-12') });
    expect([response.status, await json(response)]).toMatchObject([
      422,
      { code: 'RECORD_IMPLAUSIBLE', errors: [{ pointer: '/record/patient/birthDate', code: 'IDENTITY_DISAGREES' }] },
    ]);
  });

  it('issues a first dose that costs nothing, and mails a certificate that verifies', async () => {
    const response = await nurse('POST', '/v1/vaccinations', { body: body(1) });
    const made = await json(response);
    expect([response.status, made]).toMatchObject([201, { outcome: 'issued' }]);
    expect(made.payment).toBeUndefined();
    await expect.poll(() => mails.length, { timeout: 60_000 }).toBe(1);
    const pdf = join(home, 'mailed.pdf');
    writeFileSync(pdf, mails[0]?.attachments[0]?.content as Buffer);
    expect(verified(home, pdf)).toMatchObject({ status: 'VERIFIED', claims: { credentialSubject: { patient: { province: 'islands' } } } });
    const credential = await json(await nurse('GET', `/v1/certificates/${made.certificateId}`));
    expect(credential).toMatchObject({ issuer: 'did:web:health.lumbria.example', proof: { cryptosuite: 'eddsa-jcs-2022' } });
    await expect
      .poll(async () => (await json(await nurse('GET', `/v1/vaccinations/${made.vaccinationId}`))).deliveries, { timeout: 60_000 })
      .toMatchObject([{ channel: 'download' }, { channel: 'mail', state: 'accepted' }]);
  });

  it('has the second dose paid at the counter, without waiting for the money', async () => {
    const made = await json(await nurse('POST', '/v1/vaccinations', { body: body(2) }));
    expect(made).toMatchObject({ outcome: 'issued', payment: { state: 'due', due: { amount: '25000', currency: 'LKR' } } });
    const { id } = made.payment as { id: string };
    const input = { received: { amount: '30000', currency: 'LKR' } };
    const captured = await cashier('POST', `/v1/payments/${id}/captures`, { body: { input } });
    expect([captured.status, await json(captured)]).toMatchObject([200, { state: 'captured' }]);
    expect((await cashier('POST', `/v1/payments/${id}/captures`, { body: { input } })).status).toBe(200);
    const counted = { scheme: 'counter', counted: { amount: '25000', currency: 'LKR' } };
    const cashedUp = await cashier('POST', '/v1/cash-ups', { body: counted, headers: { 'idempotency-key': 'friday' } });
    expect([cashedUp.status, await json(cashedUp)]).toMatchObject([201, { expected: { amount: '25000' } }]);
    expect(await json(await nurse('GET', `/v1/vaccinations/${made.vaccinationId}`))).toMatchObject({ payment: { state: 'captured' } });
  });

  it('tells the statistics office of each certificate, and of nobody', async () => {
    await expect
      .poll(() => onceEach(statistics.taken).map(({ type }) => type), { timeout: 60_000 })
      .toEqual(Array(2).fill('divoc.certificate.issued.v1'));
    expect(statistics.forged).toEqual([]);
    expect(JSON.stringify(statistics.taken)).not.toMatch(/Asha|1984|Harbour/);
  });

  it('keeps neither the number nor the address anywhere', async () => {
    const db = knex({ client: 'pg', connection: url, searchPath: [schema] });
    const kept = await allRows(db, schema);
    await db.destroy();
    expect(kept).toContain('Asha Perera');
    for (const text of [kept, house.log()]) expect(text).not.toMatch(new RegExp(`${citizenNumber}|asha\\.perera`));
    expect(house.log()).not.toContain('Asha');
  });
});

describe('selene', () => {
  const home = newHome();
  let mainland: IdentityProvider;
  let env: Record<string, string>;
  let settings: string;
  let site: string;
  let house: RunningHouse;
  let as: (role: string) => Client;
  /** The certificate of a last dose. */
  let letter: string;
  beforeAll(async () => {
    mainland = await startIdentityProvider({ redirectUri: 'https://health.selene.example/x/mainland-id/callback' });
    const { issuer, clientId, clientSecret } = mainland;
    settings = `plugins:\n  mainland-id: { with: { issuer: '${issuer}', clientId: '${clientId}' } }\n`;
    site = siteOf('selene', settings);
    env = { MAINLAND_ID_SECRET: clientSecret };
    house = await startHouse({ adopter: site, home, env });
    as = (role) => client(house.address, tokenFor(home, role, role, { adopter: site, env }));
  });
  afterAll(async () => {
    await house?.stop();
    await mainland?.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('plans as it did when somebody last looked', () => {
    const [said, golden] = plans('selene', { MAINLAND_ID_SECRET: 'of the mainland' });
    expect(said).toBe(golden);
  });

  /** A payment for a dose, by a voucher of its own. */
  const paid = async (doseNumber: number): Promise<string> => {
    const batch = { count: 1, value: { amount: '1500', currency: 'USD' }, programme: 'measles', expiresAt: '2036-01-01T00:00:00Z' };
    const { vouchers } = (await json(await as('supervisor')('POST', '/x/vouchers/batches', { body: batch }))) as {
      vouchers: { code: string }[];
    };
    const purpose = { programme: 'measles', doseNumber };
    const nurse = as('facility-staff');
    const { id } = (await json(await nurse('POST', '/v1/payments', { body: { scheme: 'vouchers', purpose } }))) as { id: string };
    await nurse('POST', `/v1/payments/${id}/captures`, { body: { input: { code: vouchers[0]?.code } } });
    return id;
  };

  it('takes a voucher before the dose, and each voucher and payment once', async () => {
    const issued = await as('supervisor')('POST', '/x/vouchers/batches', {
      body: { count: 2, value: { amount: '1500', currency: 'USD' }, programme: 'measles', expiresAt: '2036-01-01T00:00:00Z' },
    });
    expect(issued.status).toBe(201);
    const { vouchers } = (await issued.json()) as { vouchers: { code: string }[] };
    const nurse = as('facility-staff');
    const child = (code: string, payment?: string, doseNumber = 1) => ({
      ...dose(code, doseNumber),
      identity: { provider: 'village-code', input: { code } },
      ...(payment !== undefined && { payment }),
    });
    const unpaid = await nurse('POST', '/v1/vaccinations', { body: child('house-7/2') });
    expect([unpaid.status, await json(unpaid)]).toMatchObject([422, { code: 'PAYMENT_REQUIRED' }]);

    const purpose = { programme: 'measles', doseNumber: 1 };
    const opened = await nurse('POST', '/v1/payments', { body: { scheme: 'vouchers', purpose } });
    expect(opened.status).toBe(201);
    const { id } = (await opened.json()) as { id: string };
    const code = vouchers[0]?.code as string;
    const captured = await nurse('POST', `/v1/payments/${id}/captures`, { body: { input: { code } } });
    expect([captured.status, await json(captured)]).toMatchObject([200, { state: 'captured' }]);
    const second = (await json(await nurse('POST', '/v1/payments', { body: { scheme: 'vouchers', purpose } }))) as { id: string };
    expect((await nurse('POST', `/v1/payments/${second.id}/captures`, { body: { input: { code } } })).status).toBe(422);

    const recorded = await nurse('POST', '/v1/vaccinations', { body: child('house-7/2', id) });
    expect([recorded.status, await json(recorded)]).toMatchObject([201, { outcome: 'issued', payment: { id, state: 'captured' } }]);
    expect((await nurse('POST', '/v1/vaccinations', { body: child('house-7/2', id) })).status).toBe(200);
    const stolen = await nurse('POST', '/v1/vaccinations', { body: child('house-9/1', id) });
    expect(stolen.status).toBe(422);
    expect(house.log()).not.toContain(code);
  });

  it('prints each certificate once, and again only when a supervisor asks', async () => {
    const printer = as('printer');
    const { items } = (await (await printer('GET', '/x/sheet/jobs?state=waiting')).json()) as { items: { id: string }[] };
    expect(items).toHaveLength(1);
    const path = `/x/sheet/jobs/${items[0]?.id}`;
    const sheet = await printer('POST', `${path}/claims`);
    expect(sheet.status).toBe(200);
    writeFileSync(join(home, 'sheet.pdf'), Buffer.from(await sheet.arrayBuffer()));
    expect(verified(home, join(home, 'sheet.pdf')).status).toBe('VERIFIED');
    expect((await printer('POST', `${path}/claims`)).status).toBe(409);
    const attempt = Number(sheet.headers.get('print-attempt'));
    expect((await printer('POST', `${path}/outcomes`, { body: { attempt, outcome: 'printed' } })).status).toBe(200);
    expect((await printer('POST', `${path}/reprints`, { body: { reason: 'damaged' } })).status).toBe(403);
    expect((await as('supervisor')('POST', `${path}/reprints`, { body: { reason: 'damaged' } })).status).toBe(200);
    expect((await printer('POST', `${path}/claims`)).status).toBe(200);
  });

  it('takes its facilities from the file that DIVOC had them in', async () => {
    const upload = (await json(
      await as('registrar')('POST', '/x/files/uploads?type=facility', {
        raw: readFileSync(join(vectors, 'divoc', 'csv', 'facilities.csv')),
        headers: { 'content-type': 'text/csv' },
      }),
    )) as { counts: object };
    expect(upload).toMatchObject({ state: 'done', counts: { created: 5, refused: 0 } });
    expect((await as('facility-staff')('GET', '/v1/facilities')).status).toBe(403);
  });

  it('knows visitors by the digital ID of the mainland, and the same one again', async () => {
    const nurse = as('facility-staff');
    const recorded = async (payment?: string) => {
      const begun = await nurse('POST', '/v1/identity-challenges', { body: { provider: 'mainland-id' } });
      const { id, url } = (await json(begun)) as { id: string; url: string };
      const back = await mainland.visit(url, { person: 'asha' });
      expect((await client(house.address)('GET', `${back.pathname}${back.search}`)).status).toBe(200);
      const identity = { provider: 'mainland-id', input: { challenge: id } };
      return nurse('POST', '/v1/vaccinations', { body: { ...dose('-'), identity, ...(payment && { payment }) } });
    };
    const made = await json(await recorded(await paid(1)));
    expect(made).toMatchObject({ outcome: 'issued' });
    expect(await json(await recorded())).toMatchObject({ outcome: 'existing', vaccinationId: made.vaccinationId });
  });

  it('gives a card for each dose, and for the last one a letter, in the language that is asked for', async () => {
    const nurse = as('facility-staff');
    const vaccinated = async (doseNumber: number): Promise<string> => {
      const id = await paid(doseNumber);
      const identity = { provider: 'village-code', input: { code: 'house-12/4' } };
      const made = await json(await nurse('POST', '/v1/vaccinations', { body: { ...dose('x', doseNumber), identity, payment: id } }));
      expect(made).toMatchObject({ outcome: 'issued' });
      return made.certificateId as string;
    };
    const [first, last] = [await vaccinated(1), await vaccinated(2)];
    const page = async (id: string, language: string): Promise<string> => {
      const response = await nurse('GET', `/v1/certificates/${id}?language=${language}`, { headers: { accept: 'text/html' } });
      return (await response.text()).replace(/[\u2066-\u2069]/g, '');
    };
    expect(await page(first, 'en')).toContain('<h1>Vaccination card</h1>');
    letter = last;
    const said = await page(last, 'en');
    expect(said).toContain('has completed her course of 2 doses of CoVax.');
    expect(said).toContain('The 2nd dose was given on November 20, 2026 at ABC Medical Center.');
    expect(said).toContain('born March 1984');
    // The letter does not say that it reads these.
    expect(said).not.toMatch(/Sooraj|Colombo/);
    expect(await page(last, 'ar')).toContain('قد أكملت سلسلة التطعيم بلقاح CoVax: جرعتان.');
    const pdf = await nurse('GET', `/v1/certificates/${last}`, { headers: { accept: 'application/pdf' } });
    writeFileSync(join(home, 'letter.pdf'), Buffer.from(await pdf.arrayBuffer()));
    expect(verified(home, join(home, 'letter.pdf')).status).toBe('VERIFIED');
  });

  it('draws a certificate as it was promised, whatever the rules say by now', async () => {
    const drawn = async (): Promise<string> => {
      const accept = { headers: { accept: 'text/html' } };
      return (await as('facility-staff')('GET', `/v1/certificates/${letter}?language=en`, accept)).text();
    };
    const before = await drawn();
    await house.stop();
    const programme = 'services: { vaccination: { with: { programmes: { measles: { templateRules: { completed: null } } } } } }';
    writeFileSync(site, `extends: [adopter.yaml]\n${settings}${programme}\n`);
    house = await startHouse({ adopter: site, home, env });
    expect(await drawn()).toBe(before);
  });

  it('keeps a journal for the boat, of all that has happened and of nobody', async () => {
    const folder = join(home, 'events', 'journal');
    const lines = () => linesIn(folder);
    // Two doses in one house, one in another, and a visitor's.
    await expect.poll(() => lines().filter((line) => line.includes('"divoc.certificate.issued.v1"')).length, { timeout: 60_000 }).toBe(4);
    expect(new Set(lines()).size).toBe(8);
    expect(lines().join()).not.toMatch(/Asha|1984|house-/);
  });
});
