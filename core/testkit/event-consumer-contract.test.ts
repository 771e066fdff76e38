import { describe, expect, it } from 'vitest';
import { brokenEventConsumers, listingConsumer } from './broken/event-consumer.js';
import { brokenPromises, holdTo } from './contract.js';
import { eventConsumerContract } from './event-consumer-contract.js';

describe('a consumer that keeps a list', () => holdTo(it, eventConsumerContract, () => listingConsumer()));

describe('a consumer with a single fault breaks a single promise', () => {
  it.each(Object.entries(brokenEventConsumers))('%s', async (promise, make) => {
    expect(await brokenPromises(eventConsumerContract, make)).toEqual([promise]);
  });

  it('and there is one for each promise', () => {
    expect(eventConsumerContract.promises.map(({ name }) => name).sort()).toEqual(Object.keys(brokenEventConsumers).sort());
  });
});
