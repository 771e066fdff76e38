import { createPublicKey } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { jwkThumbprint, type SealIntent, type Verdict } from '@divoc/core/api';
import { credentialFixture, credentialFormatContract, documentSigner, holdTo, SEALED_AT } from '@divoc/core/testkit';
import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader } from 'jose';
import { describe, expect, it } from 'vitest';
import type { CardPayload } from '../src/health-card.js';
import { fromShc, toShc } from '../src/numeric-text.js';
import { shcFormat } from '../src/shc-format.js';

const CVX = 'http://hl7.org/fhir/sid/cvx';
const format = shcFormat({ vaccines: { CoVax: { system: CVX, code: '210', covid19: true } }, timeZone: 'Asia/Kolkata' });
const signer = documentSigner();
const kid = jwkThumbprint(signer.jwk);
const fixture = credentialFixture({ certified: true, kid });
const { intent, sign, trust } = fixture;
const card = (await format.seal(intent, sign)) as string;
const open = (document: unknown, known = trust(), at = SEALED_AT) => format.open(document, known, at);
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];

/** A card as other software might sign it. */
async function signed(
  payload: unknown,
  header: object = { zip: 'DEF', alg: 'ES256', kid },
  deflate: (bytes: Buffer) => Uint8Array = deflateRawSync,
): Promise<string> {
  const part = (bytes: Uint8Array | string) => Buffer.from(bytes).toString('base64url');
  const text = `${part(JSON.stringify(header))}.${part(deflate(Buffer.from(JSON.stringify(payload))))}`;
  return toShc(`${text}.${part(await sign(Buffer.from(text)))}`);
}
const payload = JSON.parse(
  inflateRawSync(Buffer.from((fromShc(card) as string).split('.')[1] as string, 'base64url')).toString(),
) as CardPayload;

describe('the contract of its port', () => {
  const kind = ['SMART Health Card', 'SMART Health Card file'];
  holdTo(it, credentialFormatContract, () => ({ format, fixture, kind, isRandomised: true, keysById: true }));
});

describe('what it seals', () => {
  it('is verified by other software (jose), and has the payload of the framework', async () => {
    const jws = fromShc(card) as string;
    expect(decodeProtectedHeader(jws)).toEqual({ zip: 'DEF', alg: 'ES256', kid: await calculateJwkThumbprint(signer.jwk) });
    const { payload: compressed } = await compactVerify(jws, createPublicKey({ key: signer.jwk, format: 'jwk' }));
    expect(JSON.parse(inflateRawSync(compressed).toString())).toEqual({
      iss: 'https://health.example',
      nbf: Date.parse(intent.validFrom) / 1000,
      exp: Date.parse(intent.validUntil as string) / 1000,
      vc: {
        type: ['https://smarthealth.cards#health-card', 'https://smarthealth.cards#immunization', 'https://smarthealth.cards#covid19'],
        credentialSubject: {
          fhirVersion: '4.0.1',
          fhirBundle: {
            resourceType: 'Bundle',
            type: 'collection',
            entry: [
              { fullUrl: 'resource:0', resource: { resourceType: 'Patient', name: [{ text: 'Bhāya Mitra' }], birthDate: '1994-11-30' } },
              {
                fullUrl: 'resource:1',
                resource: {
                  resourceType: 'Immunization',
                  status: 'completed',
                  vaccineCode: { coding: [{ system: CVX, code: '210' }] },
                  patient: { reference: 'resource:0' },
                  // In India it was past midnight.
                  occurrenceDateTime: '2020-12-03',
                  lotNumber: 'MB3428BX',
                  performer: [{ actor: { display: 'ABC Medical Center' } }],
                },
              },
            ],
          },
        },
        rid: 'AZNrHmoAcACAAAAAAAAAAQ',
      },
    });
  });

  it('says in its claims who, what and when', async () => {
    expect((await open(card)).claims).toEqual({
      id: intent.id,
      issuer: intent.issuer,
      type: payload.vc.type,
      validFrom: intent.validFrom,
      validUntil: intent.validUntil,
      patient: { name: 'Bhāya Mitra', birthDate: '1994-11-30' },
      immunizations: [
        {
          vaccines: [`${CVX}|210`],
          occurrenceDateTime: '2020-12-03',
          lotNumber: 'MB3428BX',
          performers: ['ABC Medical Center'],
          status: 'completed',
        },
      ],
      credentialSubject: payload.vc.credentialSubject,
    });
  });

  const { subject } = intent;
  const unfit: [string, Partial<SealIntent>, string][] = [
    ['a vaccine without a code', { subject: { ...subject, vaccineName: 'Nobody knows it' } }, '/credentialSubject/vaccineName'],
    ['a person without a name', { subject: { ...subject, patient: {} } }, '/credentialSubject/patient/name'],
    ['a dose without a date', { subject: { ...subject, occurrenceDateTime: '2020-12' } }, '/credentialSubject/occurrenceDateTime'],
    ['an issuer without a web address', { issuer: 'did:key:z6Mk' }, '/issuer'],
    ['an id that is no UUID', { id: 'urn:uuid:1' }, '/id'],
  ];
  it.each(unfit)('is never %s', async (_what, change, pointer) => {
    const error = { status: 422, code: 'CREDENTIAL_UNFIT', errors: [{ pointer }] };
    await expect(format.seal({ ...intent, ...change }, sign)).rejects.toMatchObject(error);
  });

  it("takes the records' own codes where a setting says whose they are, and is prepared before there is a key", async () => {
    const own = shcFormat({ vaccines: {}, codeSystem: 'http://snomed.info/sct', timeZone: 'UTC' });
    const coded = { ...intent, subject: { ...subject, vaccineCode: '1119349007' } };
    const { claims } = await open(await own.seal(coded, sign));
    expect(claims).toMatchObject({ immunizations: [{ vaccines: ['http://snomed.info/sct|1119349007'] }], type: { length: 2 } });
    const { key: _, ...keyless } = intent;
    expect(format.prepare(keyless)).toHaveLength(card.length);
  });
});

