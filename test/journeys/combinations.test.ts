import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verhoeff } from 'cdigit';
import { expect, it, onTestFinished } from 'vitest';
import type { Auth } from '../../core/api/index.js';
import { builtIns } from '../../core/cli/built-ins.js';
import type { Edge, Storage } from '../../core/internal/index.js';
import { boot } from '../../core/kernel/boot.js';
import { plan } from '../../core/kernel/plan.js';
import { migrate, migrationsOf } from '../../core/store/migrate.js';
import { listeningLog } from '../../core/testkit/index.js';
import { newKey, startProvider } from '../../plugins/auth-oidc/test/provider.js';
import { mailServer } from '../../plugins/channel-email/test/mail-house.js';
import { startProvider as startIdentityProvider } from '../../plugins/identity-oidc/test/provider.js';
import { linesIn } from '../../plugins/sink-file/test/lines-in.js';
import { onceEach, webhookReceiver } from '../../plugins/sink-webhook/test/receiver.js';
import { dropSchema, postgresUrl } from '../postgres.js';
import { type Client, client, dose } from './requests.js';
import { divoc, root } from './running-house.js';

/** Any plugin for any other of its port, by an edit of the manifest alone, and the main job is done all the same. */

type Json = Record<string, unknown>;
interface Combination {
  readonly name: string;
  readonly plugins: Json;
  readonly programme?: Json;
  /** The house's template with these members of its template.json, as `mine`. */
  readonly template?: Json;
  /** What the request for the dose holds besides. */
  readonly request?: Json;
  /** What the reply to the dose holds besides. */
  readonly reply?: Json;
  /** Starts what the plugin talks to; it ends with the test. */
  peer?(): Promise<Peer>;
}
interface Peer {
  readonly plugins: Json;
  readonly env?: Readonly<Record<string, string>>;
  /** What the nurse and the person do before the dose is recorded, and what the request for it holds then. */
  before?(nurse: Client): Promise<Json>;
  /** Of a nurse; default: the house mints one. */
  readonly token?: string;
  /** Resolves when the peer has had what it should have. */
  served?(home: string): Promise<void>;
}

const schema = `t_combinations_${process.pid}`;
const [jcs, number, print, postgres] = [
  { credential: { use: 'credential-jcs' } },
  { 'walk-in': { use: 'identity-national-number', with: { number: 'in-aadhaar' } } },
  { download: { use: 'channel-print', with: null } },
  { database: { use: 'storage-postgres', with: { url: { $secret: 'DATABASE_URL' }, schema } } },
];
const fee = { amount: '25000', currency: 'LKR' };
const counter = { government: { use: 'payment-flat-fee', with: { fee } } };
const vouchers = { government: { use: 'payment-voucher', with: { fee } } };
const aadhaar = { identity: { input: { number: verhoeff.generate('23412341234') } } };
const due = { payment: { state: 'due', due: fee } };

/** Staff who sign in at a provider of their own. */
async function signOn(): Promise<Peer> {
  const provider = await startProvider([await newKey('RS256', 'one')]);
  onTestFinished(() => provider.stop());
  const roles = { nurse: ['vaccination:record', 'vaccination:read', 'certificates:read'] };
  const token = await provider.token({ claims: { realm_access: { roles: ['nurse'] } } });
  return { plugins: { staff: { use: 'auth-oidc', with: { issuer: provider.issuer, audience: ['divoc'], roles } } }, token };
}

/** People who sign in elsewhere, with a browser of their own, which comes back to the house. */
async function digitalIdentity(): Promise<Peer> {
  const redirectUri = 'https://divoc.example/x/walk-in/callback';
  const provider = await startIdentityProvider({ redirectUri });
  onTestFinished(() => provider.stop());
  const { issuer, clientId, clientSecret } = provider;
  return {
    plugins: { 'walk-in': { use: 'identity-oidc', with: { issuer, clientId, clientSecret: { $secret: 'CLIENT_SECRET' }, redirectUri } } },
    env: { CLIENT_SECRET: clientSecret },
    async before(nurse) {
      const { id, url } = (await (await nurse('POST', '/v1/identity-challenges', { body: {} })).json()) as { id: string; url: string };
      const back = await provider.visit(url, { person: 'asha' });
      expect((await nurse('GET', `${back.pathname}${back.search}`)).status).toBe(200);
      return { identity: { input: { challenge: id } } };
    },
  };
}

/** Certificates by e-mail and in no other way. */
async function mail(): Promise<Peer> {
  const server = await mailServer();
  const from = { address: 'no-reply@health.example', name: { en: 'Ministry of Health' } };
  return {
    plugins: { download: { use: 'channel-email', with: { host: '127.0.0.1', port: server.port, from, linkValidFor: null } } },
    served: () => expect.poll(() => server.mails.map(({ attachments }) => attachments.length > 0), { timeout: 60_000 }).toEqual([true]),
  };
}

/** Somebody who is told of what happens. */
async function webhook(): Promise<Peer> {
  const { url, secret, taken, stop } = await webhookReceiver(randomBytes(32));
  onTestFinished(stop);
  return {
    plugins: {
      bus: { use: 'bus-database', with: { lookEveryMilliseconds: 50 } },
      told: { use: 'sink-webhook', with: { url, secret: { $secret: 'TOLD_SECRET' } } },
    },
    env: { TOLD_SECRET: secret },
    served: () => expect.poll(() => onceEach(taken).length, { timeout: 60_000 }).toBe(2),
  };
}

