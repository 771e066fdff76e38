import type { DocumentIntent } from '@divoc/core/api';
import { describe, expect, it, vi } from 'vitest';
import { documents } from '../src/general/document-sealer.js';
import {
  at,
  credentialOf,
  type Document,
  didOf,
  EXAMPLES,
  ecKey,
  ed,
  type Key,
  methodOf,
  open,
  trusting,
  V1,
  V2,
} from './foreign-issuer.js';

const intentOf = (document: Document, key: Key = ed): DocumentIntent => ({
  document,
  suite: key.multibase.startsWith('z6Mk') ? 'eddsa-rdfc-2022' : 'ecdsa-rdfc-2019',
  created: '2026-11-23T10:00:00Z',
  verificationMethod: methodOf(key),
  publicKeyMultibase: key.multibase,
});

describe('sealing what others have written', () => {
  it.each([
    ['Ed25519', ed],
    ['P-256', ecKey('P-256')],
  ])('%s: gives what the reader verifies, with the document as it was', async (_name, key) => {
    const document = credentialOf(key);
    const { proof, ...sealed } = await documents.seal(intentOf(document, key), key.sign);
    expect(sealed).toEqual(document);
    expect((await open({ ...sealed, proof }, trusting(key))).status).toBe('VERIFIED');
  });

  it('adds a proof beside those that are there', async () => {
    const once = await documents.seal(intentOf(credentialOf(ed)), ed.sign);
    const twice = await documents.seal({ ...intentOf(once), created: '2026-11-23T11:00:00Z' }, ed.sign);
    expect(twice.proof).toEqual([once.proof, expect.objectContaining({ created: '2026-11-23T11:00:00Z' })]);
    expect((await open(twice, trusting(ed), at)).status).toBe('VERIFIED');
  });

  it('adds the context of proofs to a credential of version 1.1 that does without, and to no other', async () => {
    const first = {
      '@context': [V1],
      type: ['VerifiableCredential'],
      validFrom: undefined,
      name: undefined,
      issuanceDate: '2023-01-01T00:00:00Z',
    };
    const document = JSON.parse(JSON.stringify(credentialOf(ed, { ...first, credentialSubject: { id: 'did:example:abcdefgh' } })));
    const sealed = await documents.seal(intentOf(document), ed.sign);
    expect(sealed).toMatchObject({ ...document, '@context': [V1, 'https://w3id.org/security/data-integrity/v2'] });
    expect((await open(sealed, trusting(ed), at)).status).toBe('VERIFIED');
    const again = await documents.seal({ ...intentOf(sealed), created: '2026-11-23T11:00:00Z' }, ed.sign);
    expect(again['@context']).toEqual(sealed['@context']);
  });

  const unfit: [string, Document, string][] = [
    ['a context that is not pinned', { '@context': [V2, 'https://example.org/x'] }, 'CONTEXT_NOT_PINNED'],
    ['a certificate type of the house', { '@context': [V2, `https://health.example/contexts/${'A'.repeat(43)}`] }, 'CONTEXT_NOT_EXACT'],
    ['a term that nobody defines', { '@context': [V2] }, 'TERMS_NOT_DEFINED'],
    ['a term of the house', { '@context': [V2, EXAMPLES, { AlumniCredential: 'urn:divoc:x:1#AlumniCredential' }] }, 'TERMS_NOT_DEFINED'],
    ['a rule broken', { credentialSubject: [] }, 'RULES_OF_VC'],
    ['a name that is an IRI', { 'https://example.org/x': 'x' }, 'NAMES_NOT_PLAIN'],
    ['another issuer', { issuer: 'did:web:other.example' }, 'KEY_NOT_OF_ISSUER'],
    ['half a surrogate pair', { name: '\ud800' }, 'DOCUMENT_NOT_JSON'],
  ];
  it.each(unfit)('refuses %s, and does not touch the key', async (_what, changes, code) => {
    const sign = vi.fn(ed.sign);
    const sealing = documents.seal(intentOf(credentialOf(ed, changes)), sign);
    await expect(sealing).rejects.toMatchObject({ status: 422, code: 'CREDENTIAL_UNFIT', errors: [{ code }] });
    expect(sign).not.toHaveBeenCalled();
  });

  it('gives out nothing that another key has signed, and passes on what the signer throws', async () => {
    const intent = intentOf(credentialOf(ed));
    for (const sign of [async () => new Uint8Array(64), ecKey('P-256').sign]) {
      await expect(documents.seal(intent, sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT', errors: [{ code: 'SIGNATURE_WRONG' }] });
    }
    const broken = documents.seal(intent, async () => {
      throw new Error('no key');
    });
    await expect(broken).rejects.toThrow('no key');
    const other = ecKey('P-256');
    await expect(documents.seal({ ...intentOf(credentialOf(other), other), suite: 'eddsa-rdfc-2022' }, other.sign)).rejects.toMatchObject({
      errors: [{ code: 'KEY_UNKNOWN' }],
    });
    expect(didOf(other)).toMatch(/^did:key:zDn/);
  });
});
