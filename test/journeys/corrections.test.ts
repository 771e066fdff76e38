import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Client, certifyBody, client, dose } from './requests.js';
import { divoc, newHome, type RunningHouse, startHouse, tokenFor } from './running-house.js';

/** What was recorded wrongly is put right, on the built program: by this API and by DIVOC's own. */
type Json = Record<string, unknown>;
const adopter = 'adopters/demo';
const home = newHome();
let house: RunningHouse;
let nurse: Client;
let supervisor: Client;
beforeAll(async () => {
  house = await startHouse({ adopter, home });
  nurse = client(house.address, tokenFor(home, 'nurse', 'facility-staff', { adopter }));
  supervisor = client(house.address, tokenFor(home, 'asha', 'supervisor', { adopter }));
});
afterAll(async () => {
  await house.stop();
  rmSync(home, { recursive: true, force: true });
});

const json = async (response: Response) => (await response.json()) as Json;
const named = (code: string, name: string) => dose(code, 1, { patient: { name, birthDate: '1984-03', gender: 'female' } });
const correction = (name: string) => ({ record: named('x', name).record, reason: 'wrong-data' });
const correct = (id: unknown, name: string, headers = {}, who = supervisor) =>
  who('POST', `/v1/vaccinations/${id}/corrections`, { body: correction(name), headers });
const credentialOf = async (id: unknown) => json(await nurse('GET', `/v1/certificates/${id}`, { headers: { accept: 'application/vc' } }));
const verdict = async (credential: Json) =>
  (await json(await client(house.address)('POST', '/v1/verify', { body: { credential } }))).status;

it('a corrected record has a second version and a certificate that supersedes the first one', async () => {
  const made = await json(await nurse('POST', '/v1/vaccinations', { body: named('K-1', 'Asha Pereira') }));
  const old = await credentialOf(made.certificateId);
  expect(await verdict(old)).toBe('VERIFIED');
  const seen = await nurse('GET', `/v1/vaccinations/${made.vaccinationId}`);
  expect(seen.headers.get('etag')).toBe('"1"');

  expect((await correct(made.vaccinationId, 'Asha Perera', {}, nurse)).status).toBe(403);
  expect((await correct(made.vaccinationId, 'Asha Perera', { 'if-match': '"7"' })).status).toBe(412);
  expect((await correct('01a215b7-b0a2-7386-b6bb-2f040a0fcb29', 'Asha Perera')).status).toBe(404);
  const otherDose = { ...correction('x'), record: dose('x', 2).record };
  const refused = await supervisor('POST', `/v1/vaccinations/${made.vaccinationId}/corrections`, { body: otherDose });
  expect([refused.status, await json(refused)]).toMatchObject([422, { code: 'DOSE_FIXED', errors: [{ pointer: '/record/doseNumber' }] }]);
  const senseless = await supervisor('POST', `/v1/vaccinations/${made.vaccinationId}/corrections`, {
    body: { reason: 'wrong-data', record: dose('x', 1, { seriesDoses: 0 }).record },
  });
  expect([400, 422]).toContain(senseless.status);

  const reply = await correct(made.vaccinationId, 'Asha Perera', { 'if-match': '"1"' });
  const corrected = await json(reply);
  expect([reply.status, reply.headers.get('etag'), corrected]).toMatchObject([201, '"2"', { outcome: 'issued', version: 2 }]);
  expect(corrected.certificateId).not.toBe(made.certificateId);
  // Whoever did not hear the answer asks again, with what they had seen.
  const again = await correct(made.vaccinationId, 'Asha Perera', { 'if-match': '"1"' });
  expect([again.status, await json(again)]).toMatchObject([200, { outcome: 'existing', certificateId: corrected.certificateId }]);
  expect((await correct(made.vaccinationId, 'Aisha Perera', { 'if-match': '"1"' })).status).toBe(412);

  const current = await credentialOf(corrected.certificateId);
  expect(current).toMatchObject({ credentialSubject: { patient: { name: 'Asha Perera' } } });
  expect([await verdict(old), await verdict(current)]).toEqual(['REVOKED', 'VERIFIED']);
  const status = await json(await nurse('GET', `/v1/certificates/${made.certificateId}/status`));
  expect(status).toMatchObject({ state: 'superseded', reason: 'wrong-data', replacedBy: corrected.certificateId });
  const links = made.links as Record<string, string>;
  const gone = await client(house.address)('GET', links.page as string);
  expect([gone.status, (await json(gone)).code]).toEqual([410, 'CERTIFICATE_SUPERSEDED']);
  const { items } = await json(await supervisor('GET', `/v1/vaccinations/${made.vaccinationId}/versions`));
  expect(items).toMatchObject([
    { version: 1, certificateId: made.certificateId, record: { patient: { name: 'Asha Pereira' } } },
    { version: 2, record: { patient: { name: 'Asha Perera' } }, correction: { reason: 'wrong-data', at: expect.any(String) } },
  ]);

  const [before, after] = ['old.json', 'new.json'].map((name) => join(home, name)) as [string, string];
  writeFileSync(before, JSON.stringify(old));
  writeFileSync(after, JSON.stringify(current));
  const offline = divoc(['verify', before, after], { home }).stdout.trim().split('\n');
  expect(offline.map((line) => JSON.parse(line).status)).toEqual(['REVOKED', 'VERIFIED']);
});

