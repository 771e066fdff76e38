import { describe, expect, it } from 'vitest';
import { brokenDocumentConverters, plainConverter, plainConverterSubject } from './broken/document-converter.js';
import { brokenPromises, holdTo } from './contract.js';
import { documentConverterContract } from './document-converter-contract.js';

describe('a plain converter', () => holdTo(it, documentConverterContract, () => plainConverterSubject(plainConverter())));

describe('a converter with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenDocumentConverters))('%s', async (promise, make) => {
    expect(await brokenPromises(documentConverterContract, () => plainConverterSubject(make()))).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(documentConverterContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenDocumentConverters).sort());
  });
});
