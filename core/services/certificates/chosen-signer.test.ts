import { describe, expect, it } from 'vitest';
import { chosenSigner } from '../../internal/chosen-signer.js';
import { changingSigner } from './certificates.fixture.js';

const VC = { purpose: 'vc', algorithm: 'Ed25519' } as const;
const LOG = { purpose: 'log', algorithm: 'Ed25519' } as const;
const DATA = new TextEncoder().encode('prepared');

describe('several signers', () => {
  const house = async () => {
    const [files, hardware] = [changingSigner('vc', 'log', 'trust'), changingSigner('vc')];
    // Keys of their own: the fixture counts them from the same seed.
    hardware.compromise('vc');
    hardware.compromise('vc');
    hardware.compromise('vc');
    return { files, hardware, all: chosenSigner({ files, hardware }, { default: 'hardware', log: 'files', trust: 'files' }) };
  };

  it('sign each for what it is chosen for, and publish all they have', async () => {
    const { files, hardware, all } = await house();
    const [own, logged] = [await hardware.active(VC), await files.active(LOG)];
    expect([(await all.active(VC)).id, (await all.active(LOG)).id]).toEqual([own.id, logged.id]);
    const keys = await all.keys();
    expect(keys.map(({ id }) => id).sort()).toEqual([...(await files.keys()), ...(await hardware.keys())].map(({ id }) => id).sort());
    // What the other one has for that purpose is as a key that was rotated: it verifies, and signs no more.
    const active = keys.filter((key) => key.active).map(({ id, purpose }) => [id, purpose]);
    expect(active).toEqual(
      expect.arrayContaining([
        [own.id, 'vc'],
        [logged.id, 'log'],
      ]),
    );
    expect(active.filter(([, purpose]) => purpose === 'vc')).toHaveLength(1);
    await all.sign(own.id, DATA);
    await all.sign(logged.id, DATA);
    expect([files.signed, hardware.signed]).toEqual([1, 1]);
    const retired = (await files.active(VC)).id;
    await all.sign(retired, DATA);
    expect(files.signed).toBe(2);
  });

  it('refuse a key that none of them has, and one that is revoked', async () => {
    const { hardware, all } = await house();
    await expect(all.sign('z6Mkother', DATA)).rejects.toMatchObject({ code: 'SIGNER_KEY_UNKNOWN' });
    const { id } = hardware.compromise('vc');
    await expect(all.sign(id, DATA)).rejects.toMatchObject({ code: 'SIGNER_KEY_REVOKED' });
  });

  it('need a word on who signs, unless there is one alone', async () => {
    const { files, hardware } = await house();
    const unclear = chosenSigner({ files, hardware }, { log: 'files' });
    expect((await unclear.active(LOG)).id).toBe((await files.active(LOG)).id);
    await expect(unclear.active(VC)).rejects.toMatchObject({ code: 'SIGNER_UNCLEAR', message: expect.stringContaining('files, hardware') });
    expect(await chosenSigner({ files }).active(VC)).toEqual(await files.active(VC));
  });
});
