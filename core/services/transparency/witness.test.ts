import { expect, it } from 'vitest';
import { believedCheckpoint } from '../../verifier/transparency/log-proof.js';
import { newestCheckpoint } from './publish.js';
import { type OpenLog, openLog } from './transparency.fixture.js';
import { startWitness } from './witness.fixture.js';
import { askWitness } from './witness.js';

const more = async (log: OpenLog, count: number) => {
  for (let n = 0; n < count; n += 1) await log.happen('certificate.issued', `certificate-${n}`, { forms: ['ldp'] });
  await log.settle();
};

it('a witness signs each checkpoint, shown that it continues the last one', async () => {
  const log = await openLog();
  const { witness, state } = await startWitness(async () => (await log.publishing.key()).noteKey);
  const policy = { log: (await log.publishing.key()).noteKey, witnesses: [witness.key], quorum: 1 };
  for (const count of [3, 1, 4]) {
    await more(log, count);
    expect(await askWitness(log.publishing, witness)).toBe(true);
    expect(await askWitness(log.publishing, witness)).toBe(true);
    const newest = await newestCheckpoint(log.publishing);
    expect(await believedCheckpoint(newest?.note ?? '', policy)).toMatchObject({ size: state.size });
  }
  // Asked once each: what it has signed is kept.
  expect(state).toMatchObject({ size: 8, statuses: [200, 200, 200] });
});

it('a witness that remembers another size than we do is shown the proof from there', async () => {
  const log = await openLog();
  const { witness, state } = await startWitness(async () => (await log.publishing.key()).noteKey);
  await more(log, 3);
  await askWitness(log.publishing, witness);
  // As after a database of ours was brought back from its backup.
  await log.storage.knex('log_witness').delete();
  await more(log, 2);
  expect(await askWitness(log.publishing, witness)).toBe(false);
  expect(await askWitness(log.publishing, witness)).toBe(true);
  expect(state.statuses).toEqual([200, 409, 200]);
});

it('what is not its signature of this checkpoint is not kept, and neither is one of a log that it has seen longer', async () => {
  const log = await openLog();
  const { witness, state } = await startWitness(async () => (await log.publishing.key()).noteKey);
  await more(log, 2);
  state.lies = true;
  expect(await askWitness(log.publishing, witness)).toBe(false);
  expect((await newestCheckpoint(log.publishing))?.signatures).toHaveLength(1);
  state.size = 50;
  expect(await askWitness(log.publishing, witness)).toBe(false);
  expect(log.lines.flatMap(({ code }) => code ?? [])).toEqual(['WITNESS_SIGNATURE_WRONG', 'WITNESS_DISAGREES']);
});
