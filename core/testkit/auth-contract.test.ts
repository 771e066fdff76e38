import { describe, expect, it } from 'vitest';
import { authContract } from './auth-contract.js';
import { brokenAuths } from './broken/auth.js';
import { brokenPromises, holdTo } from './contract.js';
import { fakeAuth } from './fake-auth.js';

describe('the fake', () => holdTo(it, authContract, fakeAuth));

describe('the contract', () => {
  it('has one broken plugin for each promise', () => {
    expect(Object.keys(brokenAuths)).toEqual(authContract.promises.map(({ name }) => name));
  });
  it.each(Object.entries(brokenAuths))('finds out a plugin of which is not true: %s', async (name, make) => {
    expect(await brokenPromises(authContract, make)).toEqual([name]);
  });
});
