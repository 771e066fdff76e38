import { describe, expect, it } from 'vitest';
import { brokenSigners, soundSigner } from './broken/signer.js';
import { brokenPromises, holdTo } from './contract.js';
import { signerContract } from './signer-contract.js';

describe('the signer of tests', () => holdTo(it, signerContract, soundSigner));

describe('a signer with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenSigners))('%s', async (promise, make) => {
    expect(await brokenPromises(signerContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(signerContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenSigners).sort());
  });
});
