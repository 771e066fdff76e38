import { createPrivateKey, sign as ecSign, type JsonWebKey, verify, X509Certificate } from 'node:crypto';
import { canonicalJson, type PublicJwk, type SealIntent, type Trust, type TrustedKey, type Verdict } from '@divoc/core/api';
import { credentialFixture, credentialFormatContract, documentSigner, holdTo, SEALED_AT } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import type { VdsNc } from '../src/vds-nc.js';
import { vdsNcFormat } from '../src/vds-nc-format.js';
import { MADE } from './authorities.js';

const vaccines = { CoVax: { vaccine: 'XM68M6', disease: 'RA01.0' } };
const format = vdsNcFormat({ country: 'UTO', vaccines, timeZone: 'Asia/Kolkata' });
const fixture = credentialFixture({ certified: true });
const { intent, sign, trust } = fixture;
const sealed = (await format.seal(intent, sign)) as VdsNc;
const open = (document: unknown, known = trust(), at = SEALED_AT) => format.open(document, known, at);
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];

describe('the contract of its port', () => {
  const options = { kind: 'VDS-NC', isRandomised: true, keysById: 'certificate', isUndated: true } as const;
  holdTo(it, credentialFormatContract, () => ({ ...options, format, fixture }));
});

/** A certificate as those trust it who were given nothing else. */
function trusted(der: string): TrustedKey {
  const certificate = new X509Certificate(Buffer.from(der, 'base64'));
  return {
    id: 'x',
    controller: 'XA',
    publicKeyJwk: certificate.publicKey.export({ format: 'jwk' }) as PublicJwk,
    certificate: { der, notBefore: '2020-01-01T00:00:00.000Z', notAfter: '2076-01-01T00:00:00.000Z', isAuthority: certificate.ca },
  };
}
const trusting = (...ders: string[]): Trust => ({ ...trust(), keysFor: () => ders.map(trusted) });
const base64url = (der: string) => Buffer.from(der, 'base64').toString('base64url');

