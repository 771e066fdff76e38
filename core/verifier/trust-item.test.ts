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

/** C=XA, made once with openssl. */
const MADE = {
  explicit256:
    'MIICoTCCAkegAwIBAgIUPkIqd5GVc1jwOJ+gd1G2MWfncl4wCgYIKoZIzj0EAwIwKzELMAkGA1UEBhMCWEExHDAaBgNVBAMME0V4cGxpY2l0IHByaW1lMjU2djEwIBcNMjYxMTI3MDg1ODI1WhgPMjA4MTA4MzAwODU4MjVaMCsxCzAJBgNVBAYTAlhBMRwwGgYDVQQDDBNFeHBsaWNpdCBwcmltZTI1NnYxMIIBSzCCAQMGByqGSM49AgEwgfcCAQEwLAYHKoZIzj0BAQIhAP////8AAAABAAAAAAAAAAAAAAAA////////////////MFsEIP////8AAAABAAAAAAAAAAAAAAAA///////////////8BCBaxjXYqjqT57PrvVV2mIa8ZR0GsMxTsPY7zjw+J9JgSwMVAMSdNgiG5wSTamZ44ROdJreBn36QBEEEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9QIhAP////8AAAAA//////////+85vqtpxeehPO5ysL8YyVRAgEBA0IABCVcF/0DTFSh4Nv75F+K5E8p5zz4awfElMeMEH7wCcVUEolShXObs2AztsO86s+1gt9hPoj4k983oL7Xg8rGZgyjUzBRMB0GA1UdDgQWBBTpwbwe/IoFW+c9Gfhd0y/yrtuw7TAfBgNVHSMEGDAWgBTpwbwe/IoFW+c9Gfhd0y/yrtuw7TAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIQCz/vK9m0Wnl8bFJfBCRtGVPb5J8bxuZZBmZoe457qG3wIgJ0qayFGz/vCpD8VgRmu00qEJDbVFJSKzKIZaJhn+YIg=',
  explicit384:
    'MIIDQDCCAsagAwIBAgIUMG57Nh/t44ClH8BYxBKGHVh3OIUwCgYIKoZIzj0EAwIwKjELMAkGA1UEBhMCWEExGzAZBgNVBAMMEkV4cGxpY2l0IHNlY3AzODRyMTAgFw0yNjExMjcwODU4MjZaGA8yMDgxMDgzMDA4NTgyNlowKjELMAkGA1UEBhMCWEExGzAZBgNVBAMMEkV4cGxpY2l0IHNlY3AzODRyMTCCAcwwggFkBgcqhkjOPQIBMIIBVwIBATA8BgcqhkjOPQEBAjEA//////////////////////////////////////////7/////AAAAAAAAAAD/////MHsEMP/////////////////////////////////////////+/////wAAAAAAAAAA/////AQwszEvp+I+5+SYjgVr4/gtGRgdnG7+gUESAxQIj1ATh1rGVjmNii7RnSqFyO3T7CrvAxUAozWSaqMZonodAIlqZ3OkgnrNrHMEYQSqh8oivosFN46xxx7zIK10bh07Younm5hZ90HgglQqOFUC8l2/VSlsOlReOHJ2Crc2F95KliYsb12emL+Sktwp+PQdvSiaFHzp2jETtfC4wApgsc4dfoGdekMdfJDqDl8CMQD////////////////////////////////HY02B9Dct31gaDbJIsKd67OwZaszFKXMCAQEDYgAEqdwpiHlViljId1EnbfAPtPD1n2i78IDvulJQOVqn1UhQU1ZnVIfuH0Ey6rsVb1cDrVwOdzEqOA3S3pp2Pdvhw7RrpS+uya7QQBhwjzLDKjFXjPY5j1Y230yotckKGwvyo1MwUTAdBgNVHQ4EFgQUoX+TJfckiwyAMNjOW3WIfUqKwZEwHwYDVR0jBBgwFoAUoX+TJfckiwyAMNjOW3WIfUqKwZEwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNoADBlAjEAzu/LZH0RHNWNqM+Zp4p3pukDG6h7xzehZriBJYXosRDzAGLGZkC1fDL1+DLgq1J/AjAh14DCVteQ6M17fUc+7aD0q9y7KEtnFv5UZLklonUNAvGKUH6PXzzVpZtjPGfl9nU=',
  compressed:
    'MIIBezCCASGgAwIBAgIUH5+6Q8ElLcrZnioq2/uVjYpyJPUwCgYIKoZIzj0EAwIwIjELMAkGA1UEBhMCWEExEzARBgNVBAMMCkNvbXByZXNzZWQwIBcNMjYxMTI3MDg1ODI2WhgPMjA4MTA4MzAwODU4MjZaMCIxCzAJBgNVBAYTAlhBMRMwEQYDVQQDDApDb21wcmVzc2VkMDkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDIgACne3cJry4mRwSrfFB3PH8KDAHYei5wDOWY6x+oY45dxajUzBRMB0GA1UdDgQWBBQvZtJn8iTFNIZ1k2WQunLZ4f8NxDAfBgNVHSMEGDAWgBQvZtJn8iTFNIZ1k2WQunLZ4f8NxDAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0gAMEUCIAkEonJ/rWKGzlav63HW3KS9iNzXjqUYJtRDRXLGsXOnAiEAuLFuODa0tY+nWqspN410Td0SblUbVsPr/eDZzIIBY1o=',
  brainpool:
    'MIIBmTCCAUCgAwIBAgIUcYDMDHRQoQWHQHsXIr02qAZNzmowCgYIKoZIzj0EAwIwITELMAkGA1UEBhMCWEExEjAQBgNVBAMMCUJyYWlucG9vbDAgFw0yNjExMjcwODU5MjdaGA8yMDgxMDgzMDA4NTkyN1owITELMAkGA1UEBhMCWEExEjAQBgNVBAMMCUJyYWlucG9vbDBaMBQGByqGSM49AgEGCSskAwMCCAEBBwNCAAQciWCJNF1sFzlMy3p9kLPbKl3FCs9NTCQJouP1TMgIOW3nZb9JmHV04USjMn/ZKrxri7B2XoKw9iV50Kq55DqNo1MwUTAdBgNVHQ4EFgQUpCztepcGNrn91adFShzwrh37XeYwHwYDVR0jBBgwFoAUpCztepcGNrn91adFShzwrh37XeYwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiB7aexnRgWqJulThJG2k1EoWar31LlmXjqzQn134rdZAAIgNnCewsLbuao+Xwv+040yupjY3o5kjBnuP9kQipDQ77s=',
} as const;

