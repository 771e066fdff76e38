import { createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jwkThumbprint } from '../api/index.js';
import { documentSigner } from '../testkit/document-signers.js';
import { loadTrustBundles } from './trust.js';

const vectors = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'eu-dcc');
const { jwk, kid, key, trusted } = documentSigner();
const certificate = key.certificates?.[0] ?? '';
const pem = (label: string, base64: string) =>
  `-----BEGIN ${label}-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END ${label}-----\n`;
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
const der = (type: 'spki' | 'pkcs1') => rsa.export({ format: 'der', type });
const rsaJwk = rsa.export({ format: 'jwk' });
const only = (item: unknown) => loadTrustBundles([item]).keysFor();

describe('what is trusted', () => {
  it.each<[string, unknown]>([
    ['PEM', pem('CERTIFICATE', certificate)],
    ['base64 of DER', certificate],
    ['an entry of a list', { kid, rawData: certificate, country: 'XA' }],
    ['a list', { certificates: [{ certificateType: 'DSC', country: 'XA', kid, rawData: certificate, timestamp: '' }] }],
    ['an array of entries', [{ kid, rawData: certificate, country: 'XA' }]],
    ['x5c of a JWK, whatever stands beside it', { ...jwk, x: 'AAAA', kid, x5c: [certificate] }],
    [
      "WHO's list",
      {
        id: 'did:web:example:v2',
        verificationMethod: [{ id: 'a', type: 'JsonWebKey2020', publicKeyJwk: { ...jwk, kid, x5c: [certificate] } }],
      },
    ],
  ])('may be a certificate as %s', (_, item) => {
    const trust = loadTrustBundles([item]);
    expect(trust.keysFor(kid)).toEqual([{ ...trusted, controller: 'XA' }]);
    expect([trust.keysFor('AAAAAAAAAAA='), trust.issuer('XA')]).toEqual([[], true]);
  });

  it('is found by the thumbprint of its key, whatever a DID document calls it', () => {
    const id = 'did:web:issuer.example';
    const method = { id: '#key-1', type: 'Multikey', controller: id, publicKeyMultibase: key.publicKeyMultibase };
    const trust = loadTrustBundles([{ id, verificationMethod: [method], assertionMethod: ['#key-1'] }]);
    for (const name of [jwkThumbprint(jwk), 'key-1', `${id}#key-1`]) expect(trust.keysFor(name)).toHaveLength(1);
    expect(trust.keysFor('key-2')).toEqual([]);
  });

  it.each<[string, unknown, object]>([
    ['PEM of a public key', pem('PUBLIC KEY', der('spki').toString('base64')), rsaJwk],
    ['PEM of a PKCS #1 key', pem('RSA PUBLIC KEY', der('pkcs1').toString('base64')), rsaJwk],
    ['base64 of a public key', der('spki').toString('base64'), rsaJwk],
    ['a JWK', jwk, jwk],
    [
      'a JWK with a zero in front of a coordinate',
      { ...jwk, x: Buffer.concat([Buffer.alloc(1), Buffer.from(String(jwk.x), 'base64url')]).toString('base64') },
      jwk,
    ],
  ])('may be a key by itself, which answers to every name: %s', (_, item, publicKeyJwk) => {
    const trust = loadTrustBundles([item]);
    expect(trust.keysFor('whatever')).toEqual([expect.objectContaining({ controller: '', publicKeyJwk })]);
    expect(trust.issuer('')).toBe(false);
  });

  it('may be a set of keys, for one issuer or for all', () => {
    const named = { ...jwk, kid: 'k1', use: 'sig' };
    const set = { keys: [named, { kty: 'EC', crv: 'secp256k1', kid: 'k2', x: 'A', y: 'A' }, { ...jwk, kid: 'k3', use: 'enc' }] };
    expect(only(set).map(({ kid: name, controller }) => [name, controller])).toEqual([['k1', '']]);
    expect(only({ ...set, iss: 'https://a.example' })[0]?.controller).toBe('https://a.example');
    const directory = { issuerInfo: [{ issuer: { iss: 'https://b.example', name: 'B' }, keys: [named] }] };
    expect(loadTrustBundles([directory]).keysFor('k1')[0]?.controller).toBe('https://b.example');
    expect(loadTrustBundles([directory]).keysFor('k2')).toEqual([]);
  });

  it('may be a DID with its key, or one verification method', () => {
    const did = `did:key:${key.publicKeyMultibase}`;
    const trust = loadTrustBundles([did]);
    expect(trust.key(`${did}#${key.publicKeyMultibase}`)).toMatchObject({ controller: did, publicKeyJwk: jwk });
    expect(trust.issuer(did)).toBe(true);
    const method = { id: 'https://a.example/keys/1', controller: 'https://a.example/', type: 'JsonWebKey2020', publicKeyJwk: jwk };
    expect(loadTrustBundles([method]).keysFor('https://a.example/keys/1')[0]?.controller).toBe('https://a.example/');
  });

  it.each<[string, unknown, RegExp]>([
    ['a private key', pem('PRIVATE KEY', certificate), /a private key was given/],
    ['a private JWK', { ...jwk, d: 'AAAA' }, /private key/],
    ['PEM that is cut', pem('CERTIFICATE', certificate).slice(0, 300), /cut short/],
    ['a certificate that is cut', { rawData: certificate.slice(0, 300), kid }, /not the DER/],
    ['a point off the curve', { ...jwk, x: jwk.y }, /not a point/],
    ['a short RSA key', { kty: 'RSA', n: 'AQAB', e: 'AQAB' }, /between 1,024/],
    ['a kind of key that nobody knows', { kty: 'oct', k: 'AAAA' }, /not known here/],
    ['a coordinate that is too long', { ...jwk, x: Buffer.alloc(40, 1).toString('base64url') }, /must have 32 bytes/],
  ])('is refused when it is %s', (_, item, message) => {
    expect(() => loadTrustBundles([item])).toThrow(
      expect.objectContaining({ code: 'TRUST_BUNDLE_INVALID', message: expect.stringMatching(message) }),
    );
  });
});

