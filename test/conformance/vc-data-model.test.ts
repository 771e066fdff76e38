import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Document, EXAMPLES, outsider, V2, vcHouse } from './vc-api.fixture.js';

/**
 * The assertions of w3c/vc-data-model-2.0-test-suite, as its runner sends them: an issuer answers 201 or refuses with 400 or
 * 422, and what it has issued verifies. Its statement that digests of files on the web are computed needs the web, and is
 * left out here: nothing is fetched.
 */

const subject = { id: 'did:example:subject' };
const base: Document = { '@context': [V2], type: ['VerifiableCredential'], credentialSubject: subject };
const typed = { type: 'https://example.org/#ExampleTestSuiteService' };
const schema = { type: 'https://example.org/#ExampleTestSuiteSchema', id: 'did:example:schemas/1' };
const status = { id: 'did:example:status', type: 'https://example.org/#ExampleStatus' };
const english = { '@value': 'Example', '@language': 'en' };
const directed = { ...english, '@direction': 'ltr' };
const resource = {
  id: 'https://example.org/file.json',
  digestMultibase: 'uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw',
};

/** https://www.w3.org/TR/vc-bitstring-status-list/ */
const entry = {
  type: 'BitstringStatusListEntry',
  statusPurpose: 'revocation',
  statusListIndex: '94567',
  statusListCredential: 'https://example.org/status/3',
};
const messages = ['0x0', '0x1', '0x2', '0x3'].map((value) => ({ status: value, message: `message ${value}` }));
const encodedList = (bytes: number) => `u${gzipSync(new Uint8Array(bytes)).toString('base64url')}`;
const list = {
  id: 'https://example.org/status/3#list',
  type: 'BitstringStatusList',
  statusPurpose: 'revocation',
  encodedList: encodedList(16_384),
};
const listCredential = (changes: Document = {}): Document => ({
  id: 'https://example.org/status/3',
  type: ['VerifiableCredential', 'BitstringStatusListCredential'],
  credentialSubject: { ...list, ...changes },
});

const accepted: Record<string, Document> = {
  'bitstring entry': { credentialStatus: entry },
  'bitstring entries': { credentialStatus: [entry, { ...entry, id: 'https://example.org/status/3#94567', statusPurpose: 'suspension' }] },
  'bitstring entry: messages': { credentialStatus: { ...entry, statusPurpose: 'message', statusSize: 2, statusMessage: messages } },
  'bitstring entry: messages of one bit': { credentialStatus: { ...entry, statusMessage: messages.slice(0, 2) } },
  'bitstring list': listCredential(),
  'bitstring list: several purposes, and how long it is kept': listCredential({
    statusPurpose: ['revocation', 'suspension'],
    ttl: 300_000,
  }),
  '4.3 contexts: URLs': { '@context': [V2, EXAMPLES] },
  '4.3 contexts: objects': {
    '@context': [V2, { ExampleVerifiableCredential: 'https://example.org/#ExampleVerifiableCredential' }],
    type: ['VerifiableCredential', 'ExampleVerifiableCredential'],
  },
  '4.4 id: a URL': { id: 'https://example.org/credentials/1' },
  '4.4 id: a URN': { id: 'urn:uuid:58172aac-d8ba-11ed-83dd-0b3aef56cc33' },
  '4.5 type: a URL': { type: ['VerifiableCredential', 'https://example.org/#Example'] },
  '4.5 type: in any order': { type: ['https://example.org/#Example', 'https://example.org/#Other', 'VerifiableCredential'] },
  '4.6 name: text': { name: 'Example', description: 'An example.' },
  '4.6 name: in a language': { name: english, description: english },
  '4.6 name: with a direction': { name: directed, description: directed },
  '4.6 name: in several languages': { name: [english, { '@value': 'Chien', '@language': 'fr' }], description: [directed, english] },
  '4.8 subjects: several': { credentialSubject: [subject, { id: 'did:example:other' }] },
  '4.9 validFrom: milliseconds': { validFrom: '2023-01-01T00:00:00.123Z' },
  '4.9 validFrom: an offset': { validFrom: '2023-01-01T00:00:00-05:00' },
  '4.9 validFrom: far in the future': { validFrom: '5023-01-01T00:00:00Z' },
  '4.9 validUntil: in the past': { validUntil: '2010-01-01T00:00:00Z' },
  '4.9 validUntil: an offset': { validUntil: '2999-01-01T00:00:00.000+05:30' },
  '4.9 both': { validFrom: '2023-01-01T00:00:00Z', validUntil: '2999-01-01T00:00:00Z' },
  '4.9 both, the same': { validFrom: '2023-01-01T00:00:00Z', validUntil: '2023-01-01T00:00:00Z' },
  '4.10 status': { credentialStatus: status },
  '4.10 status: without id': { credentialStatus: { type: status.type } },
  '4.11 schemas': { credentialSchema: schema },
  '4.11 schemas: several': { credentialSchema: [schema, { ...schema, id: 'did:example:schemas/2' }] },
  '5.3 related resources': { relatedResource: [resource] },
  '5.3 related resources: with a media type': {
    relatedResource: [
      { ...resource, mediaType: 'application/json' },
      { id: 'https://example.org/b', digestSRI: 'sha256-x' },
    ],
  },
  '5.4 refreshing': { refreshService: { ...typed, id: 'did:example:refresh/1' } },
  '5.4 refreshing: several': { refreshService: [typed, { ...typed, id: 'did:example:refresh/2' }] },
  '5.5 terms of use': { termsOfUse: [typed, { ...typed, id: 'did:example:terms/1' }] },
  '5.6 evidence': { evidence: [typed, typed] },
};

