// What somebody would take for each format who has no DIVOC: the same content, issued and verified by its own libraries.
import { createHash, generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import { deflateRawSync, deflateSync, inflateRawSync, inflateSync } from 'node:zlib';
import { Algorithms, Headers, Sign1 } from '@auth0/cose';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { Decoder, Encoder } from 'cbor-x';
import { CompactSign, compactVerify } from 'jose';
import { decodeBase45, encodeBase45 } from '../../core/dist/api/base45.js';
import { unsignedCredential } from '../../core/dist/api/index.js';
import * as bazaar from './digitalbazaar.mjs';
import * as bazaarSd from './digitalbazaar-sd.mjs';

const p256 = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const json = (value) => new TextEncoder().encode(JSON.stringify(value));
const textOf = (bytes) => JSON.parse(new TextDecoder().decode(bytes));

export const digitalbazaar = { name: '@digitalbazaar/vc', issue: bazaar.issue, verify: bazaar.verify };

/** What holders show in the table: three fields of ten. */
export const SHOWN = ['/credentialSubject/patient/name', '/credentialSubject/vaccineName', '/credentialSubject/doseNumber'];

export const digitalbazaarSd = {
  name: '@digitalbazaar/ecdsa-sd-2023-cryptosuite',
  issue: bazaarSd.issue,
  show: (credential) => bazaarSd.show(credential, SHOWN),
  verify: bazaarSd.verify,
};

/** A JWS of the same credential (VC-JOSE): there is no library of eddsa-jcs-2022 of its own that is maintained. */
export const joseVc = {
  name: 'jose (JWS of the same)',
  issue: ({ newIntent }) =>
    new CompactSign(json(unsignedCredential(newIntent()))).setProtectedHeader({ alg: 'Ed25519', typ: 'vc+jwt' }).sign(ed25519.privateKey),
  verify: async (jws) => textOf((await compactVerify(jws, ed25519.publicKey)).payload),
};

const es256 = (data) => sign('sha256', Buffer.from(data), { key: p256.privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
const sdJwtVc = new SDJwtVcInstance({
  signer: async (data) => es256(data),
  signAlg: 'ES256',
  verifier: async (data, signature) =>
    verify('sha256', Buffer.from(data), { key: p256.publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
  hasher: (data) =>
    createHash('sha256')
      .update(typeof data === 'string' ? data : Buffer.from(data))
      .digest(),
  hashAlg: 'sha-256',
  saltGenerator: () => randomBytes(16).toString('base64url'),
});

export const sdJwt = {
  name: '@sd-jwt/sd-jwt-vc',
  issue({ newIntent }) {
    const { issuer, type, subject, created } = newIntent();
    const payload = { iss: issuer, vct: type.url, iat: Math.floor(Date.parse(created) / 1000), credentialSubject: subject };
    return sdJwtVc.issue(payload, { credentialSubject: frameOf(subject) });
  },
  verify: (credential) => sdJwtVc.verify(credential),
};

/** As ours: every member can be hidden by itself. */
function frameOf(subject) {
  const nested = Object.entries(subject).filter(([, value]) => typeof value === 'object');
  return { _sd: Object.keys(subject), ...Object.fromEntries(nested.map(([name, value]) => [name, frameOf(value)])) };
}

const cbor = { mapsAsObjects: false, useRecords: false };
const [encoder, decoder] = [new Encoder(cbor), new Decoder(cbor)];

/** COSE, CBOR, zlib and Base45, of which the last is ours. */
export const auth0Cose = {
  name: '@auth0/cose, cbor-x, zlib',
  /** The claims of certificates that ours has made, for others to be encoded and signed again. */
  async prepare({ issue }) {
    const claims = await Promise.all(Array.from({ length: 16 }, async () => claimsIn(await issue())));
    let next = 0;
    return () => claims[next++ % claims.length];
  },
  async issue({ prepared }) {
    const headers = [
      [Headers.Algorithm, Algorithms.ES256],
      [Headers.KeyID, new Uint8Array(8)],
    ];
    const signed = await Sign1.sign(headers, [], encoder.encode(prepared()), p256.privateKey);
    return `HC1:${encodeBase45(deflateSync(signed.encode()))}`;
  },
  async verify(text) {
    const signed = Sign1.decode(inflateSync(decodeBase45(text.slice(4))));
    await signed.verify(p256.publicKey);
    decoder.decode(signed.payload);
  },
};

const claimsIn = (text) => decoder.decode(Sign1.decode(inflateSync(decodeBase45(text.slice(4)))).payload);

export const joseCard = {
  name: 'jose, zlib',
  async prepare({ issue }) {
    const cards = await Promise.all(Array.from({ length: 16 }, async () => payloadIn(await issue())));
    let next = 0;
    return () => cards[next++ % cards.length];
  },
  async issue({ prepared }) {
    const packed = deflateRawSync(json(prepared()), { level: 9 });
    const jws = await new CompactSign(packed).setProtectedHeader({ zip: 'DEF', alg: 'ES256', kid: 'k' }).sign(p256.privateKey);
    return `shc:/${[...jws].map((letter) => String(letter.charCodeAt(0) - 45).padStart(2, '0')).join('')}`;
  },
  verify: async (text) => textOf(inflateRawSync((await compactVerify(jwsIn(text), p256.publicKey)).payload)),
};

const jwsIn = (text) => text.slice(5).replace(/../g, (pair) => String.fromCharCode(Number(pair) + 45));
const payloadIn = (text) => textOf(inflateRawSync(Buffer.from(jwsIn(text).split('.')[1], 'base64url')));
