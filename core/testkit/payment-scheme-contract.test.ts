import { describe, expect, it } from 'vitest';
import { bookSubject, brokenPaymentSchemes } from './broken/payment-scheme.js';
import { brokenPromises, holdTo } from './contract.js';
import { paymentSchemeContract } from './payment-scheme-contract.js';

describe('a scheme that keeps a book', () => holdTo(it, paymentSchemeContract, () => bookSubject()));

describe('a scheme with a single fault breaks a single promise', () => {
  it.each(brokenPaymentSchemes)('%s: %s', async (promise, _what, change) => {
    expect(await brokenPromises(paymentSchemeContract, () => bookSubject(change))).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    const broken = new Set(brokenPaymentSchemes.map(([promise]) => promise));
    expect(paymentSchemeContract.promises.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
