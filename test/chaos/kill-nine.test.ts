import { expect, it } from 'vitest';
import { client, dose } from '../journeys/requests.js';
import { startHouse, tokenFor } from '../journeys/running-house.js';
import { Chaos, STAGES, whole } from './chaos-rounds.js';

it('names every stage that the main job logs', async () => {
  const house = await startHouse({ env: { LOG_LEVEL: 'debug' } });
  expect((await client(house.address, tokenFor(house.home))('POST', '/v1/vaccinations', { body: dose('S-1') })).status).toBe(201);
  await house.stop();
  const logged = [...house.log().matchAll(/"stage":"([^"]+)"/g)].map(([, stage]) => stage);
  expect(new Set(logged)).toEqual(new Set(STAGES));
});

/** Where one part's work ends and another's begins. `npm run test:long` kills at every stage, many times over. */
const SEAMS = STAGES.filter((stage) =>
  ['vaccination.recorded', 'job.claimed', 'certificate.intended', 'certificate.stored', 'delivery.requested', 'job.finishing'].includes(
    stage,
  ),
);

it('loses nothing and doubles nothing when it is killed where the work passes from one part to another', { timeout: 240_000 }, async () => {
  const chaos = new Chaos();
  for (const [index, stage] of SEAMS.entries()) await chaos.round(stage, 1 + (index % 3));
  const counts = await chaos.settle();
  expect(chaos.kills).toBe(6);
  expect(counts).toMatchObject(whole(chaos.posted.size));
  expect(chaos.audit()).toMatchObject({ status: 0 });
});