const refused: Record<string, Document> = {
  'bitstring entry: no purpose': { credentialStatus: { ...entry, statusPurpose: undefined } },
  'bitstring entry: an index that is a number': { credentialStatus: { ...entry, statusListIndex: 94_567 } },
  'bitstring entry: an index below zero': { credentialStatus: { ...entry, statusListIndex: '-1' } },
  'bitstring entry: no list': { credentialStatus: { ...entry, statusListCredential: undefined } },
  'bitstring entry: a list that is no URL': { credentialStatus: { ...entry, statusListCredential: 'not-a-url' } },
  'bitstring entry: the id of its list': { credentialStatus: { ...entry, id: entry.statusListCredential } },
  'bitstring entry: no bits': { credentialStatus: { ...entry, statusSize: 0 } },
  'bitstring entry: less than no bits': { credentialStatus: { ...entry, statusSize: -1 } },
  'bitstring entry: a size that is a text': { credentialStatus: { ...entry, statusSize: '1' } },
  'bitstring entry: two bits without messages': { credentialStatus: { ...entry, statusSize: 2 } },
  'bitstring entry: fewer messages than values': { credentialStatus: { ...entry, statusSize: 2, statusMessage: messages.slice(1) } },
  'bitstring entry: a message without its value': {
    credentialStatus: { ...entry, statusMessage: [messages[0], { message: 'x' }] },
  },
  'bitstring entry: a reference that is no URL': { credentialStatus: { ...entry, statusReference: 'not-a-url' } },
  'bitstring list: of another type': listCredential({ type: 'StatusList2021' }),
  'bitstring list: without purpose': listCredential({ statusPurpose: undefined }),
  'bitstring list: without a list': listCredential({ encodedList: undefined }),
  'bitstring list: no multibase': listCredential({ encodedList: encodedList(16_384).slice(1) }),
  'bitstring list: padded': listCredential({ encodedList: `${encodedList(16_384)}==` }),
  'bitstring list: not compressed': listCredential({ encodedList: `u${Buffer.alloc(16_384).toString('base64url')}` }),
  'bitstring list: too short': listCredential({ encodedList: encodedList(16_383) }),
  'bitstring list: kept for less than no time': listCredential({ ttl: -1 }),
  '4.3 contexts: none': { '@context': undefined },
  '4.3 contexts: without the base': { '@context': [EXAMPLES] },
  '4.3 contexts: in another order': { '@context': [EXAMPLES, V2] },
  '4.3 contexts: no URL': { '@context': [V2, 'https ://not-a-url/contexts/example/v1'] },
  '4.3 contexts: a number': { '@context': [V2, 12345] },
  '4.4 id: several': { id: ['did:example:1', 'did:example:2'] },
  '4.4 id: no URL': { id: 'not-a-url' },
  '4.4 id: an object': { id: { a: 1 } },
  '4.4 id: null': { id: null },
  '4.4 id of the subject: several': { credentialSubject: { id: ['did:example:1', 'did:example:2'] } },
  '4.4 id of the subject: no URL': { credentialSubject: { id: 'not-a-url' } },
  '4.5 type: none': { type: undefined },
  '4.5 type: without the required one': { type: ['https://example.org/#Example'] },
  '4.5 type: mapped to no URL': {
    '@context': [V2, { ExampleTestCredential: 'https ://not-a-url#ExampleTestCredential' }],
    type: ['VerifiableCredential', 'ExampleTestCredential'],
  },
  '4.5 type: unmapped': { '@context': [V2, { '@vocab': null }], type: ['VerifiableCredential', 'ExampleTestCredential'] },
  '4.6 name: another member': { name: { ...english, url: 'did:example:1' } },
  '4.6 description: another member': { description: { ...english, url: 'did:example:1' } },
  '4.6 name: a number': { name: 1 },
  '4.7 issuer: null': { issuer: null },
  '4.7 issuer: no URL': { issuer: 'not-a-url' },
  '4.7 issuer: without id': { issuer: { name: 'x' } },
  '4.7 issuer: id null': { issuer: { id: null } },
  '4.7 issuer: id no URL': { issuer: { id: 'not-a-url' } },
  '4.8 subject: none': { credentialSubject: undefined },
  '4.8 subject: without claims': { credentialSubject: {} },
  '4.8 subjects: one without claims': { credentialSubject: [subject, {}] },
  '4.8 subject: a text': { credentialSubject: 'did:example:subject' },
  '4.9 validFrom: no instant': { validFrom: 'yesterday' },
  '4.9 validUntil: a day': { validUntil: '2999-01-01' },
  '4.9 both, the wrong way round': { validFrom: '2999-01-01T00:00:00Z', validUntil: '2023-01-01T00:00:00Z' },
  '4.10 status: without type': { credentialStatus: { id: status.id } },
  '4.10 status: several ids': { credentialStatus: { ...status, id: ['did:example:1', 'did:example:2'] } },
  '4.10 status: id no URL': { credentialStatus: { ...status, id: 'not-a-url' } },
  '4.10 status: type no URL': { credentialStatus: { ...status, type: 'Unmapped' } },
  '4.11 schemas: without type': { credentialSchema: { id: schema.id } },
  '4.11 schemas: without id': { credentialSchema: { type: schema.type } },
  '4.11 schemas: id no URL': { credentialSchema: { ...schema, id: 'not-a-url' } },
  '5.2 a type redefined': { '@context': [V2, { VerifiableCredential: 'https://example.org/#VerifiableCredential' }] },
  '5.2 a term redefined': { '@context': [V2, { credentialSubject: 'https://example.org/#credentialSubject' }] },
  '5.2 a term undefined': { credentialSubject: { ...subject, colour: 'red' } },
  '5.3 related resources: texts': { relatedResource: ['https://example.org/file.json'] },
  '5.3 related resources: without id': { relatedResource: [{ digestMultibase: resource.digestMultibase }] },
  '5.3 related resources: the same id twice': { relatedResource: [resource, resource] },
  '5.3 related resources: without a digest': { relatedResource: [{ id: resource.id }] },
  '5.3 related resources: a digest that is none': { relatedResource: [{ ...resource, digestMultibase: 'uZTQ0MjM1NiAgcmVwb3J0' }] },
  '5.3 related resources: the digest of another file': { relatedResource: [{ ...resource, id: V2 }] },
  '5.4 refreshing: without type': { refreshService: { id: 'did:example:refresh/1' } },
  '5.4 refreshing: id no URL': { refreshService: { ...typed, id: 'not-a-url' } },
  '5.5 terms of use: without type': { termsOfUse: { id: 'did:example:terms/1' } },
  '5.6 evidence: without type': { evidence: { id: 'did:example:evidence/1' } },
  '4.12 a proof without type': { proof: { cryptosuite: 'eddsa-rdfc-2022' } },
};