/** A seal as another country's software might make it. */
function foreign(
  cer: string,
  { alg = 'ES256', key = { crv: 'P-256', ...MADE.key }, data = sealed.data as object }: { alg?: string; key?: object; data?: object } = {},
) {
  const hash = alg === 'ES256' ? 'sha256' : 'sha384';
  const privateKey = createPrivateKey({ key: { kty: 'EC', ...key } as JsonWebKey, format: 'jwk' });
  const sigvl = ecSign(hash, Buffer.from(canonicalJson(data)), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
  return { data, sig: { alg, cer: base64url(cer), sigvl } };
}

describe('what it seals', () => {
  it("is ICAO's data, signed as it stands in the code, for other software (node:crypto)", () => {
    const text = JSON.stringify(sealed);
    const signed = text.slice('{"data":'.length, text.indexOf(',"sig":'));
    expect(JSON.parse(signed)).toEqual({
      hdr: { t: 'icao.vacc', v: 1, is: 'UTO' },
      msg: {
        uvci: '01936b1e-6a00-7000-8000-000000000001',
        pid: { n: 'Bhāya Mitra', dob: '1994-11-30', sex: 'M' },
        ve: [
          {
            des: 'XM68M6',
            nam: 'CoVax',
            dis: 'RA01.0',
            // In India it was past midnight.
            vd: [{ dvc: '2020-12-03', seq: 1, ctr: 'UTO', lot: 'MB3428BX', adm: 'ABC Medical Center' }],
          },
        ],
      },
    });
    const key = new X509Certificate(Buffer.from(sealed.sig.cer, 'base64url')).publicKey;
    const holds = (data: string) =>
      verify('sha256', Buffer.from(data), { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(sealed.sig.sigvl, 'base64url'));
    expect([holds(signed), holds(signed.replace('"seq":1', '"seq":2'))]).toEqual([true, false]);
  });

  it('says who, what and until when its certificate holds it', async () => {
    expect((await open(sealed)).claims).toEqual({
      ...sealed.data.msg,
      id: intent.id,
      issuer: intent.issuer,
      type: 'icao.vacc',
      country: 'UTO',
      validUntil: '2076-01-01T00:00:00.000Z',
    });
    expect(short(await open(sealed, undefined, new Date('2076-01-01T00:00:01Z')))).toEqual(['EXPIRED', 'KEY_CERTIFICATE_ENDED']);
    expect(short(await open(sealed, undefined, new Date('2019-12-31T00:00:00Z')))).toEqual(['NOT_YET_VALID', 'NOT_YET_VALID']);
  });

  const { subject } = intent;
  const of = (change: object) => ({ subject: { ...subject, ...change } });
  const unfit: [string, Partial<SealIntent>, string][] = [
    ['of a vaccine without a code', of({ vaccineName: 'Nobody knows it' }), '/credentialSubject/vaccineName'],
    ['of a name in other letters', of({ patient: { ...(subject.patient as object), name: 'आशा' } }), '/credentialSubject/patient/name'],
    [
      'of half a date of birth',
      of({ patient: { ...(subject.patient as object), birthDate: '1994-11' } }),
      '/credentialSubject/patient/birthDate',
    ],
    ['without a batch', of({ lotNumber: '' }), '/credentialSubject/lotNumber'],
    ['of a batch that has no room', of({ lotNumber: 'x'.repeat(21) }), '/credentialSubject/lotNumber'],
    ['of dose 0', of({ doseNumber: 0 }), '/credentialSubject/doseNumber'],
    ['of an id that is no UUID', { id: 'urn:uuid:1' }, '/id'],
    [
      "with another key's certificate",
      { key: { ...documentSigner(0).key, certificates: documentSigner(1).key.certificates ?? [] } },
      '/verificationMethod',
    ],
    [
      'without a certificate',
      { key: { algorithm: 'ES256', publicKeyMultibase: documentSigner(0).key.publicKeyMultibase } },
      '/verificationMethod',
    ],
  ];
  it('may be sealed anew by a signer whose certificate is younger than it, once its first key was compromised', async () => {
    const validFrom = '2019-12-31T12:00:00.000Z';
    const again = (created: string) => format.seal({ ...intent, validFrom, created }, sign);
    expect(short(await open(await again('2026-11-23T10:00:00.000Z')))).toEqual(['VERIFIED', undefined]);
    await expect(again(validFrom)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT' });
  });

  it.each(unfit)('is never %s', async (_what, change, pointer) => {
    const error = { status: 422, code: 'CREDENTIAL_UNFIT', errors: [{ pointer }] };
    await expect(format.seal({ ...intent, ...change }, sign)).rejects.toMatchObject(error);
  });

  it('is nothing where nobody says which country issues, and cuts a name as passports do', async () => {
    await expect(vdsNcFormat({ vaccines, timeZone: 'UTC' }).seal(intent, sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT' });
    const long = { ...intent, ...of({ patient: { name: 'Bhāya '.repeat(9), birthDate: '1994-11-30' } }) };
    expect(((await format.seal(long, sign)) as VdsNc).data.msg.pid).toEqual({
      n: 'Bhāya Bhāya Bhāya Bhāya Bhāya Bhāya Bhā',
      dob: '1994-11-30',
    });
  });
});

describe('seals of other countries', () => {
  it('verify by an authority that has signed the certificate in them: EC or RSA', async () => {
    const verdict = await open(foreign(MADE.signer), trusting(MADE.rsaCsca, MADE.csca));
    expect([verdict.status, verdict.claims?.issuer]).toEqual(['VERIFIED', 'XA']);
    expect((await open(foreign(MADE.signerOfRsa), trusting(MADE.rsaCsca))).status).toBe('VERIFIED');
    const wide = { alg: 'ES384', key: { crv: 'P-384', ...MADE.wideKey } };
    expect((await open(foreign(MADE.wideSigner, wide), trusting(MADE.csca))).status).toBe('VERIFIED');
    expect(
      new X509Certificate(Buffer.from(MADE.signer, 'base64')).verify(new X509Certificate(Buffer.from(MADE.csca, 'base64')).publicKey),
    ).toBe(true);
  });

  it('verify by their certificate itself, of tests as well as of vaccination', async () => {
    const data = { hdr: { t: 'icao.test', v: 1, is: 'XAA' }, msg: { utci: 'T1', pid: { n: 'A' } } };
    const { status, claims } = await open(foreign(MADE.signer, { data }), trusting(MADE.signer));
    expect(status).toBe('VERIFIED');
    expect(claims).toEqual({ ...data.msg, issuer: 'XA', type: 'icao.test', country: 'XAA', validUntil: '2076-01-01T00:00:00.000Z' });
  });

  it('verify by their key, if that was handed over by itself, and by no other', async () => {
    const { d: _, ...coordinates } = MADE.key;
    const bare = (members: object): TrustedKey => ({
      id: 'x',
      controller: '',
      publicKeyJwk: { kty: 'EC', crv: 'P-256', ...coordinates, ...members },
    });
    const handed = (key: TrustedKey): Trust => ({ ...trusting(), keysFor: () => [key] });
    expect((await open(foreign(MADE.signer), handed(bare({})))).status).toBe('VERIFIED');
    const others = [bare({ x: MADE.key.y }), { ...bare({}), controller: 'did:web:other.example' }];
    for (const key of others)
      expect(short(await open(foreign(MADE.signer), handed(key)))).toEqual(['ISSUER_NOT_TRUSTED', 'SIGNER_UNKNOWN']);
    expect(short(await open(foreign(MADE.encipherer), handed(bare({}))))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_USAGE_WRONG']);
  });

  it('may have their certificate and signature padded, as base64url is where nobody says otherwise', async () => {
    const seal = foreign(MADE.signer);
    const padded = (text: string) => Buffer.from(text, 'base64url').toString('base64').replaceAll('+', '-').replaceAll('/', '_');
    const sigvl = padded(seal.sig.sigvl);
    expect(sigvl).toMatch(/[^=]==$/);
    const written = { data: seal.data, sig: { ...seal.sig, cer: padded(seal.sig.cer), sigvl } };
    expect((await open(written, trusting(MADE.csca))).status).toBe('VERIFIED');
    for (const wrong of [sigvl.slice(0, -1), `${sigvl}=`, `${sigvl}====`, `=${sigvl}`, '====']) {
      const verdict = await open({ ...written, sig: { ...written.sig, sigvl: wrong } }, trusting(MADE.csca));
      expect(short(verdict)).toEqual(['INVALID_SIGNING_FORMAT', 'VDS_NC_MALFORMED']);
    }
  });

  it('are not believed for the name of an authority, or for a key that it gave to something else', async () => {
    for (const [cer, ...known] of [
      [MADE.signer],
      [MADE.signer, MADE.rsaCsca],
      [MADE.signer, MADE.impostor],
      [MADE.signerOfImpostor, MADE.csca],
      [MADE.csca, MADE.csca],
    ] as [string, ...string[]][])
      expect(short(await open(foreign(cer), trusting(...known)))[0]).toBe('ISSUER_NOT_TRUSTED');
    expect(short(await open(foreign(MADE.encipherer), trusting(MADE.csca)))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_USAGE_WRONG']);
    const ended = { ...trusting(), keysFor: () => [{ ...trusted(MADE.csca), revoked: '2026-01-01T00:00:00Z' }] };
    expect(short(await open(foreign(MADE.signer), ended))).toEqual(['REVOKED_KEYS', 'KEY_REVOKED']);
    const { certificate, ...key } = trusted(MADE.csca);
    const over = {
      ...trusting(),
      keysFor: () => [{ ...key, certificate: { ...certificate, notAfter: '2026-01-01T00:00:00.000Z' } as never }],
    };
    expect(short(await open(foreign(MADE.signer), over))).toEqual(['EXPIRED_KEYS', 'KEY_EXPIRED']);
  });

  it('fail at the layer that is broken, with the word for it', async () => {
    const { data, sig } = sealed;
    const broken: [string, unknown, string, string][] = [
      ['another kind', { data: { ...data, hdr: { ...data.hdr, t: 'icao.visa' } }, sig }, 'NOT_SUPPORTED', 'VDS_NC_KIND_UNKNOWN'],
      ['another version', { data: { ...data, hdr: { ...data.hdr, v: 2 } }, sig }, 'NOT_SUPPORTED', 'VDS_NC_KIND_UNKNOWN'],
      ['no country', { data: { ...data, hdr: { ...data.hdr, is: '' } }, sig }, 'INVALID_SIGNING_FORMAT', 'VDS_NC_MALFORMED'],
      ['more beside it', { data, sig, note: 'VALID' }, 'INVALID_SIGNING_FORMAT', 'VDS_NC_MALFORMED'],
      ['more in its signature', { data, sig: { ...sig, note: 'VALID' } }, 'INVALID_SIGNING_FORMAT', 'VDS_NC_MALFORMED'],
      ['another algorithm', { data, sig: { ...sig, alg: 'none' } }, 'INVALID_SIGNING_FORMAT', 'ALGORITHM_UNKNOWN'],
      ['no certificate', { data, sig: { ...sig, cer: '' } }, 'KID_NOT_INCLUDED', 'KEY_NOT_NAMED'],
      ['bytes that are no certificate', { data, sig: { ...sig, cer: 'AAAA' } }, 'INVALID_SIGNING_FORMAT', 'VDS_NC_MALFORMED'],
      ['no signature', { data, sig: { ...sig, sigvl: '' } }, 'INVALID_SIGNING_FORMAT', 'VDS_NC_MALFORMED'],
      ['another country', { data: { ...data, hdr: { ...data.hdr, is: 'XAA' } }, sig }, 'INVALID_SIGNATURE', 'SIGNATURE_WRONG'],
    ];
    for (const [what, document, ...expected] of broken) expect([what, ...short(await open(document))]).toEqual([what, ...expected]);
  });
});