it('what was revoked is not mended by a correction', async () => {
  const made = await json(await nurse('POST', '/v1/vaccinations', { body: named('K-2', 'Ravi') }));
  const revoked = await supervisor('POST', `/v1/certificates/${made.certificateId}/revocations`, { body: { reason: 'fraud' } });
  expect(revoked.status).toBe(200);
  const reply = await correct(made.vaccinationId, 'Ravi Kumar');
  expect([reply.status, (await json(reply)).code]).toEqual([409, 'CERTIFICATE_REVOKED']);
});

it('two who correct at once are told apart', async () => {
  const { vaccinationId } = await json(await nurse('POST', '/v1/vaccinations', { body: named('K-3', 'Ravi') }));
  const names = ['Ravi A', 'Ravi B', 'Ravi C'];
  const replies = await Promise.all(names.map((name) => correct(vaccinationId, name, { 'if-match': '"1"' })));
  const statuses = replies.map(({ status }) => status).sort();
  expect(statuses.filter((status) => status < 300)).toHaveLength(1);
  expect(statuses.filter((status) => status === 409 || status === 412)).toHaveLength(2);
});

it("DIVOC's own clients certify, update and revoke", async () => {
  const [item] = certifyBody() as [Json & { recipient: Json; vaccination: Json }];
  const second = { ...item, vaccination: { ...item.vaccination, dose: 2 } };
  const certified = await nurse('POST', '/divoc/api/v1/certify', { body: [item, second] });
  expect([certified.status, await certified.json()]).toMatchObject([200, [{ outcome: 'issued' }, { outcome: 'issued' }]]);

  const update = [{ ...item, recipient: { ...item.recipient, name: 'Bhaya M. Mitra' } }];
  expect((await nurse('PUT', '/divoc/api/v3/certificate', { body: update })).status).toBe(403);
  const updated = await supervisor('PUT', '/divoc/api/v3/certificate', { body: update });
  const [answer] = (await updated.json()) as [Json];
  expect([updated.status, answer]).toMatchObject([200, { outcome: 'issued' }]);
  expect(await credentialOf(answer.certificateId)).toMatchObject({ credentialSubject: { patient: { name: 'Bhaya M. Mitra' } } });
  const nobody = await supervisor('PUT', '/divoc/api/v1/certificate', { body: [{ ...update[0], preEnrollmentCode: 'nobody' }] });
  expect(nobody.status).toBe(412);

  const path = `/divoc/api/v1/certificates/${item.preEnrollmentCode}`;
  expect((await supervisor('DELETE', `${path}?doses=1`)).status).toBe(400);
  expect((await supervisor('DELETE', '/divoc/api/v1/certificates/nobody?allDoses=true')).status).toBe(404);
  const revoked = await supervisor('DELETE', `${path}?allDoses=true`);
  expect([revoked.status, await revoked.json()]).toMatchObject([200, [{ dose: 1, certificateId: answer.certificateId }, { dose: 2 }]]);
  expect(await verdict(await credentialOf(answer.certificateId))).toBe('REVOKED');
  expect(house.log()).not.toContain('Mitra');
  expect(divoc(['audit', 'verify', adopter], { home })).toMatchObject({ status: 0 });
});