describe('keys of elliptic curves', () => {
  it.each(['explicit256', 'explicit384', 'compressed'] as const)('are read however their curve and point are written: %s', (name) => {
    const [found] = only(MADE[name]);
    expect(found?.publicKeyJwk).toEqual(new X509Certificate(Buffer.from(MADE[name], 'base64')).publicKey.export({ format: 'jwk' }));
  });

  it('are refused with the numbers of another curve', () => {
    const prime = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';
    const hex = Buffer.from(MADE.explicit256, 'base64').toString('hex');
    const other = hex.replace(prime, prime.replace(/f$/, 'd'));
    expect(other).not.toBe(hex);
    for (const strange of [MADE.brainpool, Buffer.from(other, 'hex').toString('base64')])
      expect(() => only(strange)).toThrow(/not known here/);
  });

  it('of a kind that is not known take nothing from the others of their list', () => {
    const [good, strange] = [
      { rawData: certificate, country: 'XA' },
      { rawData: MADE.brainpool, country: 'XA' },
    ];
    const method = (der: string) => ({ id: 'a', type: 'JsonWebKey2020', publicKeyJwk: { kty: 'EC', kid: 'AAAAAAAAAAA=', x5c: [der] } });
    const lists: unknown[] = [
      [strange, good],
      { certificates: [strange, good, MADE.brainpool] },
      { id: 'did:web:example:v2', verificationMethod: [method(MADE.brainpool), method(certificate)] },
      pem('CERTIFICATE', MADE.brainpool) + pem('CERTIFICATE', certificate),
    ];
    for (const list of lists) expect(only(list).map(({ certificate: found }) => found?.der)).toEqual([certificate]);
    const cut = { rawData: certificate.slice(0, 300), country: 'XA' };
    expect(() => only({ certificates: [good, cut] })).toThrow(/not the DER/);
    expect(() => only(pem('CERTIFICATE', MADE.brainpool).repeat(2))).toThrow(/not known here/);
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
