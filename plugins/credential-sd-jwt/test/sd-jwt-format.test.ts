import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { SealIntent, Trust, TrustedKey, Verdict } from '@divoc/core/api';
import { credentialFixture, credentialFormatContract, documentSigner, holdTo, SEALED_AT } from '@divoc/core/testkit';
import { SDJwtVcInstance } from '@sd-jwt/sd-jwt-vc';
import { describe, expect, it } from 'vitest';
import { sdJwtFormat as format } from '../src/sd-jwt-format.js';

/** Few fields: every character of the credential is changed in several ways. */
const subject = { patient: { name: 'Bhāya Mitra', birthDate: '1994-11-30' }, lotNumber: 'MB3428BX', doseNumber: 1 };
const fixture = credentialFixture({ certified: true, subject });
const { did, intent, sign, trust, verificationMethod } = fixture;
const credential = (await format.seal(intent, sign)) as string;
const open = (document: unknown, known = trust(), at = SEALED_AT) => format.open(document, known, at);
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];
const holder = documentSigner(1);

describe('the contract of its port', () => {
  holdTo(it, credentialFormatContract, () => ({ format, fixture, kind: 'SD-JWT', isRandomised: true }));
});

/** Other software, with the keys of these tests. */
const signWith = (signer: { sign: typeof sign }) => async (data: string) =>
  Buffer.from(await signer.sign(Buffer.from(data))).toString('base64url');
const verifyWith = (jwk: object) => async (data: string, signature: string) =>
  verify(
    'sha256',
    Buffer.from(data),
    { key: createPublicKey({ key: jwk as never, format: 'jwk' }), dsaEncoding: 'ieee-p1363' },
    Buffer.from(signature, 'base64url'),
  );
const theirs = new SDJwtVcInstance({
  signer: signWith({ sign }),
  signAlg: 'ES256',
  verifier: verifyWith(documentSigner(0).jwk),
  kbSigner: signWith(holder),
  kbSignAlg: 'ES256',
  kbVerifier: verifyWith(holder.jwk),
  hasher: (data) =>
    createHash('sha256')
      .update(typeof data === 'string' ? data : Buffer.from(data))
      .digest(),
  hashAlg: 'sha-256',
  saltGenerator: (length) => randomBytes(length).toString('base64url'),
});
const vc = {
  iss: did,
  vct: 'https://health.example/types/card',
  iat: 1_795_428_001,
  cnf: { jwk: holder.jwk },
  name: 'A',
  doses: ['x', 'y'],
};
const issued = (payload: object, frame: object = { _sd: ['name'], doses: { _sd: [0, 1] } }, header: object = { kid: verificationMethod }) =>
  theirs.issue(payload as typeof vc, frame as never, { header });