describe('cards of other issuers', () => {
  it('are read from a file of one card, and not from one of several', async () => {
    const jws = fromShc(card) as string;
    expect((await open({ verifiableCredential: [jws] })).status).toBe('VERIFIED');
    expect(short(await open({ verifiableCredential: [jws, jws] }))).toEqual(['NOT_SUPPORTED', 'SHC_NOT_ONE']);
    expect(format.recognises({ verifiableCredential: [jws], holder: 'x' })).toBe(false);
  });

  it('fail at the layer that is broken, with the word for it', async () => {
    const { vc } = payload;
    const bombed = deflateRawSync(Buffer.alloc(50_000_000));
    const broken: [string, string, ...string[]][] = [
      ['one of several codes', card.replace('shc:/', 'shc:/1/2/'), 'NOT_SUPPORTED', 'SHC_PART_OF_SEVERAL'],
      ['a letter among the digits', `${card}A0`, 'INVALID_ENCODING', 'SHC_DIGITS_WRONG'],
      ['digits that stand for no base64url', `${card}02`, 'INVALID_ENCODING', 'SHC_DIGITS_WRONG'],
      ['two parts', toShc('a.b'), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
      ['not compressed', await signed(payload, undefined, (bytes) => bytes), 'INVALID_COMPRESSION', 'SHC_DEFLATE_WRONG'],
      ['a bomb', await signed(payload, undefined, () => bombed), 'INVALID_COMPRESSION', 'SHC_DEFLATE_WRONG'],
      ['no kid', await signed(payload, { zip: 'DEF', alg: 'ES256' }), 'KID_NOT_INCLUDED', 'KEY_NOT_NAMED'],
      ['another algorithm', await signed(payload, { zip: 'DEF', alg: 'none', kid }), 'INVALID_SIGNING_FORMAT', 'JWS_MALFORMED'],
      [
        'more in its header, which has to be understood',
        await signed(payload, { zip: 'DEF', alg: 'ES256', kid, crit: ['exp'], exp: 1 }),
        'INVALID_SIGNING_FORMAT',
        'JWS_MALFORMED',
      ],
      ['no bundle', await signed({ ...payload, vc: { ...vc, credentialSubject: {} } }), 'INVALID_SIGNING_FORMAT', 'SHC_CONTENT_MALFORMED'],
      [
        'an issuer with a slash',
        await signed({ ...payload, iss: 'https://health.example/' }),
        'INVALID_SIGNING_FORMAT',
        'SHC_CONTENT_MALFORMED',
      ],
      ['milliseconds', await signed({ ...payload, nbf: Date.parse(intent.validFrom) }), 'INVALID_SIGNING_FORMAT', 'SHC_CONTENT_MALFORMED'],
      ['another issuer', await signed({ ...payload, iss: 'https://other.example' }), 'ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER'],
      ['a key that nobody knows', await signed(payload, { zip: 'DEF', alg: 'ES256', kid: 'k' }), 'ISSUER_NOT_TRUSTED', 'KEY_ID_UNKNOWN'],
      [
        'a dose later',
        await signed({ ...payload, nbf: payload.nbf + 1 }).then((text) => text.slice(0, -40) + card.slice(-40)),
        'INVALID_SIGNATURE',
        'SIGNATURE_WRONG',
      ],
    ];
    for (const [what, text, ...expected] of broken) expect([what, ...short(await open(text))]).toEqual([what, ...expected]);
  });

  it('belong to the address, or the DID, or whoever handed over their key by itself', async () => {
    const foreign = await signed({ ...payload, iss: 'https://other.example:8443/cards', vc: { ...payload.vc, rid: 'abc' } });
    for (const controller of ['https://other.example:8443/cards', 'did:web:other.example%3A8443:cards', '']) {
      const verdict = await open(foreign, trust({ controller }));
      expect([controller, verdict.status]).toEqual([controller, 'VERIFIED']);
      expect(verdict.claims).toMatchObject({ issuer: 'did:web:other.example%3A8443:cards' });
      expect(verdict.claims).not.toHaveProperty('id');
    }
    expect(short(await open(foreign))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
  });

  it('may be the one code of one', async () => {
    expect((await open(card.replace('shc:/', 'shc:/1/1/'))).status).toBe('VERIFIED');
    expect(short(await open(card.replace('shc:/', 'shc:/1/1/1/1/')))).toEqual(['INVALID_ENCODING', 'SHC_DIGITS_WRONG']);
  });

  it('may have more in their header, of which nothing is believed', async () => {
    const header = { zip: 'DEF', alg: 'ES256', typ: 'JWT', kid, jwk: documentSigner(1).jwk };
    expect((await open(await signed(payload, header))).status).toBe('VERIFIED');
    const own = { ...header, kid: jwkThumbprint(documentSigner(1).jwk) };
    expect(short(await open(await signed(payload, own)))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_ID_UNKNOWN']);
  });

  it('prove nothing with a key that is published under a name other than its thumbprint', async () => {
    const misnamed = await signed(payload, { zip: 'DEF', alg: 'ES256', kid: 'key-1' });
    expect(short(await open(misnamed, trust({ kid: 'key-1' })))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
  });
});
