import { describe, expect, it } from 'vitest';
import { brokenEventLogs, soundEventLog } from './broken/event-log.js';
import { brokenPromises, holdTo } from './contract.js';
import { eventLogContract } from './event-log-contract.js';

describe('the event log of tests', () => holdTo(it, eventLogContract, () => soundEventLog()));

describe('a log with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenEventLogs))('%s', async (promise, make) => {
    expect(await brokenPromises(eventLogContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(eventLogContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenEventLogs).sort());
  });
});