describe('an independent implementation (@sd-jwt/sd-jwt-vc)', () => {
  it('verifies what we seal, and takes the same claims from it', async () => {
    const { payload, header } = await theirs.verify(credential);
    expect(header).toEqual({ alg: 'ES256', typ: 'dc+sd-jwt', kid: verificationMethod });
    expect(payload).toEqual({
      iss: did,
      jti: intent.id,
      vct: intent.type.url,
      iat: Date.parse('2026-11-23T10:00:01Z') / 1000,
      nbf: Date.parse('2026-11-23T10:00:00Z') / 1000,
      exp: Date.parse('2036-11-23T10:00:00Z') / 1000,
      credentialSubject: subject,
    });
    expect((await open(credential)).claims).toEqual({
      id: intent.id,
      issuer: did,
      vct: intent.type.url,
      validFrom: '2026-11-23T10:00:00.000Z',
      validUntil: '2036-11-23T10:00:00.000Z',
      credentialSubject: subject,
    });
  });

  it('presents some fields of it, and we read these and no others', async () => {
    const shown = await theirs.present(credential, { credentialSubject: { patient: { name: true } } } as never);
    expect(shown.length).toBeLessThan(credential.length);
    expect(await open(shown)).toMatchObject({ status: 'VERIFIED' });
    expect((await open(shown)).claims?.credentialSubject).toEqual({ patient: { name: 'Bhāya Mitra' } });
    const [jwt] = credential.split('~');
    expect((await open(`${jwt}~`)).claims?.credentialSubject).toEqual({ patient: {} });
    expect(jwt).not.toContain(Buffer.from('Bh').toString('base64url').slice(0, 2).repeat(40));
    expect(Buffer.from((jwt as string).split('.')[1] as string, 'base64url').toString()).not.toMatch(/Mitra|1994|MB3428BX|doseNumber/);
  });

  it('issues what we verify, arrays and key binding included', async () => {
    const sealed = await issued(vc);
    expect((await open(sealed)).claims).toEqual({ issuer: did, vct: vc.vct, cnf: vc.cnf, name: 'A', doses: ['x', 'y'] });
    const kb = { payload: { aud: 'https://border.example', nonce: 'n-0S6', iat: 1_795_430_000 } };
    const bound = await theirs.present(sealed, { doses: { 0: true } } as never, { kb } as never);
    expect((await open(bound)).claims).toEqual({ issuer: did, vct: vc.vct, cnf: vc.cnf, doses: ['x'], keyBinding: kb.payload });
    // Over these Disclosures, and no more and no fewer; by this holder.
    const parts = bound.split('~');
    expect(short(await open([parts[0], parts[2]].join('~')))).toEqual(['INVALID_SIGNATURE', 'KEY_BINDING_WRONG']);
    const others = await issued({ ...vc, cnf: { jwk: documentSigner(0).jwk } });
    const stolen = await theirs.present(others, {} as never, { kb } as never);
    expect(short(await open(stolen))).toEqual(['INVALID_SIGNATURE', 'KEY_BINDING_WRONG']);
    const { cnf: _, ...unbound } = vc;
    const claimed = await theirs.present(await issued(unbound), {} as never, { kb } as never);
    expect(short(await open(claimed))).toEqual(['INVALID_SIGNATURE', 'KEY_BINDING_WRONG']);
  });
});

