import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Client, client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** The services of one manifest run together, and some of them alone: who verifies cannot tell where a certificate was issued. */
const folder = mkdtempSync(join(tmpdir(), 'divoc-alone-'));
const adopter = join(folder, 'demo');
cpSync(join(root, 'adopters', 'demo'), adopter, { recursive: true });
const manifest = join(adopter, 'adopter.yaml');
const roles = '{ facility-staff: [vaccination:record, certificates:read], registrar: [certificates:issue, certificates:read] }';
const staff = /staff: \{ use: auth-local, version: [^,}]+ \}/;
writeFileSync(manifest, readFileSync(manifest, 'utf8').replace(staff, `staff: { use: auth-local, with: { roles: ${roles} } }`));

const { record } = dose('A-1') as { record: object };
const homes = { whole: newHome(), apart: newHome(), verifier: newHome() };
let [whole, apart, verifier] = [] as unknown as [RunningHouse, RunningHouse, RunningHouse];
let registrar: Client;
beforeAll(async () => {
  whole = await startHouse({ adopter, home: homes.whole });
  apart = await startHouse({ adopter, home: homes.apart, services: 'certificates,verification' });
  registrar = client(apart.address, tokenFor(homes.apart, 'registrar', 'registrar', { adopter }));
  mkdirSync(join(homes.verifier, 'trust'));
  const trust = await (await fetch(`${apart.address}/.well-known/divoc-trust.json`)).text();
  writeFileSync(join(homes.verifier, 'trust', 'apart.json'), trust);
  verifier = await startHouse({ adopter, home: homes.verifier, services: 'verification' });
});
afterAll(async () => {
  for (const house of [whole, apart, verifier]) await house?.stop();
  for (const path of [folder, ...Object.values(homes)]) rmSync(path, { recursive: true, force: true });
});

interface Credential {
  readonly [member: string]: unknown;
}
async function credentialOf(as: Client, id: string): Promise<Credential> {
  return (await (await as('GET', `/v1/certificates/${id}`, { headers: { accept: 'application/vc' } })).json()) as Credential;
}
const issued = async (body: object, headers = {}) => {
  const response = await registrar('POST', '/v1/certificates', { body, headers });
  const answer = (await response.json()) as { certificateId: string; outcome: string; code: string; errors: { pointer: string }[] };
  return { status: response.status, ...answer };
};

describe('the same record, together and apart', () => {
  let [together, alone] = [] as unknown as [Credential, Credential];

  it('gives the same credential but for its id, its place in status lists, its times and its proof', async () => {
    const nurse = client(whole.address, tokenFor(homes.whole, 'nurse', 'facility-staff', { adopter }));
    const recorded = (await (await nurse('POST', '/v1/vaccinations', { body: dose('A-1') })).json()) as { certificateId: string };
    together = await credentialOf(nurse, recorded.certificateId);
    const { status, certificateId } = await issued({ record });
    expect(status).toBe(201);
    alone = await credentialOf(registrar, certificateId);
    const same = ({ id: _id, credentialStatus: _place, validFrom: _from, proof, ...rest }: Credential) => {
      const { created: _created, proofValue: _value, verificationMethod: _key, ...kind } = proof as Credential;
      return { ...rest, proof: kind };
    };
    expect(same(alone)).toEqual(same(together));
    expect(same(alone)).toMatchObject({ issuer: 'did:web:health.example', credentialSubject: record });
  });

  it('is verified by a third process that has the trust file alone, no keys and no database', async () => {
    const stranger = client(verifier.address);
    const verdict = async (credential: Credential) => (await stranger('POST', '/v1/verify', { body: { credential } })).json();
    expect(await verdict(alone)).toMatchObject({ status: 'VERIFIED', answers: { status: 'pass' } });
    expect(await verdict({ ...alone, credentialSubject: { ...record, doseNumber: 2 } })).toMatchObject({ status: 'INVALID_SIGNATURE' });
    // The whole house has keys of its own, which nobody has told this verifier of.
    expect(await verdict(together)).not.toMatchObject({ status: 'VERIFIED' });
  });

  it('goes on where the others are absent: their routes, tables and settings are not there', async () => {
    const paths = async ({ address }: RunningHouse) =>
      Object.keys(((await (await fetch(`${address}/openapi.json`)).json()) as { paths: object }).paths);
    expect(await paths(apart)).toContain('/v1/certificates');
    expect(await paths(apart)).not.toContain('/v1/vaccinations');
    expect(await paths(verifier)).not.toContain('/v1/certificates');
    expect((await registrar('POST', '/v1/vaccinations', { body: dose('A-1') })).status).toBe(404);
    const all = divoc(['db', 'migrate', adopter, '--json'], { home: homes.apart });
    const owners = (JSON.parse(all.stdout) as { applied: { owner: string }[] }).applied.map(({ owner }) => owner);
    expect(owners).toContain('vaccination');
    expect(owners).not.toContain('certificates');
    const unknown = divoc(['serve', adopter, '--services', 'verificaton'], { home: homes.apart });
    expect([unknown.status, unknown.stderr]).toEqual([1, expect.stringContaining("did you mean 'verification'?")]);
  });
});

