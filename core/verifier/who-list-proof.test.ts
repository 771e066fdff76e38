import { createHash, generateKeyPairSync, sign } from 'node:crypto';
// @ts-expect-error the package has no types
import jsonld from 'jsonld';
import { describe, expect, it } from 'vitest';
import { documentSigner } from '../testkit/document-signers.js';
import { loadTrustBundles } from './trust.js';
import type { TrustPins } from './trust-pins.js';
import { readWhoListProof } from './who-list-proof.js';

/** Lists as WHO's network publishes them, canonicalised and signed here by the library and Node.js, and read by our own code. */

type Json = Record<string, unknown>;
const DID = 'https://www.w3.org/ns/did/v1';
const SUITE = 'https://w3id.org/security/suites/jws-2020/v1';
const CODES = 'https://smart.who.int/trust/tng-context/v1-UAT.jsonld';
const SECURITY = 'https://w3id.org/security#';
const own = { '@protected': true, id: '@id', type: '@type' };
const iri = (id: string) => ({ '@id': id, '@type': '@id' });
const instant = (id: string) => ({ '@id': id, '@type': 'http://www.w3.org/2001/XMLSchema#dateTime' });
const codes = (base: string) => {
  const of = (set: string) => {
    const url = `${base}/ValueSet-${set}-UAT.jsonld`;
    return { ...iri(url), '@context': { '@base': `${url}#`, code: iri('@id') } };
  };
  return { '@version': 1.1, id: '@id', type: '@type', domain: of('Domains'), participant: of('Participants'), keyusage: of('KeyUsage') };
};
/** The parts of the published contexts that lists use. */
const contexts = (base: string): Record<string, object> => ({
  [DID]: { ...own, controller: iri(`${SECURITY}controller`), verificationMethod: iri(`${SECURITY}verificationMethod`) },
  [SUITE]: {
    JsonWebKey2020: {
      '@id': `${SECURITY}JsonWebKey2020`,
      '@context': { ...own, publicKeyJwk: { '@id': `${SECURITY}publicKeyJwk`, '@type': '@json' } },
    },
    JsonWebSignature2020: {
      '@id': `${SECURITY}JsonWebSignature2020`,
      '@context': {
        ...own,
        created: instant('http://purl.org/dc/terms/created'),
        nonce: `${SECURITY}nonce`,
        proofPurpose: {
          '@id': `${SECURITY}proofPurpose`,
          '@type': '@vocab',
          '@context': { ...own, assertionMethod: { ...iri(`${SECURITY}assertionMethod`), '@container': '@set' } },
        },
        verificationMethod: iri(`${SECURITY}verificationMethod`),
      },
    },
  },
  [CODES]: codes(base),
});

const WHO = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const pin = WHO.publicKey.export({ format: 'jwk' });
const HEADER = Buffer.from('{"b64":false,"crit":["b64"],"alg":"ES256"}').toString('base64url');
const CREATED = '2026-11-20T00:00:00Z';
const at = new Date('2026-11-23T00:00:00Z');

async function signed(
  document: Json,
  { base = 'https://smart.who.int/trust', dsaEncoding = 'der' as 'der' | 'ieee-p1363', header = HEADER } = {},
) {
  const known = contexts(base);
  const documentLoader = async (url: string) => ({ contextUrl: null, documentUrl: url, document: { '@context': known[url] } });
  const hash = async (value: Json) => {
    const text = await jsonld.canonize(value, { algorithm: 'RDFC-1.0', format: 'application/n-quads', documentLoader, safe: false });
    return createHash('sha256').update(text).digest();
  };
  const proof = {
    type: 'JsonWebSignature2020',
    created: CREATED,
    nonce: 'AiyMi5C55zZ1G9QF2rYA0ENIvXMTYQeM',
    proofPurpose: 'assertionMethod',
    verificationMethod: 'did:web:participants.example:WHO:signing:DID',
  };
  const data = Buffer.concat([Buffer.from(`${header}.`), await hash({ '@context': document['@context'], ...proof }), await hash(document)]);
  const jws = `${header}..${sign('sha256', data, { key: WHO.privateKey, dsaEncoding }).toString('base64url')}`;
  return { ...document, proof: { ...proof, jws } } as unknown as Json & { proof: Json; verificationMethod: Json[] };
}

