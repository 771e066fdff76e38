import { describe, expect, it } from 'vitest';
import { brokenStorages } from '../testkit/broken/storage.js';
import { brokenPromises, holdTo } from '../testkit/contract.js';
import { type StorageSubject, storageContract } from '../testkit/storage-contract.js';
import { databaseFile, openStorage, openStoragePart } from './store.fixture.js';

async function subject(): Promise<StorageSubject> {
  const file = databaseFile();
  return { ...(await openStoragePart(file)), again: () => openStorage(file) };
}

describe('a storage plugin', () => {
  holdTo(it, storageContract, subject);
});

// What breaks a promise is laid over a storage, whichever it is: once is enough.
describe.skipIf(process.env.DIVOC_TEST_DATABASE === 'postgres')('a broken storage', () => {
  it('is there for every promise', () => {
    expect(Object.keys(brokenStorages).sort()).toEqual(storageContract.promises.map(({ name }) => name).sort());
  });

  it.each(Object.entries(brokenStorages))('breaks this promise alone: %s', async (name, breaking) => {
    expect(await brokenPromises(storageContract, async () => breaking(await subject()))).toEqual([name]);
  });
});
