import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, root, startHouse, tokenFor } from './running-house.js';

/** One dose, a printed certificate, and another one of it for a wallet, whose holder shows a border the dose and no name. */
const home = newHome();
const adopter = adopterWithHeld();
let house: RunningHouse;
beforeAll(async () => {
  expect(divoc(['keys', 'make', adopter, '--purpose', 'vc-ecdsa', '--algorithm', 'ES256'], { home }).status).toBe(0);
  house = await startHouse({ adopter, home });
});
afterAll(async () => {
  await house?.stop();
  rmSync(home, { recursive: true, force: true });
});

function adopterWithHeld(): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'divoc-held-')), 'demo');
  cpSync(join(root, 'adopters', 'demo'), folder, { recursive: true });
  const file = join(folder, 'adopter.yaml');
  const settings = '{ cryptosuite: ecdsa-sd-2023, mandatory: [/credentialSubject/doseNumber] }';
  const roles = `{ facility-staff: ['vaccination:record', 'certificates:read'], officer: ['certificates:revoke'] }`;
  const text = readFileSync(file, 'utf8')
    .replace('  page: {', `  held: { use: credential-ldp, version: ^0.1, with: ${settings} }\n  page: {`)
    .replace('{ use: auth-local, version: ^0.1 }', `{ use: auth-local, version: ^0.1, with: { roles: ${roles} } }`);
  writeFileSync(file, text);
  return folder;
}

it('is issued beside the printed form, derived from offline, and read at a border until it is revoked', async () => {
  const nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
  const border = client(house.address);
  const made = (await (await nurse('POST', '/v1/vaccinations', { body: dose('T-1') })).json()) as { certificateId: string };
  const path = `/v1/certificates/${made.certificateId}`;
  const form = async (name: string) =>
    (await (await nurse('GET', `${path}?form=${name}`, { headers: { accept: 'application/vc' } })).json()) as Record<string, unknown>;
  const [printed, held] = [await form('credential'), await form('held')];
  expect([printed.proof, held.proof]).toMatchObject([{ cryptosuite: 'eddsa-rdfc-2022' }, { cryptosuite: 'ecdsa-sd-2023' }]);
  // The same certificate: one id, one place in the status list, one record.
  const { proof: _, ...same } = held;
  expect(printed).toMatchObject(same);
  const verify = async (credential: unknown) => (await border('POST', '/v1/verify', { body: { credential } })).json();
  expect(await verify(held)).toMatchObject({ status: 'INVALID_SIGNING_FORMAT', reasons: [{ code: 'PROOF_FOR_HOLDER' }] });

  const file = join(home, 'held.json');
  writeFileSync(file, JSON.stringify(held));
  const { stdout, status } = divoc(['disclose', file, '--show', '/credentialSubject/vaccineName'], { home });
  expect(status).toBe(0);
  const shown = JSON.parse(stdout);
  expect(shown.credentialSubject).toEqual({ vaccineName: 'CoVax', doseNumber: 1 });
  expect(await verify(shown)).toMatchObject({
    status: 'VERIFIED',
    answers: { status: 'pass' },
    claims: { id: printed.id, credentialSubject: shown.credentialSubject },
  });
  expect(await verify({ ...shown, credentialSubject: { ...shown.credentialSubject, doseNumber: 2 } })).toMatchObject({
    status: 'INVALID_SIGNATURE',
  });

  const officer = client(house.address, tokenFor(home, 'officer', 'officer', { adopter }));
  const revoked = await officer('POST', `${path}/revocations`, { body: { reason: 'fraud' }, headers: { 'idempotency-key': 'r-1' } });
  expect(revoked.status).toBe(200);
  expect(await verify(shown)).toMatchObject({ status: 'REVOKED' });
  expect(house.log()).not.toContain('Asha');
});
