import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CheckContext, CredentialFormat } from '@divoc/core/api';
import { SEALED_AT, setUpPart } from '@divoc/core/testkit';
import { expect, it } from 'vitest';
import plugin from '../plugin.js';
import { icvpFixture, YELLOW_FEVER } from './fixture.js';

const folder = mkdtempSync(join(tmpdir(), 'hcert-'));
const file = (content: unknown) => {
  const path = join(folder, `${JSON.stringify(content).length}.json`);
  writeFileSync(path, JSON.stringify(content));
  return path;
};
const format = async (config?: object) => (await setUpPart(plugin, { config })).ports.format as CredentialFormat;
const issuing = { kind: 'icvp', country: 'KE', issuer: 'Ministry of Health', vaccines: { Stamaril: { product: YELLOW_FEVER } } };
const findings = async (config: object) =>
  (await plugin.check?.({ config: { timeZone: 'UTC', vaccines: {}, ...config } } as CheckContext<never>))?.map(({ code, pointer }) => [
    code,
    pointer,
  ]);

it('reads without any setting, and issues what settings say', async () => {
  const text = await (await format(issuing)).seal(icvpFixture.intent, icvpFixture.sign);
  const verdict = await (await format()).open(text, icvpFixture.trust(), SEALED_AT);
  expect(verdict).toMatchObject({ status: 'VERIFIED', claims: { country: 'KE', kind: 'icvp' } });
  await expect((await format()).seal(icvpFixture.intent, icvpFixture.sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT' });
});

it('takes a newer list of products from a file: what is on it alone is valid', async () => {
  const text = await (await format(issuing)).seal(icvpFixture.intent, icvpFixture.sign);
  const statusWith = async (products: object) =>
    (await (await format({ products: file({ date: '2027-01-01', products }) })).open(text, icvpFixture.trust(), SEALED_AT)).status;
  expect(await statusWith({ [YELLOW_FEVER]: 'yellow fever' })).toBe('VERIFIED');
  expect(await statusWith({ Other: 'yellow fever' })).toBe('RULE_FAILED');
});

it('says before it starts what is missing or cannot be read', async () => {
  expect(await findings({})).toEqual([]);
  expect(await findings(issuing)).toEqual([]);
  expect(await findings({ kind: 'icvp', country: 'KE' })).toEqual([['HCERT_ISSUER_MISSING', '/kind']]);
  expect(await findings({ ...issuing, timeZone: 'Nairobi' })).toEqual([['TIME_ZONE_UNKNOWN', '/timeZone']]);
  const wrong = [
    '/nowhere.json',
    file({ date: 'today', products: {} }),
    file({ date: '2027-01-01', products: { A: 'measles' } }),
    file([1, 2]),
  ];
  for (const products of wrong) expect(await findings({ products })).toEqual([['HCERT_PRODUCTS_INVALID', '/products']]);
  await expect(format({ products: '/nowhere.json' })).rejects.toThrow('icvp-products.json');
  await expect(format({ country: 'Kenya' })).rejects.toThrow();
});