const LIST = 'did:web:tng-cdn.example:v2:trustlist:-:XXA:DSC';
const signer = documentSigner(0);
function method(n: number, changes: Json = {}): Json {
  const jwk = { ...signer.jwk, kid: n === 0 ? signer.kid : `other${n}+/=`, note: `"quoted" \\ and\nbroken ${n} é` };
  const code = (text: string) => ({ code: text });
  const said = { domain: code('#ICVP'), participant: code('#XXA'), keyusage: code('#DSC') };
  const controller = 'did:web:tng-cdn.example:v2:trustlist:-:XXA';
  return { id: `${LIST}#${String(jwk.kid)}`, type: 'JsonWebKey2020', controller, publicKeyJwk: jwk, ...said, ...changes };
}
const document = (changes: Json = {}): Json => ({
  '@context': [DID, SUITE, CODES],
  id: LIST,
  controller: 'did:web:tng-cdn.example:v2:trustlist:-:XXA',
  verificationMethod: [method(2), method(0), method(1)],
  ...changes,
});
const load = (list: unknown, pins: Partial<TrustPins> = {}) => loadTrustBundles([list], { keys: [pin], at, ...pins });
const codeOf = (list: unknown, pins: Partial<TrustPins> = {}): unknown => {
  try {
    load(list, pins);
    return 'trusted';
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe('a list of WHO', () => {
  it('is trusted by its pinned signer, in each form of its signature and its contexts', async () => {
    const trust = load(await signed(document()));
    expect(trust.keysFor(signer.kid)).toHaveLength(1);
    expect(trust.pinned).toEqual({ seen: { [LIST]: CREATED }, ends: new Date('2026-12-20T00:00:00Z') });
    const older = document({
      '@context': [DID, SUITE],
      verificationMethod: [method(0, { domain: undefined, participant: undefined, keyusage: undefined })],
    });
    const sound = [
      await signed(document(), { dsaEncoding: 'ieee-p1363' }),
      await signed(document(), { base: 'https://worldhealthorganization.github.io/smart-trust' }),
      await signed(JSON.parse(JSON.stringify(older))),
    ];
    expect(sound.map((list) => codeOf(list))).toEqual(['trusted', 'trusted', 'trusted']);
    const didDocument = { id: 'did:web:participants.example', verificationMethod: [{ id: 'x', publicKeyJwk: pin }] };
    expect(codeOf(sound[0], { keys: [didDocument] })).toBe('trusted');
    expect(codeOf(sound[0], { keys: [WHO.publicKey.export({ format: 'pem', type: 'spki' })] })).toBe('trusted');
  });

  it('is refused when any of it was altered, added or taken away', async () => {
    const list = await signed(document());
    const [first, ...rest] = list.verificationMethod as [Json, ...Json[]];
    const altered: Record<string, Json> = {
      key: { ...list, verificationMethod: [{ ...first, publicKeyJwk: { ...(first.publicKeyJwk as Json), kid: 'another' } }, ...rest] },
      'name of a key': { ...list, verificationMethod: [{ ...first, id: `${LIST}#x` }, ...rest] },
      controller: { ...list, controller: 'did:web:elsewhere.example' },
      'controller of a key': { ...list, verificationMethod: [{ ...first, controller: 'did:web:elsewhere.example' }, ...rest] },
      domain: { ...list, verificationMethod: [{ ...first, domain: { code: '#DCC' } }, ...rest] },
      participant: { ...list, verificationMethod: [{ ...first, participant: { code: '#XXB' } }, ...rest] },
      'a key less': { ...list, verificationMethod: rest },
      'name of the list': { ...list, id: `${LIST}2` },
      date: { ...list, proof: { ...list.proof, created: '2026-11-22T00:00:00Z' } },
      nonce: { ...list, proof: { ...list.proof, nonce: 'x' } },
    };
    for (const [what, one] of Object.entries(altered)) expect([what, codeOf(one)]).toEqual([what, 'TRUST_ALTERED']);
    // What no context knows would stand outside of the signature, so there is no such list.
    const strange: Record<string, Json> = {
      'a member more': { ...list, service: [] },
      'a member of a key': { ...list, verificationMethod: [{ ...first, revoked: '2026-01-01T00:00:00Z' }, ...rest] },
      'a member of the proof': { ...list, proof: { ...list.proof, expires: '2099-01-01T00:00:00Z' } },
      'a purpose': { ...list, proof: { ...list.proof, proofPurpose: 'authentication' } },
      'another context': { ...list, '@context': [DID, SUITE, CODES, 'https://elsewhere.example/v1'] },
      'no codes': { ...list, '@context': [DID, SUITE] },
      'another algorithm': {
        ...list,
        proof: { ...list.proof, jws: String(list.proof.jws).replace(HEADER, Buffer.from('{"alg":"none"}').toString('base64url')) },
      },
      'an IRI that is none': { ...list, id: 'did:web:a> <b' },
      'no signature': { ...list, proof: { ...list.proof, jws: undefined } },
    };
    for (const [what, one] of Object.entries(strange)) expect([what, codeOf(one)]).toEqual([what, 'TRUST_SIGNER_UNKNOWN']);
  });

  it('is refused without its signer, and when it is old or older than one that was seen', async () => {
    const list = await signed(document());
    const ed25519 = 'z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK';
    expect(codeOf(list, { keys: [ed25519] })).toBe('TRUST_SIGNER_UNKNOWN');
    expect(codeOf(list, { keys: [documentSigner(1).jwk] })).toBe('TRUST_ALTERED');
    expect(codeOf(list, { at: new Date('2026-12-20T00:00:00Z') })).toBe('TRUST_EXPIRED');
    expect(codeOf(list, { maxAgeDays: 2 })).toBe('TRUST_EXPIRED');
    expect(codeOf(list, { maxAgeDays: 90, at: new Date('2027-02-01T00:00:00Z') })).toBe('trusted');
    expect(codeOf(list, { at: new Date('2026-11-19T00:00:00Z') })).toBe('TRUST_FROM_FUTURE');
    expect(codeOf(list, { seen: { [LIST]: '2026-11-21T00:00:00Z' } })).toBe('TRUST_ROLLED_BACK');
    // Taken on the word of whoever gives it, as before.
    expect(loadTrustBundles([{ ...list, proof: undefined }]).keysFor(signer.kid)).toHaveLength(1);
  });

  it('is canonicalised as the library does it, whatever stands in its keys', async () => {
    for (const note of ['\u0000\u0007\b\f\t\r\n\u007f', '\u{1F489} ﬀ \ud7ff\ue000', '"\\"', '<>_:^^@']) {
      const list = await signed(document({ verificationMethod: [method(0, { publicKeyJwk: { ...signer.jwk, kid: signer.kid, note } })] }));
      expect([note, codeOf(list)]).toEqual([note, 'trusted']);
    }
    expect(readWhoListProof(await signed(document()))?.created).toBe(CREATED);
  });
});