describe('the signer certificates of the EU test data', () => {
  interface Vector {
    readonly file: string;
    readonly certificateKidHex?: string;
  }
  const read = (name: string) => JSON.parse(readFileSync(join(vectors, name), 'utf8'));

  it('are there', () => {
    expect(existsSync(vectors), `the test vectors are missing at ${vectors}; set DIVOC_VECTORS to their folder`).toBe(true);
  });

  it('are read as Node.js reads them, with the key id that credentials name', () => {
    let seen = 0;
    for (const { file, certificateKidHex } of (read('expected.json') as { vectors: Vector[] }).vectors) {
      const { TESTCTX } = read(file) as { TESTCTX: { CERTIFICATE?: string } };
      if (!TESTCTX.CERTIFICATE || !certificateKidHex) continue;
      const [found] = loadTrustBundles([TESTCTX.CERTIFICATE]).keysFor(Buffer.from(certificateKidHex, 'hex').toString('base64'));
      expect(createPublicKey({ key: found?.publicKeyJwk as never, format: 'jwk' }).export({ format: 'jwk' })).toEqual(found?.publicKeyJwk);
      const { validFrom, subject, issuer } = new X509Certificate(Buffer.from(TESTCTX.CERTIFICATE, 'base64'));
      expect(found?.certificate).toMatchObject({ notBefore: new Date(validFrom).toISOString() });
      expect(found?.controller ?? '').toBe(/^C=(\w+)$/m.exec(subject)?.[1] ?? /^C=(\w+)$/m.exec(issuer)?.[1] ?? '');
      seen += 1;
    }
    expect(seen).toBeGreaterThan(60);
  });
});