describe('POST /v1/certificates', () => {
  it('issues one certificate for one content, and another one for another Idempotency-Key', async () => {
    const first = await issued({ record });
    expect(first).toMatchObject({ status: 200, outcome: 'existing' });
    const headers = { 'idempotency-key': 'second-copy' };
    const other = await issued({ record }, headers);
    expect([other.status, other.certificateId === first.certificateId]).toEqual([201, false]);
    expect(await issued({ record }, headers)).toMatchObject({ status: 201, certificateId: other.certificateId });
    expect(await issued({ record: { ...record, doseNumber: 2 } }, headers)).toMatchObject({ status: 422, code: 'IDEMPOTENCY_KEY_REUSED' });
  });

  it('issues once however many ask at a time', async () => {
    const body = { record: { ...record, lotNumber: 'TOGETHER' } };
    const answers = await Promise.all(Array.from({ length: 8 }, () => issued(body)));
    expect(new Set(answers.map(({ certificateId }) => certificateId)).size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });

  it('gives each actor their own', async () => {
    const other = client(apart.address, tokenFor(homes.apart, 'another', 'registrar', { adopter }));
    const theirs = (await (await other('POST', '/v1/certificates', { body: { record } })).json()) as { certificateId: string };
    expect(theirs).toMatchObject({ outcome: 'issued' });
    expect((await registrar('GET', `/v1/certificates/${theirs.certificateId}`)).status).toBe(404);
  });

  it('keeps an end of validity, in UTC', async () => {
    const { certificateId } = await issued({ record, validUntil: '2999-01-01T05:30:00+05:30' });
    expect(await credentialOf(registrar, certificateId)).toMatchObject({ validUntil: '2999-01-01T00:00:00.000Z' });
  });

  it.each([
    [{ record: { ...record, doseNumber: 'one' } }, 400, 'BODY_INVALID', '/record/doseNumber'],
    [{ record, validUntil: '2020-01-01T00:00:00Z' }, 422, 'VALIDITY_ENDED', '/validUntil'],
    [{ record, validUntil: 'tomorrow' }, 400, 'BODY_INVALID', '/validUntil'],
    [{ record, template: 'certificate-a5' }, 422, 'TEMPLATE_UNKNOWN', '/template'],
    [{ record, owner: 'me' }, 400, 'BODY_INVALID', '/owner'],
  ])('refuses %#, naming the member', async (body, status, code, pointer) => {
    expect(await issued(body)).toMatchObject({ status, code, errors: [{ pointer }] });
  });

  it('is closed to whoever has not its scope', async () => {
    const nurse = client(apart.address, tokenFor(homes.apart, 'nurse', 'facility-staff', { adopter }));
    expect((await nurse('POST', '/v1/certificates', { body: { record } })).status).toBe(403);
    expect((await client(apart.address)('POST', '/v1/certificates', { body: { record } })).status).toBe(401);
  });
});
