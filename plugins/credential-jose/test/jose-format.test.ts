import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { trustOfKey, type Verdict } from '@divoc/core/api';
import { credentialFixture, credentialFormatContract, documentSigner, holdTo, SEALED_AT, testKey } from '@divoc/core/testkit';
import { verifyInput, verifyPresentation } from '@divoc/core/verifier';
import { CompactSign, compactVerify, createLocalJWKSet, exportJWK } from 'jose';
import { describe, expect, it } from 'vitest';
import { documents } from '../src/document-sealer.js';
import { joseFormat } from '../src/jose-format.js';
import { reader } from '../src/reader.js';

type Document = Readonly<Record<string, unknown>>;

/** Few fields: every character of the credential is changed in several ways. */
const subject = { patient: { name: 'Bhāya Mitra' }, lotNumber: 'MB3428BX', doseNumber: 1 };
const own = credentialFixture({ subject });
const certified = credentialFixture({ subject, certified: true });
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];
const V2 = 'https://www.w3.org/ns/credentials/v2';

describe('the contract of its port', () => {
  holdTo(it, credentialFormatContract, () => ({ format: joseFormat('Ed25519'), fixture: own, kind: 'vc+jwt' }));
  describe('with a P-256 key', () => {
    holdTo(it, credentialFormatContract, () => ({ format: joseFormat('ES256'), fixture: certified, kind: 'vc+jwt', isRandomised: true }));
  });
});

/** Other software: an issuer with a did:web, a key of any kind, and `jose`. */
async function issuer(kind: 'ES256' | 'ES384' | 'ES512' | 'EdDSA') {
  const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[kind as 'ES256'];
  const { privateKey, publicKey } = curve ? generateKeyPairSync('ec', { namedCurve: curve }) : generateKeyPairSync('ed25519');
  const did = 'did:web:other.example';
  const kid = `${did}#key-1`;
  const publicKeyJwk = (await exportJWK(publicKey)) as never;
  const trust = {
    ...trustOfKey({ id: kid, controller: did, publicKeyJwk }),
    issuer: (one: string) => one === did,
  };
  const document: Document = {
    '@context': [V2],
    type: ['VerifiableCredential'],
    issuer: did,
    validFrom: '2026-01-01T00:00:00Z',
    credentialSubject: { id: 'did:example:subject', own: [1, { member: null }] },
  };
  const sign = (payload: unknown, header: Document = {}, key: KeyObject = privateKey) =>
    new CompactSign(new TextEncoder().encode(typeof payload === 'string' ? payload : JSON.stringify(payload)))
      .setProtectedHeader({ alg: kind, typ: 'vc+jwt', cty: 'vc', kid, ...header } as never)
      .sign(key);
  return { sign, document, open: (text: unknown, at = SEALED_AT) => reader.open(text, trust, at), trust };
}

describe('an independent implementation (jose)', () => {
  it.each(['ES256', 'ES384', 'ES512', 'EdDSA'] as const)('is read with %s, and no longer when it is altered', async (kind) => {
    const { sign, document, open } = await issuer(kind);
    const text = await sign(document);
    const { '@context': _, ...claims } = document;
    expect(await open(text)).toMatchObject({ status: 'VERIFIED', claims });
    const [head, , signature] = text.split('.') as [string, string, string];
    const other = (await sign({ ...document, name: 'x' })).split('.')[1] as string;
    expect(short(await open([head, other, signature].join('.')))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
  });

  it('reads what we seal', async () => {
    const text = (await joseFormat('ES256').seal(certified.intent, certified.sign)) as string;
    const keys = createLocalJWKSet({ keys: [{ ...documentSigner(0).jwk, kid: certified.verificationMethod }] as never });
    const { payload, protectedHeader } = await compactVerify(text, keys);
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: 'vc+jwt', cty: 'vc', kid: certified.verificationMethod });
    expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ id: certified.intent.id, credentialSubject: subject });
    const ed = (await joseFormat('Ed25519').seal(own.intent, own.key.sign)) as string;
    await expect(compactVerify(ed.replace('.ey', '.eyJ'), keys)).rejects.toThrow();
  });
});

