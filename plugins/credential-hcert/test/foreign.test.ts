import { sign as nodeSign } from 'node:crypto';
import { encodeBase45 } from '@divoc/core/api';
import { encode, Tagged } from 'cborg';
import { describe, expect, it } from 'vitest';
import { reader } from '../src/reader.js';
import { YELLOW_FEVER } from './fixture.js';

import {
  AT,
  DCC,
  ENTRY,
  ec,
  type Form,
  found,
  KID,
  NOW,
  OWN,
  rsa,
  sealed,
  stranger,
  textOf,
  trust,
  trustedKey,
  twoKinds,
  VERIFIED,
} from './foreign-issuer.js';

describe('what standards allow', () => {
  it.each<[string, Form]>([
    ['no tag at all', { tags: [] }],
    ['CWT around COSE', { tags: [61, 18] }],
    ['COSE around CWT', { tags: [18, 61] }],
    ['a tag of the token', { payloadTag: 61 }],
    ['the tag of CBOR itself, around and inside', { tags: [55_799, 18], payloadTag: 55_799 }],
    ['the key id beside what is signed', { protectedHeader: new Map([[1, -7]]), unprotected: new Map([[4, KID]]) }],
    [
      'both headers beside what is signed',
      {
        protectedHeader: new Map(),
        unprotected: new Map([
          [1, -7],
          [4, KID],
        ] as [number, unknown][]),
      },
    ],
    ['another key id beside the one that is signed', { unprotected: new Map([[4, Buffer.from('ff', 'hex')]]) }],
    [
      'header parameters of other kinds',
      {
        unprotected: new Map<unknown, unknown>([
          ['x', 1],
          [3, 'application/cwt'],
        ]),
      },
    ],
    [
      'fractions of seconds',
      {
        claims: [
          [1, 'AT'],
          [4, NOW + 0.5],
          [6, NOW - 0.5],
        ],
      },
    ],
    [
      'tagged times',
      {
        claims: [
          [4, new Tagged(1, NOW + 1)],
          [6, new Tagged(1, NOW)],
        ],
      },
    ],
    ['no end, no issuer, no time of issue', { claims: [] }],
    ['the day of issue for its time, which is the first day of the key', { claims: [[6, Date.parse('2025-12-31T22:00:00Z') / 1000]] }],
    ['empty lists beside the one entry', { hcert: new Map([[1, { v: [], t: [ENTRY], r: null }]]) }],
  ])('%s', async (_what, form) => {
    expect(await found(sealed(form))).toEqual(VERIFIED);
  });

  it('indefinite lengths, around and inside', async () => {
    const payload = Buffer.from('bf390103bf01bf617681a0ffffff', 'hex');
    const header = encode(
      new Map([
        [1, -7],
        [4, KID],
      ] as [number, unknown][]),
    );
    const signature = nodeSign('sha256', encode(['Signature1', header, new Uint8Array(0), payload]), {
      key: ec.privateKey,
      dsaEncoding: 'ieee-p1363',
    });
    const items = [header, new Map(), payload, signature].map((item) => Buffer.from(encode(item)));
    expect(await found(textOf(Buffer.concat([Buffer.from('d29f', 'hex'), ...items, Buffer.from('ff', 'hex')])))).toEqual(VERIFIED);
  });

  it('RSA keys, several keys of one id, and keys without one', async () => {
    const byRsa = sealed({ key: rsa.privateKey, algorithm: -37 });
    expect(await found(byRsa, trust(trustedKey(rsa.publicKey)))).toEqual(VERIFIED);
    const three = trust(trustedKey(stranger.publicKey), trustedKey(rsa.publicKey), trustedKey(ec.publicKey));
    expect([await found(byRsa, three), await found(sealed(), three)]).toEqual([VERIFIED, VERIFIED]);
    const { kid: _, ...unnamed } = trustedKey(ec.publicKey, undefined);
    expect(await found(sealed(), trust(unnamed))).toEqual(VERIFIED);
    // One of them may not sign this: the other has.
    const usage = { extendedKeyUsage: ['1.3.6.1.4.1.1847.2021.1.1'] };
    expect(await found(sealed(), trust(trustedKey(stranger.publicKey, usage), trustedKey(ec.publicKey)))).toEqual(VERIFIED);
  });

  it('both spellings of a key usage, beside others', async () => {
    for (const oid of ['1.3.6.1.4.1.1847.2021.1.2', '1.3.6.1.4.1.0.1847.2021.1.2'])
      expect(await found(sealed(), trust(trustedKey(ec.publicKey, { extendedKeyUsage: ['1.2.3', oid] })))).toEqual(VERIFIED);
  });

  it('large content, and claims that JSON can show', async () => {
    const notes = Array.from({ length: 400 }, (_, n) => `note ${n} of a long certificate`);
    const content = { v: [{ ...ENTRY, sc: new Tagged(0, '2026-11-23T10:00:00Z'), photo: new Uint8Array(2_000).fill(7) }], notes };
    const verdict = await reader.open(sealed({ hcert: new Map([[1, content]]) }), OWN, AT);
    expect(verdict).toMatchObject({
      status: 'VERIFIED',
      claims: { id: ENTRY.ci, issuer: 'AT', country: 'AT', kind: 'eu-dcc', validUntil: '2026-11-23T12:16:40.000Z' },
    });
    expect(JSON.parse(JSON.stringify(verdict.claims))).toEqual(verdict.claims);
    expect(verdict.claims?.certificate).toMatchObject({ notes, v: [{ sc: '2026-11-23T10:00:00Z', photo: expect.any(String) }] });
  });

  it.each([
    [3, 'ddcc-vs'],
    [4, 'ddcc-tr'],
  ])('claim %i of WHO is read: %s', async (key, kind) => {
    expect((await reader.open(sealed({ hcert: new Map([[key, { name: 'A' }]]) }), OWN, AT)).claims).toMatchObject({
      kind,
      certificate: { name: 'A' },
    });
  });

  it('several certificates under one claim, also in a list: all are shown, and the key must be for all of them', async () => {
    const both = sealed({ hcert: twoKinds([{ name: 'A' }, { name: 'B' }]) });
    expect((await reader.open(both, OWN, AT)).claims).toMatchObject({
      id: ENTRY.ci,
      kind: 'eu-dcc',
      others: [
        { kind: 'ddcc-vs', certificate: { name: 'A' } },
        { kind: 'ddcc-vs', certificate: { name: 'B' } },
      ],
    });
    const mixed = sealed({ hcert: new Map<number, unknown>([...DCC, [4, { name: 'A' }]]) });
    const forVaccination = trust(trustedKey(ec.publicKey, { extendedKeyUsage: ['1.3.6.1.4.1.1847.2021.1.2'] }));
    expect(await found(mixed, forVaccination)).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_USAGE_WRONG']);
  });

  it('an empty map where nothing is in the protected header, signed as nothing or as it stands', async () => {
    const payload = encode(new Map([[-260, DCC]]));
    const unprotected = new Map<number, unknown>([
      [1, -7],
      [4, KID],
    ]);
    for (const signed of [new Uint8Array(0), encode(new Map())]) {
      const bytes = encode(['Signature1', signed, new Uint8Array(0), payload]);
      const signature = nodeSign('sha256', bytes, { key: ec.privateKey, dsaEncoding: 'ieee-p1363' });
      expect(await found(textOf(encode(new Tagged(18, [encode(new Map()), unprotected, payload, signature]))))).toEqual(VERIFIED);
    }
  });

  it('an ICVP of another country, of which one rule fails: its claims are shown all the same', async () => {
    const hcert = (dt: string) =>
      new Map([[-6, { n: 'A', dob: '1990-01-01', nt: 'KEN', vx: { vp: YELLOW_FEVER, dv: dt, bo: 'B', cn: 'C' }, v: '2.0.0' }]]);
    expect(await found(sealed({ hcert: hcert('2026-11-13') }))).toEqual(VERIFIED);
    const verdict = await reader.open(sealed({ hcert: hcert('2026-11-14') }), OWN, AT);
    expect(verdict).toMatchObject({ status: 'RULE_FAILED', answers: { signature: 'pass', rules: 'fail' }, claims: { kind: 'icvp' } });
  });
});