describe('credentials of other issuers', () => {
  it('name their key by DID URL, by its fragment, or by a key id', async () => {
    const known = trust({ id: 'key-1', kid: 'key-1', controller: 'https://issuer.example' });
    const web = await issued({ ...vc, iss: 'https://issuer.example' }, undefined, { kid: 'key-1' });
    expect((await open(web, known)).status).toBe('VERIFIED');
    expect((await open(await issued(vc, undefined, { kid: `#${verificationMethod.split('#')[1]}` }))).status).toBe('VERIFIED');
    expect(short(await open(await issued(vc, undefined, { kid: 'key-1' }), known))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
    expect(short(await open(web, trust({ kid: 'key-2' })))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_ID_UNKNOWN']);
  });

  it("need not name their key where it is the issuer's, or was handed over by itself", async () => {
    const unnamed = await issued({ ...vc, iss: 'https://issuer.example' }, undefined, {});
    const handed = (members: Partial<TrustedKey>): Trust => ({
      ...trust(),
      keysFor: () => [{ id: 'x', controller: '', publicKeyJwk: documentSigner(0).jwk, ...members }],
    });
    const certificate = { der: '', notBefore: '', notAfter: '', isAuthority: false };
    expect((await open(unnamed, handed({ controller: 'https://issuer.example', kid: 'k' }))).status).toBe('VERIFIED');
    expect((await open(unnamed, handed({}))).status).toBe('VERIFIED');
    expect(short(await open(unnamed, handed({ publicKeyJwk: documentSigner(1).jwk })))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
    for (const members of [{ kid: 'k' }, { controller: 'XA' }, { certificate }, { revoked: '2026-01-01T00:00:00Z' }])
      expect(short(await open(unnamed, handed(members)))).toEqual(['KID_NOT_INCLUDED', 'KEY_NOT_NAMED']);
  });

  it('may be of the type as it was called before, and of no other', async () => {
    const head = (change: object) => issued(vc, undefined, { kid: verificationMethod, ...change });
    expect((await open(await head({ typ: 'vc+sd-jwt' }))).status).toBe('VERIFIED');
    for (const change of [{ typ: 'JWT' }, { typ: 'kb+jwt' }, { crit: ['b64'] }])
      expect(short(await open(await head(change)))).toEqual(['INVALID_SIGNING_FORMAT', 'SD_JWT_MALFORMED']);
  });

  it('break the rules although they are signed', async () => {
    const jwtOf = async (payload: object, alg = 'ES256') => {
      const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const text = `${part({ alg, typ: 'dc+sd-jwt', kid: verificationMethod })}.${part(payload)}`;
      return `${text}.${Buffer.from(await sign(Buffer.from(text))).toString('base64url')}`;
    };
    const disclosure = (...array: unknown[]) => Buffer.from(JSON.stringify(array)).toString('base64url');
    const digest = (text: string) => createHash('sha256').update(text).digest('base64url');
    const [name, vct, sd, pair] = [
      disclosure('s', 'name', 'A'),
      disclosure('s', 'vct', 'x'),
      disclosure('s', '_sd', []),
      disclosure('s', 'A'),
    ];
    const { name: _, ...open_ } = vc;
    const cases: [string, object, string, boolean?][] = [
      ['a Disclosure in its place', { ...open_, _sd: [digest(name)] }, `~${name}~`, true],
      ['a Disclosure that belongs nowhere', { ...open_, _sd: [] }, `~${name}~`],
      ['a Disclosure that is given twice', { ...open_, _sd: [digest(name)] }, `~${name}~${name}~`],
      ['a digest that stands there twice', { ...open_, _sd: [digest(name), digest(name)] }, '~'],
      ['a Disclosure of what is said already', { ...vc, _sd: [digest(name)] }, `~${name}~`],
      ['an element of an array as a member', { ...open_, _sd: [digest(pair)] }, `~${pair}~`],
      ['a member as an element of an array', { ...open_, doses: [{ '...': digest(name) }] }, `~${name}~`],
      ['a type that is hidden', { ...vc, vct: undefined, _sd: [digest(vct)] }, `~${vct}~`],
      ['a Disclosure of digests', { ...vc, _sd: [digest(sd)] }, `~${sd}~`],
      ['another hash', { ...vc, _sd_alg: 'md5' }, '~'],
      ['no type', { ...vc, vct: undefined }, '~'],
      ['no issuer', { ...vc, iss: undefined }, '~'],
      ['a time in words', { ...vc, nbf: 'today' }, '~'],
      ['an end before its beginning', { ...vc, nbf: 2, exp: 1 }, '~'],
    ];
    for (const alg of ['none', 'HS256', 'PS256', '__proto__'])
      expect([alg, ...short(await open(`${await jwtOf(vc, alg)}~`))]).toEqual([alg, 'INVALID_SIGNING_FORMAT', 'SD_JWT_MALFORMED']);
    for (const [what, payload, tail, isSound] of cases) {
      const expected = isSound ? ['VERIFIED', undefined] : ['INVALID_SIGNING_FORMAT', 'SD_JWT_MALFORMED'];
      expect([what, ...short(await open((await jwtOf(payload)) + tail))]).toEqual([what, ...expected]);
    }
  });
});

describe('what it seals', () => {
  it('hides equal values behind different digests, each time anew', async () => {
    const again = (await format.seal(intent, sign)) as string;
    const [before, after] = [credential, again].map((text) => new Set(text.split('~').slice(1, -1)));
    expect(before?.size).toBe(4);
    expect([...(after ?? [])].filter((each) => before?.has(each))).toEqual([]);
  });

  it('says where its status stands, and hides that from nobody', async () => {
    const entry = {
      statusPurpose: 'revocation',
      statusListIndex: 94_567,
      statusListCredential: 'https://health.example/status/7',
    } as const;
    const sealed = (await format.seal({ ...intent, status: [entry] }, sign)) as string;
    expect((await open(`${sealed.split('~')[0]}~`)).claims?.credentialStatus).toEqual([
      { type: 'BitstringStatusListEntry', ...entry, statusListIndex: '94567' },
    ]);
  });

  const unfit: [string, Partial<SealIntent>, string][] = [
    ['a field that is a word of SD-JWT', { subject: { _sd: ['x'] } }, '/credentialSubject'],
    ['an id that is no UUID', { id: 'urn:uuid:1' }, '/id'],
    ['a type served elsewhere', { type: { ...intent.type, url: 'https://other.example' } }, '/vct'],
  ];
  it.each(unfit)('is never %s', async (_what, change, pointer) => {
    await expect(format.seal({ ...intent, ...change }, sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT', errors: [{ pointer }] });
  });
});
