import { expect, it } from 'vitest';
import { credentialOf, ed, open, proved, V1, V2 } from './foreign-issuer.js';

it('contexts that come with a type or a term are read where they are plain, and version 1.1 may define what it has no term for', async () => {
  const scoped = {
    Person: {
      '@id': 'urn:x:Person',
      '@context': { id: '@id', type: '@type', home: { '@id': 'urn:x:home', '@context': { city: 'urn:x:city' } } },
    },
  };
  const credentialSubject = { type: 'Person', home: { city: 'Graz' } };
  const first = {
    '@context': [V1, 'https://w3id.org/security/data-integrity/v2', { name: 'https://schema.org/name', ...scoped }],
    name: 'x',
  };
  for (const changes of [
    { '@context': [V2, scoped], name: 'x' },
    { ...first, issuanceDate: '2023-01-01T00:00:00Z', validFrom: undefined },
  ]) {
    const type = ['VerifiableCredential'];
    const sound = await proved(credentialOf(ed, { ...changes, type, credentialSubject }));
    expect((await open(sound)).status).toBe('VERIFIED');
    expect((await open({ ...sound, credentialSubject: { ...credentialSubject, home: { city: 'Linz' } } })).status).toBe(
      'INVALID_SIGNATURE',
    );
  }
});
