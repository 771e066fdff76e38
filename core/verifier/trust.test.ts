import { describe, expect, it } from 'vitest';
import { contentHash } from '../api/index.js';
import { loadTrustBundles } from './trust.js';

const A = 'z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2';
const B = 'z6MktwupdmLXVVqTzCw4i46r4uGyosGXRnR3XjN4Zq7oMMsw';
const did = 'did:web:health.example';
const method = (change: object = {}) => ({ id: `${did}#${A}`, type: 'Multikey', controller: did, publicKeyMultibase: A, ...change });
const didDocument = (methods: object[] = [method()], assertionMethod: unknown = methods.map((entry) => (entry as { id: string }).id)) => ({
  '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
  id: did,
  verificationMethod: methods,
  assertionMethod,
});
const type = { '@context': {}, base: 'https://health.example/contexts/', type: 'VaccinationCredential', schema: { type: 'object' } };
const hash = contentHash(type);

describe('loadTrustBundles', () => {
  it('reads bundles, bare DID documents and arrays of them', () => {
    const bundle = { divocTrust: 1, didDocuments: [didDocument()], contexts: { [hash]: type } };
    for (const bundles of [
      [bundle],
      [[bundle]],
      [didDocument(), { divocTrust: 1, contexts: { [hash]: type } }],
      [JSON.parse(JSON.stringify(bundle))],
    ]) {
      const trust = loadTrustBundles(bundles);
      expect(trust.key(`${did}#${A}`)).toMatchObject({ id: `${did}#${A}`, controller: did, publicKeyMultibase: A });
      expect([trust.issuer(did), trust.issuer('did:web:other.example')]).toEqual([true, false]);
      expect([trust.type(hash), trust.type('x')]).toEqual([type, undefined].slice(0, bundles.length > 0 ? 2 : 0));
    }
    expect(loadTrustBundles([]).issuer(did)).toBe(false);
  });

  it('keeps its own copy of what it has checked', () => {
    const given = structuredClone(type);
    const trust = loadTrustBundles([{ divocTrust: 1, contexts: { [hash]: given } }]);
    given.type = 'Other';
    expect(trust.type(hash)?.type).toBe('VaccinationCredential');
    expect(() => Object.assign(trust.type(hash)?.schema as object, { a: 1 })).toThrow(TypeError);
  });

  it('honours ends, and reads relative and embedded methods', () => {
    const ends = { revoked: '2026-01-01T00:00:00Z', expires: '2027-01-01T00:00:00Z' };
    expect(loadTrustBundles([didDocument([method(ends)])]).key(`${did}#${A}`)).toMatchObject(ends);
    expect(loadTrustBundles([didDocument([method({ id: '#key-1' })])]).key(`${did}#key-1`)).toMatchObject({ id: `${did}#key-1` });
    expect(loadTrustBundles([didDocument([], [method()])]).key(`${did}#${A}`)).toBeDefined();
  });

  it.each<[string, object]>([
    ['not for assertions', didDocument([method()], [])],
    ['for authentication only', { ...didDocument([method()], undefined), assertionMethod: undefined, authentication: [`${did}#${A}`] }],
    ['of another controller', didDocument([method({ controller: 'did:web:other.example' })])],
    ['under another DID', didDocument([method({ id: `did:web:other.example#${A}` })])],
    ['under a DID that only begins alike', didDocument([method({ id: `${did}.evil#${A}` })])],
    ['of another kind', didDocument([method({ type: 'JsonWebKey' })])],
    ['of another algorithm', didDocument([method({ publicKeyMultibase: 'zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme' })])],
  ])('does not trust a key %s', (_, document) => {
    const trust = loadTrustBundles([document]);
    expect([
      trust.issuer(did),
      trust.issuer('did:web:other.example'),
      trust.key(`${did}#${A}`),
      trust.key(`did:web:other.example#${A}`),
    ]).toEqual([false, false, undefined, undefined]);
  });

  it('merges two documents to the stricter side', () => {
    const documents = [
      didDocument([method({ expires: '2028-01-01T00:00:00Z' })]),
      didDocument([method({ expires: '2027-01-01T00:00:00+05:30' })]),
      didDocument([method({ revoked: '2026-01-01T00:00:00Z' })]),
      didDocument(),
    ];
    for (const order of [documents, [...documents].reverse()]) {
      expect(loadTrustBundles(order).key(`${did}#${A}`)).toMatchObject({
        revoked: '2026-01-01T00:00:00Z',
        expires: '2027-01-01T00:00:00+05:30',
      });
    }
  });

  it.each<[string, unknown, RegExp]>([
    [
      'an altered context',
      { divocTrust: 1, contexts: { [hash]: { ...type, type: 'Other' } } },
      new RegExp(`context ${hash} does not match its hash`),
    ],
    ['a context that is none', { divocTrust: 1, contexts: { [hash]: { '@context': {} } } }, /is not a certificate type/],
    ['two keys under one name', [didDocument(), didDocument([method({ publicKeyMultibase: B })])], /different keys/],
    ['a cut key', didDocument([method({ publicKeyMultibase: A.slice(0, -1) })]), /not a whole Ed25519, P-256 or P-384 key/],
    ['no key', didDocument([method({ publicKeyMultibase: undefined })]), /no publicKeyMultibase/],
    ['a vague end', didDocument([method({ revoked: 'yes' })]), /revoked of .* must be an RFC 3339 instant/],
    ['an end without offset', didDocument([method({ expires: '2027-01-01T00:00:00' })]), /expires of/],
    ['a newer format', { divocTrust: 2 }, /divocTrust must be 1/],
    ['a misspelt member', { divocTrust: 1, didDocument: [] }, /'didDocument' is not a member/],
    ['something else', { a: 1 }, /needs an 'id'/],
    ['text', 'no key at all', /should be base64/],
    ['a number', 7, /must be a JSON object/],
  ])('refuses %s', (_, bundle, message) => {
    expect(() => loadTrustBundles([bundle])).toThrow(
      expect.objectContaining({ code: 'TRUST_BUNDLE_INVALID', message: expect.stringMatching(message) }),
    );
  });
});
