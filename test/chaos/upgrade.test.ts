import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { newHome, startHouse, tokenFor } from '../journeys/running-house.js';
import { impatientAdopter } from './chaos-rounds.js';

const preload = fileURLToPath(new URL('kill-at.mjs', import.meta.url));

it('a dose recorded before the record lost a field gets the certificate that it was promised', async () => {
  const adopter = impatientAdopter();
  const home = newHome();
  const killed = await startHouse({
    adopter,
    home,
    node: ['--import', preload],
    env: { LOG_LEVEL: 'debug', DIVOC_KILL_AT: 'vaccination.recorded' },
  });
  const token = tokenFor(home, 'nurse', 'facility-staff', { adopter });
  await expect(client(killed.address, token)('POST', '/v1/vaccinations', { body: dose('U-1') })).rejects.toThrow();
  expect(await killed.ended).toBe('SIGKILL');

  // The field that the waiting record holds is gone, and another one is wanted.
  mkdirSync(join(adopter, 'records'));
  const patch = {
    required: ['patient', 'vaccineName', 'occurrenceDateTime', 'doseNumber', 'facility', 'campaign'],
    properties: { lotNumber: null, campaign: { type: 'string', maxLength: 64, 'x-print': 105, 'x-label': { en: 'Campaign' } } },
  };
  writeFileSync(join(adopter, 'records', 'vaccination.json'), JSON.stringify(patch));
  const house = await startHouse({ adopter, home });
  try {
    const nurse = client(house.address, token);
    expect((await nurse('POST', '/v1/vaccinations', { body: dose('U-2') })).status).toBe(400);
    const recent = dose('U-3', 1, { lotNumber: undefined, campaign: 'spring' });
    expect((await nurse('POST', '/v1/vaccinations', { body: recent })).status).toBe(201);

    const listed = (await (await nurse('GET', '/.well-known/divoc-trust.json')).json()) as { contexts: object };
    // The record of before, the one of now, and the type of status lists.
    expect(Object.keys(listed.contexts)).toHaveLength(3);
    // The edge knows the new record only, so the old dose cannot be posted again; its id stands in the log.
    const id = /"vaccination":"([0-9a-f-]{36})"/.exec(killed.log())?.[1];
    let answer: { outcome: string; links: Record<string, string> } | undefined;
    for (let i = 0; i < 50 && answer?.outcome !== 'existing'; i += 1) {
      await new Promise((later) => setTimeout(later, 200));
      answer = (await (await nurse('GET', `/v1/vaccinations/${id}`)).json()) as typeof answer;
    }
    const credential = (await (await nurse('GET', answer?.links.credential as string)).json()) as { credentialSubject: object };
    expect(credential.credentialSubject).toMatchObject({ lotNumber: 'MB3428BX' });
    expect(await (await nurse('POST', '/v1/verify', { body: { credential } })).json()).toMatchObject({ status: 'VERIFIED' });
    expect((await nurse('GET', answer?.links.pdf as string)).status).toBe(200);
  } finally {
    await house.stop();
  }
});
