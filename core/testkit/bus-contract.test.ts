import { describe, expect, it } from 'vitest';
import { brokenBuses, soundBus } from './broken/bus.js';
import { busContract } from './bus-contract.js';
import { brokenPromises, holdTo } from './contract.js';

describe('a small bus', () => holdTo(it, busContract, () => soundBus()));

// What is missing is waited for: together they wait once.
describe.concurrent('a bus with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenBuses))('%s', async (promise, make) => {
    expect(await brokenPromises(busContract, make)).toEqual([promise]);
  });
});

it('there is a broken bus for each promise', () => {
  expect(busContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenBuses).sort());
});
