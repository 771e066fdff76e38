import { describe, expect, it } from 'vitest';
import { brokenJobs, soundJobs } from './broken/jobs.js';
import { brokenPromises, holdTo } from './contract.js';
import { jobsContract } from './jobs-contract.js';

describe('the handler of tests', () => holdTo(it, jobsContract, () => soundJobs()));

describe('a handler with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenJobs))('%s', async (promise, make) => {
    expect(await brokenPromises(jobsContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(jobsContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenJobs).sort());
  });
});