describe('the data model 2.0', () => {
  const { post, get } = vcHouse({ test: true });
  const suite = 'eddsa-rdfc-2022';

  it('what keeps it is issued, as it is, and verified', async () => {
    const { [suite]: issuer } = (await get('/test/issuers')).body;
    const named = { id: issuer, name: english, description: [english, directed] };
    for (const [index, [what, changes]] of Object.entries(accepted).entries()) {
      const credential = { ...base, issuer: index % 2 === 0 ? issuer : named, ...changes };
      const { status, body } = await post(`/test/${suite}/credentials/issue`, { credential, options: {} });
      expect([what, status, { ...body.verifiableCredential, proof: undefined }]).toEqual([what, 201, credential]);
      const { verifiableCredential } = body;
      const verdict = await post('/test/credentials/verify', { verifiableCredential, options: { checks: ['proof'] } });
      const isNow = !/the same|in the past|in the future/.test(what);
      expect([what, verdict.status]).toEqual([what, isNow ? 200 : 400]);
    }
  });

  it('what breaks it is not issued', async () => {
    const { [suite]: issuer } = (await get('/test/issuers')).body;
    for (const [what, changes] of Object.entries(refused)) {
      const { status } = await post(`/test/${suite}/credentials/issue`, { credential: { ...base, issuer, ...changes } });
      expect([what, [400, 422].includes(status)]).toEqual([what, true]);
    }
  });

  it('what breaks it is not verified', async () => {
    const sound = await outsider(51).credential(base);
    for (const [what, changes] of Object.entries(refused)) {
      if (what.startsWith('4.12')) continue;
      const { status } = await post('/test/credentials/verify', { verifiableCredential: { ...sound, ...changes } });
      expect([what, status]).toEqual([what, 400]);
    }
  });
});
