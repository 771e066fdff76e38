import { expect, it } from 'vitest';
import { Chaos, STAGES, whole } from './chaos-rounds.js';

// Each stage three times on SQLite, once on PostgreSQL, whose start takes longer.
const KILLS = STAGES.length * (process.env.DIVOC_TEST_DATABASE === 'postgres' ? 1 : 3);

it(`loses nothing and doubles nothing in ${KILLS} kills`, { timeout: 2_400_000 }, async () => {
  const chaos = new Chaos();
  for (let kill = 0; kill < KILLS; kill += 1) await chaos.round(STAGES[kill % STAGES.length] as string, 1 + (kill % 7));
  const counts = await chaos.settle();
  console.log(`${chaos.kills} kills, ${counts.recordsBeforeRetry} records before and ${counts.records} after all doses were sent again`);
  expect(chaos.kills).toBe(KILLS);
  expect(counts).toMatchObject(whole(chaos.posted.size));
  expect(chaos.audit()).toMatchObject({ status: 0 });
});
