import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verhoeff } from 'cdigit';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import type { Auth } from '../../core/api/index.js';
import { builtIns } from '../../core/cli/built-ins.js';
import type { Edge, Storage } from '../../core/internal/index.js';
import { boot } from '../../core/kernel/boot.js';
import { plan } from '../../core/kernel/plan.js';
import { migrate, migrationsOf } from '../../core/store/migrate.js';
import { listeningLog } from '../../core/testkit/index.js';
import { type RunningProvider, startProvider } from '../../plugins/identity-oidc/test/provider.js';
import { dropSchema, postgresUrl } from '../postgres.js';
import { type Client, client, dose } from './requests.js';
import { root } from './running-house.js';

/** Any plugin for any other of its port, by an edit of the manifest alone, and the main job is done all the same. */

type Json = Record<string, unknown>;
interface Combination {
  readonly name: string;
  readonly plugins: Json | (() => Json);
  readonly programme?: Json;
  /** As the provider wants to be told; or what the nurse and the person do to have it. */
  readonly identity?: Json | ((nurse: Client) => Promise<Json>);
  /** What the reply to the dose holds besides. */
  readonly reply?: Json;
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
// The person signs in elsewhere, with a browser of their own, which comes back to the house.
const redirectUri = 'https://divoc.example/x/walk-in/callback';
const signsIn = async (nurse: Client): Promise<Json> => {
  const { id, url } = (await (await nurse('POST', '/v1/identity-challenges', { body: {} })).json()) as { id: string; url: string };
  const back = await provider.visit(url, { person: 'asha' });
  expect((await nurse('GET', `${back.pathname}${back.search}`)).status).toBe(200);
  return { identity: { input: { challenge: id } } };
};
const due = { payment: { state: 'due', due: fee } };

let provider: RunningProvider;
beforeAll(async () => {
  provider = await startProvider({ redirectUri });
});
afterAll(() => provider.stop());
const oidc = () => {
  const { issuer, clientId } = provider;
  return { 'walk-in': { use: 'identity-oidc', with: { issuer, clientId, clientSecret: { $secret: 'CLIENT_SECRET' }, redirectUri } } };
};

const COMBINATIONS: readonly Combination[] = [
  { name: 'the demo', plugins: {} },
  { name: 'credential-jcs', plugins: jcs },
  { name: 'identity-national-number', plugins: number, identity: aadhaar },
  { name: 'identity-oidc', plugins: oidc, identity: signsIn },
  { name: 'payment-flat-fee', plugins: counter, reply: due },
  { name: 'payment-voucher', plugins: vouchers, reply: due },
  { name: 'channel-print', plugins: print },
  { name: 'no channel at all', plugins: {}, programme: { deliver: [] } },
  { name: 'storage-postgres', plugins: postgres },
  {
    name: 'the other one of every kind',
    plugins: { ...jcs, ...number, ...print, ...postgres, ...vouchers },
    identity: aadhaar,
    reply: due,
  },
  {
    name: 'the other one of every kind, and a digital identity',
    plugins: () => ({ ...jcs, ...oidc(), ...print, ...postgres, ...vouchers }),
    identity: signsIn,
    reply: due,
  },
];

it.each(COMBINATIONS)('$name', async ({ plugins: chosen, programme = {}, identity = {}, reply = {} }) => {
  const plugins = typeof chosen === 'function' ? chosen() : chosen;
  const home = mkdtempSync(join(tmpdir(), 'divoc-combination-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const file = join(home, 'adopter.yaml');
  const services = { http: { with: { port: 0 } }, vaccination: { with: { programmes: { 'covid-19': programme } } } };
  writeFileSync(file, JSON.stringify({ extends: [join(root, 'adopters', 'demo', 'adopter.yaml')], plugins, services }));
  const usesPostgres = 'database' in plugins;
  const url = usesPostgres ? await postgresUrl() : '';
  if (usesPostgres) onTestFinished(() => dropSchema(url, schema));

  const planned = await plan(file, { builtIns, folder: root, env: { DATABASE_URL: url, CLIENT_SECRET: provider.clientSecret } });
  const log = () => listeningLog().log;
  const clock = { now: () => new Date() };
  const store = await boot(planned, { home, log, only: ['storage/0'] });
  await migrate(migrationsOf(planned), store.port<Storage>('storage/0'), clock);
  await store.stop();
  const house = await boot(planned, { home, log });
  onTestFinished(() => house.stop());

  const token = await house.port<Auth>('auth/0').mint?.({ role: 'facility-staff', name: 'nurse', validForSeconds: 600 });
  const nurse = client(house.port<Edge>('edge/0').address(), token);
  const told = typeof identity === 'function' ? await identity(nurse) : identity;
  const response = await nurse('POST', '/v1/vaccinations', { body: { ...dose('C-1'), ...told } });
  const made = (await response.json()) as { certificateId: string };
  expect([response.status, made]).toMatchObject([201, { outcome: 'issued', ...reply }]);
  const credential = (await (await nurse('GET', `/v1/certificates/${made.certificateId}`)).json()) as {
    credentialSubject: { doseNumber: number };
  };
  const verdict = async () => (await (await nurse('POST', '/v1/verify', { body: { credential } })).json()) as { status: string };
  expect((await verdict()).status).toBe('VERIFIED');
  credential.credentialSubject.doseNumber = 2;
  expect((await verdict()).status).toBe('INVALID_SIGNATURE');
  for (const health of Object.values(await house.health())) expect(health.status).not.toBe('fail');
});
