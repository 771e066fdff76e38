import { describe, expect, it } from 'vitest';
import { openEnvelope } from './envelope.js';

const V2 = 'https://www.w3.org/ns/credentials/v2';
const TYPE = 'EnvelopedVerifiableCredential';
const envelope = { '@context': V2, id: 'data:application/vc+jwt,a.b.c', type: TYPE };
const opened = (changes: object) => openEnvelope({ ...envelope, ...changes }, TYPE);

describe('an envelope', () => {
  it('holds one text', () => {
    expect(opened({})).toEqual({ content: 'a.b.c' });
    expect(opened({ '@context': [V2], type: [TYPE] })).toEqual({ content: 'a.b.c' });
    expect(opened({ id: 'data:application/dc+sd-jwt,a.b.c~d~' })).toEqual({ content: 'a.b.c~d~' });
    const type = 'EnvelopedVerifiablePresentation';
    expect(openEnvelope({ ...envelope, type, id: 'data:application/vp+jwt,a.b.c' }, type)).toEqual({ content: 'a.b.c' });
  });

  it('may hold what nobody here reads', () => {
    for (const id of [
      'data:application/vc+cose;base64,AA',
      'data:text/plain,a.b.c',
      'data:application/vp+jwt,a.b.c',
      'data:application/vc+jwt;x=y,a.b.c',
    ])
      expect([id, opened({ id })]).toEqual([id, { content: undefined }]);
  });

  it('says nothing that is not signed, and what it says of its content is so', () => {
    const wrong: object[] = [
      { issuer: 'did:web:health.example' },
      { credentialSubject: {} },
      { '@context': undefined },
      { '@context': [V2, { id: 'urn:x:y' }] },
      { '@context': 'https://www.w3.org/2018/credentials/v1' },
      { type: [TYPE, 'VerifiableCredential'] },
      { id: 'urn:x:y' },
      { id: undefined },
      { id: 'data:application/vc+jwt' },
      { id: 'data:application/vc+jwt,' },
      { id: 'data:application/vc+jwt,a.b.c~' },
      { id: 'data:application/vc+sd-jwt,a.b.c' },
      { id: ['data:application/vc+jwt,a.b.c'] },
    ];
    for (const changes of wrong) expect([changes, opened(changes)]).toEqual([changes, 'malformed']);
  });

  it('is nothing else', () => {
    const throwing = Object.defineProperty({}, 'type', { get: () => expect.fail() });
    for (const document of [null, 'EnvelopedVerifiableCredential', [], {}, { type: 'VerifiableCredential' }, throwing])
      expect(openEnvelope(document, TYPE)).toBeUndefined();
    expect(openEnvelope(Object.defineProperty({ ...envelope }, 'id', { enumerable: true, get: () => expect.fail() }), TYPE)).toBe(
      'malformed',
    );
  });
});