/** Files in which stands what happens. */
async function journal(): Promise<Peer> {
  return {
    plugins: { bus: { use: 'bus-database', with: { lookEveryMilliseconds: 50 } }, journal: { use: 'sink-file' } },
    async served(home) {
      const folder = join(home, 'events', 'journal');
      const lines = () => linesIn(folder);
      await expect.poll(lines, { timeout: 60_000 }).toHaveLength(2);
    },
  };
}

const COMBINATIONS: readonly Combination[] = [
  { name: 'the demo', plugins: {} },
  { name: 'credential-jcs', plugins: jcs },
  { name: 'identity-national-number', plugins: number, request: aadhaar },
  { name: 'identity-oidc', plugins: {}, peer: digitalIdentity },
  { name: 'payment-flat-fee', plugins: counter, reply: due },
  { name: 'payment-voucher', plugins: vouchers, reply: due },
  { name: 'channel-print', plugins: print },
  { name: 'channel-email', plugins: {}, request: { recipient: { email: 'asha@example.org', language: 'en' } }, peer: mail },
  { name: 'auth-oidc', plugins: {}, peer: signOn },
  { name: 'template-eta', plugins: { page: { use: 'template-eta' } }, programme: { template: 'vaccination-card' } },
  {
    name: 'template-chromium',
    plugins: { pdf: { use: 'template-chromium' } },
    programme: { template: 'mine' },
    template: { print: 'page.hbs' },
  },
  { name: 'bus-database and sink-webhook', plugins: {}, peer: webhook },
  { name: 'bus-database and sink-file', plugins: {}, peer: journal },
  { name: 'no channel at all', plugins: {}, programme: { deliver: [] } },
  { name: 'storage-postgres', plugins: postgres },
  {
    name: 'the other one of every kind',
    plugins: { ...jcs, ...number, ...print, ...postgres, ...vouchers },
    request: aadhaar,
    reply: due,
  },
  {
    name: 'the other one of every kind, and a digital identity',
    plugins: { ...jcs, ...print, ...postgres, ...vouchers },
    peer: digitalIdentity,
    reply: due,
  },
];

it.each(COMBINATIONS)('$name', async ({ programme = {}, request = {}, reply = {}, template, ...combination }) => {
  const peer = await combination.peer?.();
  const plugins: Json = { ...combination.plugins, ...peer?.plugins };
  const home = mkdtempSync(join(tmpdir(), 'divoc-combination-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, 'adopter.yaml');
  const services = { http: { with: { port: 0 } }, vaccination: { with: { programmes: { 'covid-19': programme } } } };
  writeFileSync(file, JSON.stringify({ extends: [join(root, 'adopters', 'demo', 'adopter.yaml')], plugins, services }));
  if (template) {
    cpSync(join(root, 'templates', 'certificate-a4'), join(home, 'templates', 'mine'), { recursive: true });
    const settings = join(home, 'templates', 'mine', 'template.json');
    writeFileSync(settings, JSON.stringify({ ...JSON.parse(readFileSync(settings, 'utf8')), ...template }));
  }
  const usesPostgres = 'database' in plugins;
  const url = usesPostgres ? await postgresUrl() : '';
  if (usesPostgres) onTestFinished(() => dropSchema(url, schema));

  const planned = await plan(file, { builtIns, folder: root, env: { DATABASE_URL: url, ...peer?.env } });
  const log = () => listeningLog().log;
  const clock = { now: () => new Date() };
  const store = await boot(planned, { home, log, only: ['storage/0'] });
  await migrate(migrationsOf(planned), store.port<Storage>('storage/0'), clock);
  await store.stop();
  const house = await boot(planned, { home, log });
  onTestFinished(() => house.stop());

  const minted = () => house.port<Auth>('auth/0').mint?.({ role: 'facility-staff', name: 'nurse', validForSeconds: 600 });
  const nurse = client(house.port<Edge>('edge/0').address(), peer?.token ?? (await minted()));
  const response = await nurse('POST', '/v1/vaccinations', { body: { ...dose('C-1'), ...request, ...(await peer?.before?.(nurse)) } });
  const made = (await response.json()) as { certificateId: string };
  expect([response.status, made]).toMatchObject([201, { outcome: 'issued', ...reply }]);
  const as = (accept: string) => nurse('GET', `/v1/certificates/${made.certificateId}`, { headers: { accept } });
  const credential = (await (await as('application/vc')).json()) as { credentialSubject: { doseNumber: number } };
  const verdict = async () => (await (await nurse('POST', '/v1/verify', { body: { credential } })).json()) as { status: string };
  expect((await verdict()).status).toBe('VERIFIED');
  credential.credentialSubject.doseNumber = 2;
  expect((await verdict()).status).toBe('INVALID_SIGNATURE');
  for (const mediaType of ['text/html', 'application/pdf']) {
    const rendered = await as(mediaType);
    expect([rendered.status, rendered.headers.get('content-type')]).toMatchObject([200, expect.stringContaining(mediaType)]);
    if (mediaType === 'text/html' || !template) continue;
    // Whoever prints it: the credential is attached, and the code on the page says the same.
    const pdf = join(home, 'certificate.pdf');
    writeFileSync(pdf, Buffer.from(await rendered.arrayBuffer()));
    expect(JSON.parse(divoc(['verify', pdf], { home }).stdout)).toMatchObject({ status: 'VERIFIED' });
  }
  await peer?.served?.(home);
  for (const health of Object.values(await house.health())) expect(health.status).not.toBe('fail');
});
