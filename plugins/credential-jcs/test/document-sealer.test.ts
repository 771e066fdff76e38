import { credentialFixture, SEALED_AT } from '@divoc/core/testkit';
import { describe, expect, it, vi } from 'vitest';
import { documents } from '../src/document-sealer.js';
import { reader } from '../src/reader.js';

const { did, key, trust, verificationMethod, type } = credentialFixture();
const document = {
  '@context': ['https://www.w3.org/ns/credentials/v2'],
  type: ['VerifiableCredential'],
  issuer: { id: did, name: 'Ministry of Health' },
  credentialSubject: { id: 'did:example:subject', own: [1, { member: null }] },
};
const intentOf = (changes: object = {}) => ({
  document: { ...document, ...changes },
  suite: 'eddsa-jcs-2022',
  created: '2026-11-23T10:00:00Z',
  verificationMethod,
  publicKeyMultibase: key.multibase,
});

describe('sealing what others have written', () => {
  it('gives what the reader verifies, with the document as it was', async () => {
    const { proof, ...sealed } = await documents.seal(intentOf(), key.sign);
    expect(sealed).toEqual(document);
    expect((await reader.open({ ...sealed, proof }, trust(), SEALED_AT)).status).toBe('VERIFIED');
    const twice = await documents.seal({ ...intentOf({ proof }), created: '2026-11-23T11:00:00Z' }, key.sign);
    expect((await reader.open(twice, trust(), SEALED_AT)).status).toBe('VERIFIED');
  });

  it.each([
    ['a certificate type of the house', { '@context': [document['@context'][0], type.url] }, 'CONTEXT_NOT_EXACT'],
    ['a rule broken', { validFrom: 'now' }, 'RULES_OF_VC'],
    ['another issuer', { issuer: 'did:web:other.example' }, 'KEY_NOT_OF_ISSUER'],
    ['half a surrogate pair', { name: '\ud800' }, 'DOCUMENT_NOT_JSON'],
  ])('refuses %s, and does not touch the key', async (_what, changes, code) => {
    const sign = vi.fn(key.sign);
    await expect(documents.seal(intentOf(changes), sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT', errors: [{ code }] });
    expect(sign).not.toHaveBeenCalled();
  });

  it('gives out nothing that another key has signed', async () => {
    await expect(documents.seal(intentOf(), async () => new Uint8Array(64))).rejects.toMatchObject({
      errors: [{ code: 'SIGNATURE_WRONG' }],
    });
  });
});
