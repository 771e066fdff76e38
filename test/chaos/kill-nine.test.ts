import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { startHouse, tokenFor } from '../journeys/running-house.js';
import { STAGES } from './chaos-rounds.js';

it('names every stage that the main job logs', async () => {
  const house = await startHouse({ env: { LOG_LEVEL: 'debug' } });
  expect((await client(house.address, tokenFor(house.home))('POST', '/v1/vaccinations', { body: dose('S-1') })).status).toBe(201);
  await house.stop();
  const logged = [...house.log().matchAll(/"stage":"([^"]+)"/g)].map(([, stage]) => stage);
  expect(new Set(logged)).toEqual(new Set(STAGES));
});
