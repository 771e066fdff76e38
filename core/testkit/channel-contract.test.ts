import { describe, expect, it } from 'vitest';
import { brokenChannels, soundChannel } from './broken/channel.js';
import { channelContract } from './channel-contract.js';
import { brokenPromises, holdTo } from './contract.js';

describe('a sound channel', () => {
  holdTo(it, channelContract, () => soundChannel());
});
describe('a sound instant channel', () => {
  holdTo(it, channelContract, () => soundChannel(true));
});

describe('a broken channel', () => {
  it('is there for every promise', () => {
    expect(Object.keys(brokenChannels).sort()).toEqual(channelContract.promises.map(({ name }) => name).sort());
  });

  it.each(Object.entries(brokenChannels))('breaks this promise alone: %s', async (name, make) => {
    expect(await brokenPromises(channelContract, make)).toEqual([name]);
  });
});
