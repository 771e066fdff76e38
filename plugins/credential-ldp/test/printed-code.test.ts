import { encodeDivocZip } from '@divoc/core/api';
import { loadTrustBundles, verifyInput } from '@divoc/core/verifier';
import { expect, it } from 'vitest';
import { ldpFormat } from '../src/ldp-format.js';
import { at, bundle, intent, issuerKey } from './fixture.js';

const credential = await ldpFormat.seal(intent, issuerKey.sign);
const verify = (input: unknown, bundles: unknown[] = [JSON.parse(JSON.stringify(bundle))]) =>
  verifyInput(input, { ldp: ldpFormat }, loadTrustBundles(bundles), at);

it('a printed code verifies with nothing but a trust file', async () => {
  const zip = encodeDivocZip(credential);
  for (const input of [
    zip,
    Buffer.from(zip).toString('latin1'),
    `B64:${Buffer.from(zip).toString('base64')}`,
    JSON.stringify(credential),
    credential,
  ]) {
    expect(await verify(input)).toMatchObject({ status: 'VERIFIED', claims: { id: intent.id } });
  }
  // Version 25 at level L holds 1,273 bytes: 50 mm with its quiet zone at 0.4 mm a module.
  expect(zip.length).toBeLessThan(1_273);
});

it('and not without it', async () => {
  expect((await verify(credential, [])).status).toBe('NOT_SUPPORTED');
  expect((await verify(credential, [{ divocTrust: 1, contexts: bundle.contexts }])).status).toBe('ISSUER_NOT_TRUSTED');
});

it('a member that stands twice is refused, whichever of the two was signed', async () => {
  const text = JSON.stringify(credential);
  expect((await verify(text.replace('"doseNumber":1', '"doseNumber":2,"doseNumber":1'))).status).toBe('INVALID_ENCODING');
  expect((await verify(text.replace('"doseNumber":1', '"doseNumber":2'))).status).toBe('INVALID_SIGNATURE');
});
