import { credentialFixture, testKey } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { canonicalForm } from '../src/general/canonical-form.js';
import { prove } from '../src/general/prove.js';
import { ldpFormat } from '../src/ldp-format.js';
import { intent, issuerKey, trustOf } from './fixture.js';
import {
  at,
  configOf,
  credentialOf,
  type Document,
  didOf,
  EXAMPLES,
  ecKey,
  ed,
  open,
  proved,
  short,
  trusting,
  V1,
  V2,
} from './foreign-issuer.js';

describe('credentials of other issuers', () => {
  const signed = proved(credentialOf(ed));

  it('verify, and no longer when one claim is altered', async () => {
    const credential = await signed;
    expect(await open(credential)).toMatchObject({
      status: 'VERIFIED',
      claims: { id: credential.id, issuer: didOf(ed), credentialSubject: { alumniOf: 'The School of Examples' } },
    });
    const subject = credential.credentialSubject as Document;
    const altered: Document[] = [
      { ...credential, credentialSubject: { ...subject, alumniOf: 'Another school' } },
      { ...credential, credentialSubject: { ...subject, alumniOf: subject.degree, degree: subject.alumniOf } },
      { ...credential, credentialSubject: { ...subject, extra: 'x' } },
      { ...credential, credentialSubject: { id: subject.id, alumniOf: subject.alumniOf } },
      { ...credential, type: ['VerifiableCredential', 'OtherCredential'] },
      { ...credential, validFrom: '2022-01-01T00:00:00Z' },
      { ...credential, validUntil: '2099-01-01T00:00:00Z' },
      { ...credential, name: 'Other' },
      { ...credential, proof: { ...(credential.proof as Document), created: '2026-11-23T10:00:01Z' } },
      { ...credential, proof: { ...(credential.proof as Document), expires: '2099-11-23T10:00:01Z' } },
    ];
    for (const document of altered) expect(short(await open(document))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
  });

  it('claim nothing that anybody could have added: null and empty lists are no statements', async () => {
    const credential = await signed;
    const { '@context': _, proof: __, ...claims } = credential;
    const subject = credential.credentialSubject as Document;
    const added = {
      ...credential,
      boosterReceived: null,
      boosters: [],
      credentialSubject: { ...subject, doses: [[], null], degree: [subject.degree, null, subject.degree] },
    };
    const verdict = await open(added);
    expect(verdict.status).toBe('VERIFIED');
    expect(verdict.claims).toEqual({ ...claims, credentialSubject: { ...subject, degree: [subject.degree] } });
  });

  it('are refused, and break nothing, where an object stands in the place of a text', async () => {
    const credential = await signed;
    const wilful = { toString: 1, valueOf: 1, toJSON: 1 };
    for (const name of Object.keys(credential.proof as Document))
      expect((await open({ ...credential, proof: { ...(credential.proof as Document), [name]: wilful } })).status).not.toBe('VERIFIED');
    for (const name of ['id', 'type', 'name', 'issuer', 'validFrom', 'validUntil', 'credentialStatus', 'relatedResource', 'evidence'])
      expect((await open({ ...credential, [name]: wilful })).status).not.toBe('VERIFIED');
  });

  it('name no context and no type twice', async () => {
    const credential = await signed;
    const [types, contexts] = [credential.type as string[], credential['@context'] as string[]];
    for (const document of [
      { ...credential, type: [...types, types[1]] },
      { ...credential, '@context': [...contexts, contexts[1]] },
      { ...credential, '@context': [...contexts, { a: 'https://a.example/#a' }, { a: 'https://a.example/#a' }] },
    ])
      expect(short(await open(document))).toEqual(['INVALID_SIGNING_FORMAT', 'RULES_OF_VC']);
  });

  it('are believed only of issuers that are trusted, and signed by them', async () => {
    const credential = await signed;
    expect(short(await open(credential, trusting()))).toEqual(['ISSUER_NOT_TRUSTED', 'ISSUER_UNKNOWN']);
    const other = { ...testKey(8), hash: 'SHA-256' } as const;
    const forged = await proved(credentialOf(ed), other);
    expect(short(await open(forged, trusting(ed, other)))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
    const wrongKey = await prove(credentialOf(ed), configOf(ed), other.sign);
    expect(short(await open(wrongKey))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    const unnamed = await proved(credentialOf(ed), ed, { verificationMethod: undefined });
    expect(short(await open(unnamed))).toEqual(['KID_NOT_INCLUDED', 'KEY_NOT_NAMED']);
  });

  it('keep to their validity, of credential and of proof', async () => {
    const ended = await proved(credentialOf(ed, { validUntil: '2024-01-01T00:00:00Z' }));
    expect(short(await open(ended))).toEqual(['EXPIRED', 'EXPIRED']);
    expect(short(await open(await signed, trusting(ed), new Date('2022-12-31T00:00:00Z')))).toEqual(['NOT_YET_VALID', 'NOT_YET_VALID']);
    const ending = await proved(credentialOf(ed), ed, { expires: '2026-11-23T11:00:00Z' });
    expect(short(await open(ending))).toEqual(['EXPIRED', 'PROOF_EXPIRED']);
    const { '@context': _, validFrom: __, ...rest } = credentialOf(ed);
    const first = { ...rest, '@context': [V1, 'https://w3id.org/security/data-integrity/v2', EXAMPLES], name: undefined };
    const issued = { ...first, issuanceDate: '2023-01-01T00:00:00Z', expirationDate: '2026-01-01T00:00:00Z' };
    expect(short(await open(await proved(issued)))).toEqual(['EXPIRED', 'EXPIRED']);
    expect((await open(await proved(issued), trusting(ed), new Date('2025-01-01T00:00:00Z'))).status).toBe('VERIFIED');
    expect(short(await open(await proved(first)))).toEqual(['INVALID_SIGNING_FORMAT', 'RULES_OF_VC']);
  });

  it.each([['P-256'], ['P-384']] as const)('may be signed with ECDSA and %s', async (curve) => {
    const key = ecKey(curve);
    const credential = await proved(credentialOf(key), key);
    expect((await open(credential, trusting(key))).status).toBe('VERIFIED');
    expect((await open({ ...credential, name: 'x' }, trusting(key))).status).toBe('INVALID_SIGNATURE');
    // A suite takes no key of another kind.
    const confused = await prove(credentialOf(key), configOf(key, { cryptosuite: 'eddsa-rdfc-2022' }), key.sign);
    expect((await open(confused, trusting(key))).status).toBe('INVALID_SIGNATURE');
  });

  it('need every proof of a set, and one of the issuer', async () => {
    const notary = { ...testKey(9), hash: 'SHA-256' } as const;
    const both = await prove(await signed, configOf(notary), notary.sign);
    expect((await open(both)).status).toBe('VERIFIED');
    const [own, other] = both.proof as [Document, Document];
    expect(short(await open({ ...both, proof: [other] }, trusting(ed, notary)))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
    expect((await open({ ...both, proof: [own, { ...other, created: '2026-11-23T10:00:01Z' }] })).status).toBe('INVALID_SIGNATURE');
    expect(short(await open({ ...both, proof: [own, { ...other, previousProof: 'urn:uuid:1' }] }))[1]).toBe('RULES_OF_VC');
    const unknown = { ...other, verificationMethod: 'did:web:notary.example#key-1' };
    expect(short(await open({ ...both, proof: [own, unknown] }))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_UNKNOWN']);
  });

  it('break the rules although they are signed', async () => {
    const broken: [string, Document, Document?][] = [
      ['no issuer', { issuer: null }],
      ['an issuer that is no URL', { issuer: 'somebody' }],
      ['an issuer without id', { issuer: { name: 'somebody' } }],
      ['a subject without claims', { credentialSubject: {} }],
      ['a day for an instant', { validFrom: '2023-01-01' }],
      ['an instant without offset', { validFrom: '2023-01-01T00:00:00' }],
      ['an end before its beginning', { validUntil: '2022-01-01T00:00:00Z' }],
      ['several ids', { id: ['urn:uuid:1', 'urn:uuid:2'] }],
      ['a blank id', { credentialSubject: { id: '_:b0', alumniOf: 'x' } }],
      ['a status without a type', { credentialStatus: { id: 'https://x.example/1' } }],
      ['a status entry that names no list', { credentialStatus: { type: 'BitstringStatusListEntry', statusPurpose: 'revocation' } }],
      ['a schema without id', { credentialSchema: { type: 'JsonSchema' } }],
      ['a name that is an object of its own', { name: { '@value': 'x', extra: 'y' } }],
      ['a resource without digest', { relatedResource: { id: V2 } }],
      ['another purpose', {}, { proofPurpose: 'authentication' }],
      ['an undefined member of its proof', {}, { colour: 'red' }],
      ['another suite', {}, { cryptosuite: 'eddsa-rdfc-2023' }],
    ];
    for (const [what, changes, proof] of broken) {
      const document = await proved(credentialOf(ed), ed).then((sound) => ({
        ...sound,
        ...changes,
        proof: { ...(sound.proof as Document), ...proof },
      }));
      expect([what, (await open(document)).status]).toEqual([what, what === 'another suite' ? 'NOT_SUPPORTED' : 'INVALID_SIGNING_FORMAT']);
    }
  });

  it('have digests of other resources that fit what is known of them', async () => {
    const digest = '59955ced6697d61e03f2b2556febe5308ab16842846f5b586d7f1f7adec92734';
    const sri = `sha256-${Buffer.from(digest, 'hex').toString('base64')}`;
    const multibase = `u${Buffer.concat([Buffer.from([0x12, 0x20]), Buffer.from(digest, 'hex')]).toString('base64url')}`;
    for (const entry of [{ digestSRI: sri }, { digestMultibase: multibase }]) {
      const sound = await proved(credentialOf(ed, { relatedResource: [{ id: V2, ...entry }] }));
      expect((await open(sound)).status).toBe('VERIFIED');
    }
    const wrong = [{ digestSRI: sri.replace('WZVc', 'WZVd') }, { digestMultibase: multibase.replace('z', 'y') }];
    for (const entry of wrong) {
      const altered = await proved(credentialOf(ed, { relatedResource: [{ id: V2, ...entry }] }));
      expect(short(await open(altered))).toEqual(['INVALID_SIGNING_FORMAT', 'RESOURCE_ALTERED']);
    }
  });
});

describe('what JSON-LD would hide', () => {
  it('an end of validity under its IRI, in another place or under another name', async () => {
    const credential = await proved(credentialOf(ed, { validUntil: '2024-01-01T00:00:00Z' }));
    const { validUntil, ...endless } = credential;
    const until = { '@type': 'http://www.w3.org/2001/XMLSchema#dateTime', '@value': validUntil };
    const iri = 'https://www.w3.org/2018/credentials#validUntil';
    const hidden: Document[] = [
      { ...endless, [iri]: until },
      { ...endless, '@included': [{ id: credential.id, [iri]: until }] },
      { ...endless, evidence: [{ id: credential.id, type: 'VerifiableCredential', validUntil }] },
      {
        ...endless,
        ende: validUntil,
        '@context': [V2, EXAMPLES, { ende: { '@id': iri, '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' } }],
      },
      { ...endless, '@context': [V2, EXAMPLES, { cred: 'https://www.w3.org/2018/credentials#' }], 'cred:validUntil': until },
    ];
    for (const document of hidden) {
      const { status } = await open(document);
      expect(['INVALID_SIGNING_FORMAT', 'NOT_SUPPORTED', 'INVALID_SIGNATURE']).toContain(status);
    }
    // The control: all that the signature covers is still there, so that RDF alone would call the first one sound.
    const forms = [credential, hidden[0] as Document].map(({ proof: _, ...unsecured }) => canonicalForm(unsecured, 'SHA-256'));
    expect(await forms[0]).toBe(await forms[1]);
  });

  it('a claim under another name', async () => {
    const credential = await proved(credentialOf(ed));
    const { alumniOf, ...others } = credential.credentialSubject as Document;
    const renaming = [
      { banishedFrom: 'https://www.w3.org/ns/credentials/examples#alumniOf' },
      { banishedFrom: { '@id': 'https://www.w3.org/ns/credentials/examples#alumniOf' } },
      { '@vocab': 'https://www.w3.org/ns/credentials/examples#al' },
      { '@import': 'https://example.org/context' },
      { validUntil: 'https://example.org/#validUntil' },
      { deed: { '@id': 'https://example.org/#deed', '@context': { banishedFrom: 'https://www.w3.org/ns/credentials/examples#alumniOf' } } },
      {
        deed: {
          '@id': 'https://example.org/#deed',
          '@context': { a: { '@id': 'urn:x:a', '@context': { banishedFrom: 'urn:x:alumniOf' } } },
        },
      },
      { deed: { '@id': 'https://example.org/#deed', '@context': { validUntil: 'https://example.org/#validUntil' } } },
      { deed: { '@id': 'https://example.org/#deed', '@context': null } },
      { deed: { '@id': 'https://example.org/#deed', '@context': 'https://example.org/context' } },
      { id: '@type' },
      { type: { '@id': '@type', '@container': '@set' } },
    ];
    for (const context of renaming) {
      const document = { ...credential, '@context': [V2, EXAMPLES, context], credentialSubject: { ...others, banishedFrom: alumniOf } };
      expect(short(await open(document))).toEqual(['NOT_SUPPORTED', 'CONTEXT_NOT_PINNED']);
    }
    const named = credentialOf(ed, {
      '@context': [V2, { DeedCredential: 'https://example.org/#DeedCredential', deed: 'https://example.org/#deed' }],
      type: ['VerifiableCredential', 'DeedCredential'],
      credentialSubject: { deed: 'good' },
    });
    expect((await open(await proved(named))).status).toBe('VERIFIED');
    expect(short(await open({ ...(await proved(named)), '@context': [V2, 'https://example.org/unknown'] }))[1]).toBe('CONTEXT_NOT_PINNED');
  });

  it('are read in a thread when they are large, with the same answers, while others go on', async () => {
    const parts = Array.from({ length: 2000 }, (_, n) => `part ${n}`);
    const credential = await proved({ ...credentialOf(ed), credentialSubject: { parts } });
    let turns = 0;
    const counting = setInterval(() => (turns += 1), 1);
    const verdict = await open(credential);
    clearInterval(counting);
    expect([verdict.status, turns > 5]).toEqual(['VERIFIED', true]);
    const altered = { ...credential, credentialSubject: { parts: [...parts.slice(1), 'another'] } };
    expect(short(await open(altered))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    const undefinedTerm = { ...credential, '@context': [V2], type: ['VerifiableCredential'] };
    expect(short(await open(undefinedTerm))).toEqual(['INVALID_SIGNING_FORMAT', 'TERMS_NOT_DEFINED']);
    expect((await open(credential)).status).toBe('VERIFIED');
  });

  it('terms that nobody defines, and graphs made to cost time', async () => {
    const credential = await proved(credentialOf(ed));
    const undefinedTerm = { ...credential, '@context': [V2], type: ['VerifiableCredential'] };
    expect(short(await open(undefinedTerm))).toEqual(['INVALID_SIGNING_FORMAT', 'TERMS_NOT_DEFINED']);
    // Twelve blank nodes that look alike: permuted one by one they would take hours.
    const alike = Array.from({ length: 12 }, () => ({ part: { part: {} } }));
    const poisonous = { ...credential, credentialSubject: { ...(credential.credentialSubject as Document), part: { part: alike } } };
    const begun = performance.now();
    expect((await open(poisonous)).status).not.toBe('VERIFIED');
    expect(performance.now() - begun).toBeLessThan(30_000);
  });
});

describe('certificates of the house', () => {
  it('are read by their exact shape, whatever their proof and contexts', async () => {
    const { '@context': contexts, ...credential } = (await ldpFormat.seal(intent, issuerKey.sign)) as Document & { '@context': string[] };
    const trust = { ...trustOf(), issuer: () => true };
    expect((await ldpFormat.open({ '@context': contexts, ...credential }, trust, at)).status).toBe('VERIFIED');
    const others: Document[] = [
      { ...credential, '@context': [...contexts, EXAMPLES] },
      { ...credential, '@context': [V2, EXAMPLES, contexts[1]] },
      { ...credential, '@context': contexts, proof: [credential.proof] },
      { ...credential, '@context': contexts, credentialSubject: [credential.credentialSubject] },
    ];
    for (const document of others) expect((await ldpFormat.open(document, trust, at)).status).not.toBe('VERIFIED');
  });

  it('cannot be written as general ones with the same meaning', async () => {
    const flat = { lotNumber: 'MB3428BX', vaccineName: 'CoVax' };
    const small = credentialFixture({ subject: flat });
    const sealed = (await ldpFormat.seal(small.intent, small.sign)) as Document;
    const names = ['VaccinationCredential', ...Object.keys(flat)];
    const inline = Object.fromEntries(names.map((name) => [name, `urn:divoc:vaccination:1#${name}`]));
    const rewritten = { ...sealed, '@context': [V2, inline] };
    expect((await ldpFormat.open(sealed, small.trust(), at)).status).toBe('VERIFIED');
    expect(short(await ldpFormat.open(rewritten, small.trust(), at))).toEqual(['INVALID_SIGNING_FORMAT', 'TERMS_NOT_DEFINED']);
  });
});
