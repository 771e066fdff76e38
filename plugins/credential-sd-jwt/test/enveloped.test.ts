import { credentialFixture, SEALED_AT } from '@divoc/core/testkit';
import { verifyInput } from '@divoc/core/verifier';
import { expect, it } from 'vitest';
import { reader } from '../src/reader.js';
import { sdJwtFormat as format } from '../src/sd-jwt-format.js';

const { intent, sign, trust } = credentialFixture({ certified: true });
const text = (await format.seal(intent, sign)) as string;
const envelope = {
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  id: `data:application/dc+sd-jwt,${text}`,
  type: 'EnvelopedVerifiableCredential',
};
const verify = (input: unknown) => verifyInput(input, { 'sd-jwt': reader }, trust(), SEALED_AT);

it('is verified in the envelope of VC 2.0 as it is without', async () => {
  const bare = await verify(text);
  expect(bare).toMatchObject({ status: 'VERIFIED', format: 'sd-jwt' });
  expect(await verify(envelope)).toEqual(bare);
  expect(await verify(JSON.stringify(envelope))).toEqual(bare);
});

it('is not believed when it was altered, nor what stands beside it', async () => {
  const [jwt = '', ...disclosures] = text.split('~');
  const altered = [`${jwt.slice(0, -2)}AA`, ...disclosures].join('~');
  expect(await verify({ ...envelope, id: `data:application/dc+sd-jwt,${altered}` })).toMatchObject({ status: 'INVALID_SIGNATURE' });
  const fewer = [jwt, ...disclosures.slice(1)].join('~');
  expect(await verify({ ...envelope, id: `data:application/dc+sd-jwt,${fewer}` })).toMatchObject({ status: 'VERIFIED' });
  expect(await verify({ ...envelope, credentialSubject: { doseNumber: 9 } })).toMatchObject({
    status: 'INVALID_ENCODING',
    reasons: [{ code: 'ENVELOPE_MALFORMED' }],
  });
  for (const id of ['data:application/vc+jwt,a.b.c', 'data:application/vc+cose;base64,AA'])
    expect(await verify({ ...envelope, id })).toMatchObject({ status: 'NOT_SUPPORTED', reasons: [{ code: 'FORMAT_UNKNOWN' }] });
});
