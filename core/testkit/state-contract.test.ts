import { describe, expect, it } from 'vitest';
import { brokenStates, soundState } from './broken/state.js';
import { brokenPromises, holdTo } from './contract.js';
import { stateContract } from './state-contract.js';

describe('the memory of tests', () => holdTo(it, stateContract, soundState));

describe('a memory with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenStates))('%s', async (promise, make) => {
    expect(await brokenPromises(stateContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(stateContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenStates).sort());
  });
});