describe('what a verifier has to refuse although it is signed', async () => {
  const { sign, document, open, trust } = await issuer('ES256');
  const wrong: [string, string | Promise<string>, string, string][] = [
    ['another type', sign(document, { typ: 'JWT' }), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
    ['no type', sign(document, { typ: undefined }), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
    ['another content', sign(document, { cty: 'vp' }), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
    [
      'a presentation',
      sign({ ...document, type: ['VerifiablePresentation'] }, { typ: 'vp+jwt', cty: 'vp' }),
      'INVALID_SIGNING_FORMAT',
      'JWS_MALFORMED',
    ],
    ['no key id', sign(document, { kid: undefined }), 'KID_NOT_INCLUDED', 'KEY_NOT_NAMED'],
    ['a key of another', sign(document, { kid: 'did:web:stranger.example#key-1' }), 'ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER'],
    ['a claim vc', sign({ vc: document, iss: document.issuer }), 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC'],
    ['a claim vc beside it', sign({ ...document, vc: {} }), 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC'],
    ['another issuer in iss', sign({ ...document, iss: 'did:web:x.example' }), 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC'],
    ['a rule broken', sign({ ...document, credentialSubject: [] }), 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC'],
    ['version 1.1', sign({ ...document, '@context': ['https://www.w3.org/2018/credentials/v1'] }), 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC'],
    ['a member twice', sign(JSON.stringify(document).replace('{', '{"issuer":"x",')), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
    ['no JSON', sign('text'), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
    ['an end that has passed', sign({ ...document, exp: 1_700_000_000 }), 'EXPIRED', 'EXPIRED'],
    ['a time that is none', sign({ ...document, iat: 'now' }), 'INVALID_SIGNING_FORMAT', 'RULES_OF_VC'],
  ];
  it.each(wrong)('%s', async (_what, text, status, code) => {
    expect(short(await open(await text))).toEqual([status, code]);
  });

  it('no signature, and one that anybody can make', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const unsigned = [part({ alg: 'none', typ: 'vc+jwt', kid: 'did:web:other.example#key-1' }), part(document), 'AA'].join('.');
    expect(short(await open(unsigned))).toEqual(['INVALID_SIGNING_FORMAT', 'ALGORITHM_UNKNOWN']);
    const shared = [part({ alg: 'HS256', typ: 'vc+jwt', kid: 'did:web:other.example#key-1' }), part(document), 'AA'].join('.');
    expect(short(await open(shared))).toEqual(['INVALID_SIGNING_FORMAT', 'ALGORITHM_UNKNOWN']);
    const critical = [part({ alg: 'ES256', typ: 'vc+jwt', crit: ['x'], x: 1 }), part(document), 'AA'].join('.');
    expect(short(await open(critical))).toEqual(['INVALID_SIGNING_FORMAT', 'JWS_MALFORMED']);
    // A key of one kind under the name of another algorithm.
    const [, body, signature] = (await sign(document)).split('.');
    const confused = [part({ alg: 'EdDSA', typ: 'vc+jwt', kid: 'did:web:other.example#key-1' }), body, signature].join('.');
    expect(short(await open(confused))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    expect(trust.issuer('did:web:other.example')).toBe(true);
  });
});

describe('envelopes', () => {
  const key = testKey(5);
  const did = `did:key:${key.multibase}`;
  const { key: privateKey } = key;
  const formats = { jose: reader };
  const trust = { ...own.trust(), key: () => undefined, issuer: (one: string) => one.startsWith('did:key:') };
  const document = { '@context': [V2], type: ['VerifiableCredential'], issuer: did, credentialSubject: { id: 'did:example:subject' } };
  const intent = {
    document,
    suite: 'vc-jose',
    created: '2026-11-23T10:00:00Z',
    verificationMethod: `${did}#${key.multibase}`,
    publicKeyMultibase: key.multibase,
  };

  it('hold what others have written, signed', async () => {
    const enveloped = await documents.seal(intent, key.sign);
    expect(enveloped).toMatchObject({ '@context': V2, type: 'EnvelopedVerifiableCredential' });
    const verify = (input: unknown) => verifyInput(input, formats, trust, SEALED_AT);
    const { '@context': _, ...claims } = document;
    expect(await verify(enveloped)).toMatchObject({ status: 'VERIFIED', claims });
    expect((await verify({ ...enveloped, id: `${String(enveloped.id).slice(0, -4)}AAAA` })).status).toBe('INVALID_SIGNATURE');
    for (const [changes, code] of [
      [{ exp: 1 }, 'RULES_OF_VC'],
      [{ issuer: 'did:web:x.example' }, 'KEY_NOT_OF_ISSUER'],
      [{ '@context': [V2, own.type.url] }, 'CONTEXT_NOT_EXACT'],
      [{ '@context': V2 }, 'RULES_OF_VC'],
    ] as const)
      await expect(documents.seal({ ...intent, document: { ...document, ...changes } }, key.sign)).rejects.toMatchObject({
        errors: [{ code }],
      });
  });

  it('hold presentations, whose credentials count as well', async () => {
    const enveloped = await documents.seal(intent, key.sign);
    const present = async (payload: Document, header: Document = {}) => {
      const content = { '@context': [V2], type: ['VerifiablePresentation'], holder: did, nonce: 'n', aud: 'border.example', ...payload };
      const text = await new CompactSign(new TextEncoder().encode(JSON.stringify(content)))
        .setProtectedHeader({ alg: 'EdDSA', typ: 'vp+jwt', cty: 'vp', kid: `${did}#${key.multibase}`, ...header } as never)
        .sign(privateKey);
      return { '@context': V2, id: `data:application/vp+jwt,${text}`, type: 'EnvelopedVerifiablePresentation' };
    };
    const verify = async (input: unknown, request: object = { challenge: 'n', domain: 'border.example' }) => {
      const { verified, presentation, credentials } = await verifyPresentation(input, request, formats, trust, SEALED_AT);
      return [verified, presentation.reasons[0]?.code, credentials.map(({ status }) => status)];
    };
    const sound = await present({ verifiableCredential: [enveloped] });
    expect(await verify(sound)).toEqual([true, undefined, ['VERIFIED']]);
    expect(await verify(sound, { challenge: 'other' })).toEqual([false, 'REQUEST_NOT_MET', ['VERIFIED']]);
    expect(await verify(sound, { domain: 'other.example' })).toEqual([false, 'REQUEST_NOT_MET', ['VERIFIED']]);
    const forged = { ...enveloped, id: `${String(enveloped.id).slice(0, -4)}AAAA` };
    expect(await verify(await present({ verifiableCredential: [enveloped, forged] }))).toEqual([
      false,
      undefined,
      ['VERIFIED', 'INVALID_SIGNATURE'],
    ]);
    expect(await verify({ ...sound, id: `${sound.id.slice(0, -4)}AAAA` })).toEqual([false, 'SIGNATURE_WRONG', []]);
    expect(await verify(await present({ holder: 'did:web:x.example' }))).toEqual([false, 'KEY_NOT_OF_HOLDER', []]);
    expect(await verify(await present({ vp: {} }))).toEqual([false, 'RULES_OF_VC', []]);
    expect(await verify({ ...sound, holder: did })).toEqual([false, 'ENVELOPE_MALFORMED', []]);
    expect(await verify(await present({}, { typ: 'vc+jwt' }))).toEqual([false, 'FORMAT_UNKNOWN', []]);
  });
});
