import { describe, expect, it } from 'vitest';
import { brokenFormats, brokenMalleableFormats, malleableFormat, unsignedFormat } from './broken/credential-format.js';
import { brokenPromises, holdTo } from './contract.js';
import { credentialFormatContract } from './credential-format-contract.js';
import { plainFormat } from './plain-format.js';
import { assertTextNotMalleable } from './text-swap-suite.js';

describe('a sound format keeps every promise', () => {
  holdTo(it, credentialFormatContract, () => ({ format: plainFormat('plain', { writesStatus: true }) }));
});

describe('the contract', () => {
  it.each(brokenFormats)('notices a format that breaks one promise alone: %s', async (promise, format) => {
    expect(await brokenPromises(credentialFormatContract, () => ({ format }))).toEqual([promise]);
  });

  it('has a broken format for every promise', () => {
    expect(brokenFormats.map(([promise]) => promise)).toEqual(credentialFormatContract.promises.map(({ name }) => name));
  });

  it('takes nothing that signs nothing for a format', async () => {
    const broken = await brokenPromises(credentialFormatContract, () => ({ format: unsignedFormat }));
    expect(broken).toContain('gives out nothing that another key has signed');
    expect(broken).toContain('calls nothing VERIFIED that was altered');
    expect(broken).toContain('trusts nobody unasked');
    expect(broken).toContain('keeps to the time of validity');
  });

  it('lets a random signature differ, and nothing else', async () => {
    const [, random] = brokenFormats.find(([promise]) => promise.startsWith('seals one intent')) ?? [];
    const subject = { format: random ?? plainFormat(), isRandomised: true };
    expect(await brokenPromises(credentialFormatContract, () => subject)).toEqual([]);
  });

  it('has a weaker promise for old formats that are malleable, and notices those that break it', async () => {
    const promise = 'calls nothing VERIFIED that was altered';
    const alone = { ...credentialFormatContract, promises: credentialFormatContract.promises.filter(({ name }) => name === promise) };
    expect(await brokenPromises(credentialFormatContract, () => ({ format: malleableFormat, isMalleable: true }))).toEqual([]);
    expect(await brokenPromises(alone, () => ({ format: malleableFormat }))).toEqual([promise]);
    for (const [fault, format] of brokenMalleableFormats) {
      expect([fault, await brokenPromises(alone, () => ({ format, isMalleable: true }))]).toEqual([fault, [promise]]);
    }
  });

  it('tries credentials that are one text as well', async () => {
    const verdict = (isSound: (text: string) => boolean) => async (text: unknown) => ({
      status: isSound(text as string) ? 'VERIFIED' : 'NO',
    });
    expect(
      await assertTextNotMalleable(
        'HC1:ABC',
        verdict((text) => text === 'HC1:ABC'),
      ),
    ).toBeGreaterThan(25);
    await expect(
      assertTextNotMalleable(
        'HC1:ABC',
        verdict((text) => text.trim() === 'HC1:ABC'),
      ),
    ).rejects.toThrow('with " " at its end');
    await expect(
      assertTextNotMalleable(
        'HC1:ABC',
        verdict((text) => text.toUpperCase() === 'HC1:ABC'),
      ),
    ).rejects.toThrow('another case');
  });
});
