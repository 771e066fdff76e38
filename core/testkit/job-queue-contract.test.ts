import { describe, expect, it } from 'vitest';
import { brokenJobQueues, soundJobQueue } from './broken/job-queue.js';
import { brokenPromises, holdTo } from './contract.js';
import { jobQueueContract } from './job-queue-contract.js';

describe('the job queue of tests', () => holdTo(it, jobQueueContract, () => soundJobQueue()));

describe('a queue with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenJobQueues))('%s', async (promise, make) => {
    expect(await brokenPromises(jobQueueContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(jobQueueContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenJobQueues).sort());
  });
});