describe('each layer fails by itself', () => {
  const header = (entries: [unknown, unknown][]) => ({ protectedHeader: new Map(entries) });
  it.each<[string, string, string, string]>([
    ['another prefix', sealed().replace('HC1:', 'HC2:'), 'NOT_SUPPORTED', 'HCERT_PREFIX_MISSING'],
    ['lower case', sealed().replace('HC1:', 'hc1:'), 'NOT_SUPPORTED', 'HCERT_PREFIX_MISSING'],
    ['lower case behind the prefix', `HC1:${sealed().slice(4).toLowerCase()}`, 'INVALID_ENCODING', 'HCERT_BASE45_WRONG'],
    ['a text without end', `HC1:${'A'.repeat(131_073)}`, 'INVALID_ENCODING', 'HCERT_BASE45_WRONG'],
    ['no compression', `HC1:${encodeBase45(encode([1]))}`, 'INVALID_COMPRESSION', 'HCERT_ZLIB_WRONG'],
    ['a bomb', textOf(new Uint8Array(100_000)), 'INVALID_COMPRESSION', 'HCERT_ZLIB_WRONG'],
    [
      'three items',
      textOf(encode(new Tagged(18, [new Uint8Array(0), new Map(), new Uint8Array(0)]))),
      'INVALID_SIGNING_FORMAT',
      'COSE_MALFORMED',
    ],
    ['another tag', sealed({ tags: [17] }), 'INVALID_SIGNING_FORMAT', 'COSE_MALFORMED'],
    ['a token with another tag', sealed({ payloadTag: 99 }), 'INVALID_SIGNING_FORMAT', 'CWT_MALFORMED'],
    ['a claim -260 that is a text', sealed({ hcert: 'DCC' }), 'INVALID_SIGNING_FORMAT', 'CWT_MALFORMED'],
    ['an end that is a text', sealed({ claims: [[4, '2030']] }), 'INVALID_SIGNING_FORMAT', 'CWT_MALFORMED'],
    ['content of no known kind', sealed({ hcert: new Map([[9, {}]]) }), 'NOT_SUPPORTED', 'HCERT_CONTENT_UNKNOWN'],
    ['content of two kinds, one a text', sealed({ hcert: twoKinds('DDCC') }), 'NOT_SUPPORTED', 'HCERT_CONTENT_UNKNOWN'],
    ['a list of nothing', sealed({ hcert: new Map([[3, []]]) }), 'NOT_SUPPORTED', 'HCERT_CONTENT_UNKNOWN'],
    ['a list of what should be one', sealed({ hcert: new Map([[1, [{ v: [ENTRY] }]]]) }), 'NOT_SUPPORTED', 'HCERT_CONTENT_UNKNOWN'],
    ['a list without end', sealed({ hcert: new Map([[3, Array(9).fill({})]]) }), 'NOT_SUPPORTED', 'HCERT_CONTENT_UNKNOWN'],
    [
      'a second certificate whose rule fails',
      sealed({
        hcert: new Map([
          [3, {}],
          [-6, { n: 'A' }],
        ] as [number, object][]),
      }),
      'RULE_FAILED',
      'ICVP_INCOMPLETE',
    ],
    ['an algorithm of nobody', sealed({ algorithm: -8 }), 'INVALID_SIGNING_FORMAT', 'ALGORITHM_UNKNOWN'],
    ['no algorithm', sealed(header([[4, KID]])), 'INVALID_SIGNING_FORMAT', 'ALGORITHM_UNKNOWN'],
    ['no key id', sealed(header([[1, -7]])), 'KID_NOT_INCLUDED', 'KEY_NOT_NAMED'],
    [
      'a key id that is a text',
      sealed(
        header([
          [1, -7],
          [4, 'AQIDBAUGBwg='],
        ]),
      ),
      'KID_NOT_INCLUDED',
      'KEY_NOT_NAMED',
    ],
    [
      'the key id of nobody',
      sealed(
        header([
          [1, -7],
          [4, Buffer.from('ff', 'hex')],
        ]),
      ),
      'ISSUER_NOT_TRUSTED',
      'KEY_ID_UNKNOWN',
    ],
    ['the signature of somebody else', sealed({ key: stranger.privateKey }), 'INVALID_SIGNATURE', 'SIGNATURE_WRONG'],
    ['RSA where the key is elliptic', sealed({ key: rsa.privateKey, algorithm: -37 }), 'INVALID_SIGNATURE', 'SIGNATURE_WRONG'],
    ['an end that has passed', sealed({ claims: [[4, NOW - 1]] }), 'EXPIRED', 'EXPIRED'],
    ['an issue that is to come', sealed({ claims: [[6, NOW + 1]] }), 'NOT_YET_VALID', 'NOT_YET_VALID'],
    ['a beginning that is to come', sealed({ claims: [[5, NOW + 1]] }), 'NOT_YET_VALID', 'NOT_YET_VALID'],
    ['milliseconds for seconds', sealed({ claims: [[6, AT.getTime()]] }), 'EXPIRED_KEYS', 'KEY_CERTIFICATE_OUTSIDE'],
    [
      'an issue more than a day before its key',
      sealed({ claims: [[6, Date.parse('2025-12-30T23:59:59Z') / 1000]] }),
      'EXPIRED_KEYS',
      'KEY_CERTIFICATE_OUTSIDE',
    ],
    ['no entry', sealed({ hcert: new Map([[1, { v: [] }]]) }), 'RULE_FAILED', 'HCERT_ENTRIES_WRONG'],
    ['two entries', sealed({ hcert: new Map([[1, { v: [ENTRY], r: [ENTRY] }]]) }), 'RULE_FAILED', 'HCERT_ENTRIES_WRONG'],
  ])('%s', async (_what, text, status, code) => {
    expect(await found(text)).toEqual([status, code]);
  });

  it('the certificate of the key had ended, although the token has no end', async () => {
    const later = new Date('2027-06-01T00:00:00Z');
    expect(await found(sealed({ claims: [[6, NOW]] }), OWN, later)).toEqual(['EXPIRED', 'KEY_CERTIFICATE_ENDED']);
  });

  it('a key usage that is another one, and a key that was revoked', async () => {
    const usage = trustedKey(ec.publicKey, { extendedKeyUsage: ['1.3.6.1.4.1.1847.2021.1.1'] });
    expect(await found(sealed(), trust(usage))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_USAGE_WRONG']);
    expect(await found(sealed({ hcert: new Map([[1, { t: [ENTRY] }]]) }), trust(usage))).toEqual(VERIFIED);
    expect(await found(sealed(), trust({ ...trustedKey(ec.publicKey), revoked: '2026-11-01T00:00:00Z' }))).toEqual([
      'REVOKED_KEYS',
      'KEY_REVOKED',
    ]);
  });
});
