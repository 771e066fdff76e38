import { expect, it } from 'vitest';
import { Chaos, STAGES, whole } from './chaos-rounds.js';

const KILLS = 210;

it(`loses nothing and doubles nothing in ${KILLS} kills`, { timeout: 2_400_000 }, async () => {
  const chaos = new Chaos();
  for (let kill = 0; kill < KILLS; kill += 1) await chaos.round(STAGES[kill % STAGES.length] as string, 1 + (kill % 7));
  const counts = await chaos.settle();
  console.log(`${chaos.kills} kills, ${counts.recordsBeforeRetry} records before and ${counts.records} after all doses were sent again`);
  expect(chaos.kills).toBeGreaterThanOrEqual(200);
  expect(counts).toMatchObject(whole(chaos.posted.size));
  expect(chaos.audit()).toMatchObject({ status: 0 });
});
