import { describe, expect, it } from 'vitest';
import type { Identity } from '../api/ports/identity.js';
import { brokenIdentities, soundIdentity } from './broken/identity.js';
import { brokenPromises, holdTo } from './contract.js';
import { type IdentitySubject, identityContract } from './identity-contract.js';

const subject = (identity: Identity): IdentitySubject => ({
  identity,
  onePerson: [{ code: '1234' }, { code: '12 34' }],
  others: [{ code: '4321' }, { code: '1111' }],
  bad: [{ code: 'none' }, { code: '12345' }, { code: null }],
});

describe('a sound provider', () => holdTo(it, identityContract, () => subject(soundIdentity)));

describe('a provider with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenIdentities))('%s', async (promise, make) => {
    expect(await brokenPromises(identityContract, () => subject(make()))).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(identityContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenIdentities).sort());
  });
});
