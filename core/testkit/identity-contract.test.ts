import { describe, expect, it } from 'vitest';
import type { Identity } from '../api/ports/identity.js';
import { brokenChallenges, challenging } from './broken/challenges.js';
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

describe('a sound provider of challenges', () => holdTo(it, identityContract, () => challenging()));

describe('a provider with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenIdentities))('%s', async (promise, make) => {
    expect(await brokenPromises(identityContract, () => subject(make()))).toEqual([promise]);
  });

  it.each(Object.entries(brokenChallenges))('%s', async (promise, make) => {
    expect(await brokenPromises(identityContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    const broken = [...Object.keys(brokenIdentities), ...Object.keys(brokenChallenges)];
    expect(identityContract.promises.map(({ name }) => name).sort()).toEqual(broken.sort());
  });

  it('and nobody gets by without showing challenges that it begins', async () => {
    const { challenges: _, ...rest } = await challenging();
    expect(await brokenPromises(identityContract, () => rest)).toEqual(Object.keys(brokenChallenges));
  });
});
