import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { facilities, memoryRegistry, openIntake } from './intake.fixture.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
/** What is held, without what merely has not been collected yet. */
function held(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

it('takes 100,000 rows a turn at a time, without holding them', { timeout: 120_000 }, async () => {
  const registry = memoryRegistry();
  let puts = 0;
  let most = 0;
  // Keeps nothing itself, so that what is held is held by the plugin (and by the state, which is in memory here).
  const counting = {
    ...registry,
    async put() {
      puts += 1;
      if (puts % 25_000 === 0) most = Math.max(most, held());
      return { outcome: 'created' as const, id: 'x', version: 1 };
    },
  };
  const intake = await openIntake({ registry: counting as never });
  const file = Buffer.from(facilities(100_000));
  expect(file.length).toBeGreaterThan(6_000_000);
  const before = held();
  const { body, status } = await intake.upload(file, { type: 'facility' });
  intake.clock.pass(10);
  await intake.runJobs();
  // A quick machine is through before it answers.
  expect([201, 202]).toContain(status);
  expect(puts).toBe(100_000);
  expect((await intake.call('look', { params: { id: body.id } })).body).toMatchObject({ state: 'done', counts: { created: 100_000 } });
  // The state holds the file and a page for each 100 rows: some 30 MB of it are this test's own.
  expect((most - before) / 1e6).toBeLessThan(100);
});
