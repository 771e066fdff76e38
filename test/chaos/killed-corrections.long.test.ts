import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { databaseOf, newHome, startHouse, tokenFor } from '../journeys/running-house.js';
import { impatientAdopter } from './chaos-rounds.js';

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
const adopter = impatientAdopter();
const home = newHome();
type Json = Record<string, unknown>;
const record = (name: string) => dose('x', 1, { patient: { name, birthDate: '1984-03', gender: 'female' } }).record;

it.each([
  'vaccination.correcting',
  'vaccination.corrected',
  'certificate.intended',
  'certificate.storing',
  'certificate.stored',
  'vaccination.linking',
])('a house that is killed at %s corrects once all the same', async (stage) => {
  const settings = { adopter, home, isMigrated: stage !== 'vaccination.correcting' };
  const before = await startHouse(settings);
  const [nurse, supervisor] = ['facility-staff', 'supervisor'].map((role) => tokenFor(home, role, role, { adopter })) as [string, string];
  const body = { ...dose(stage), record: record('Ravi') };
  const { vaccinationId } = (await (await client(before.address, nurse)('POST', '/v1/vaccinations', { body })).json()) as Json;
  const path = `/v1/vaccinations/${vaccinationId}/corrections`;
  const correct = async (address: string): Promise<Json> => {
    const wanted = { record: record('Ravi Kumar'), reason: 'wrong-data' };
    return (await (await client(address, supervisor)('POST', path, { body: wanted, headers: { 'if-match': '"1"' } })).json()) as Json;
  };
  await before.stop();

  const env = { LOG_LEVEL: 'debug', DIVOC_KILL_AT: stage };
  const doomed = await startHouse({ ...settings, isMigrated: true, node: ['--import', preload], env });
  await correct(doomed.address).catch(() => undefined);
  expect(await doomed.ended).toBe('SIGKILL');

  const house = await startHouse({ ...settings, isMigrated: true });
  const settled = () => correct(house.address);
  await expect.poll(settled, { timeout: 60_000, interval: 200 }).toMatchObject({ outcome: 'existing', version: 2 });
  const { certificateId } = (await settled()) as { certificateId: string };
  const accept = { accept: 'application/vc' };
  const credential = await (await client(house.address, nurse)('GET', `/v1/certificates/${certificateId}`, { headers: accept })).json();
  const verdict = await client(house.address)('POST', '/v1/verify', { body: { credential } });
  expect(await verdict.json()).toMatchObject({ status: 'VERIFIED', claims: { credentialSubject: { patient: { name: 'Ravi Kumar' } } } });
  const db = databaseOf(home);
  try {
    expect(await db('vaccination_history').where({ id: vaccinationId as string })).toHaveLength(1);
    expect(await db('certificate_intent').where({ request_key: `vaccination:${vaccinationId}:2` })).toHaveLength(1);
    expect(await db('certificate_status').where({ replaced_by: certificateId })).toHaveLength(1);
  } finally {
    await db.destroy();
    await house.stop();
  }
});
