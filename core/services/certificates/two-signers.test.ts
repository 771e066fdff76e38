import { expect, it } from 'vitest';
import { databaseFile } from '../../store/store.fixture.js';
import { changingSigner, ID, openHouse, requestOf, testSigner } from './certificates.fixture.js';
import { checkSigners } from './certificates-config.js';

it('moves from keys in files to keys in hardware, and both go on verifying', async () => {
  const [files, hardware] = [testSigner(), changingSigner('vc', 'trust')];
  const [own] = await hardware.keys();
  const file = databaseFile();
  const before = await openHouse({ file, signers: { files } });
  await before.port.issue(await requestOf(before, 1));
  const house = await openHouse({ file, signers: { files, hardware }, settings: { signers: { default: 'hardware' } } });
  await house.port.issue(await requestOf(house, 2));
  const keyOf = async (n: number) => {
    const found = await house.port.find(ID(n));
    return (found?.credential as { proof?: { key: string } } | undefined)?.proof?.key.split('#')[1];
  };
  expect([await keyOf(1), await keyOf(2)]).toEqual([(await files.keys())[0]?.id, own?.id]);
  const { body } = await house.call('did', {});
  const published = (body as { verificationMethod: { publicKeyMultibase: string }[] }).verificationMethod;
  expect(published.map((method) => method.publicKeyMultibase)).toEqual(expect.arrayContaining([await keyOf(1), await keyOf(2)]));
});

it('is told of a choice that is missing before anything is started', () => {
  expect(checkSigners(['keys'])).toEqual([]);
  expect(checkSigners(['keys', 'hsm'], { default: 'hsm' })).toEqual([]);
  expect(checkSigners(['keys', 'hsm'], { vc: 'hsm' })).toMatchObject([{ pointer: '/signers', code: 'SIGNER_UNCLEAR' }]);
  expect(checkSigners([])).toMatchObject([{ code: 'SIGNER_MISSING' }]);
});
