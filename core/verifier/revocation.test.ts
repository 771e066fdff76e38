import { describe, expect, it } from 'vitest';
import type { Verdict } from '../api/index.js';
import { revocationHash } from '../internal/revocation-hash.js';
import { credentialFixture, SEALED_AT } from '../testkit/credential-fixture.js';
import { plainFormat } from '../testkit/plain-format.js';
import { withStatus } from './revocation-status.js';
import { loadTrustBundles } from './trust.js';
import { verifyInput } from './verify.js';

const { did, intent, key, bundle, trust } = credentialFixture();
const format = plainFormat();
const credential = await format.seal(intent, key.sign);
const hash = revocationHash(intent.id);
const list = (hashes: readonly string[], issuer = did) => ({
  divocTrust: 1,
  revocations: [{ issuer, updated: '2026-11-23T11:00:00Z', hashes }],
});
const verify = (bundles: readonly unknown[], document: unknown = credential, at = SEALED_AT) =>
  verifyInput(document, { format }, loadTrustBundles([bundle, ...bundles]), at);
const sources = { readers: [format], at: SEALED_AT };
const short = ({ status, answers, reasons }: Verdict) => [status, answers.status, ...reasons.map(({ code }) => code)];

describe('what the issuer has ended', () => {
  it('is REVOKED where a bundle lists it, not-checked where none has a list', async () => {
    expect(short(await verify([]))).toEqual(['VERIFIED', 'not-checked']);
    expect(short(await verify([list([])]))).toEqual(['VERIFIED', 'pass']);
    expect(short(await verify([list([hash])]))).toEqual(['REVOKED', 'fail', 'REVOKED']);
    expect(short(await verify([list([revocationHash('urn:uuid:other')])]))).toEqual(['VERIFIED', 'pass']);
    // An older bundle beside a newer one takes nothing back.
    for (const bundles of [
      [list([hash]), list([])],
      [list([]), list([hash])],
    ])
      expect((await verify(bundles)).status).toBe('REVOKED');
    // Another issuer's list says nothing of this one's certificates.
    expect(short(await verify([list([hash], 'did:web:other.example')]))).toEqual(['VERIFIED', 'not-checked']);
  });

  it('stays so, whatever the time, and keeps its claims', async () => {
    const late = await verify([list([hash])], credential, new Date('2040-01-01'));
    expect(short(late)).toEqual(['REVOKED', 'fail', 'REVOKED', 'EXPIRED']);
    expect(late.claims).toMatchObject({ id: intent.id });
    expect(short(await verify([list([hash])], credential, new Date('2020-01-01')))).toEqual([
      'REVOKED',
      'fail',
      'REVOKED',
      'NOT_YET_VALID',
    ]);
  });

  it('is not asked of what nobody has signed', async () => {
    const forged = { ...(credential as object), claims: { ...(credential as { claims: object }).claims, credentialSubject: {} } };
    expect(short(await verify([list([hash])], forged))).toEqual(['INVALID_SIGNATURE', 'not-checked', 'SIGNATURE_WRONG']);
    const asked: string[] = [];
    const standing = (_issuer: string, id: string) => (asked.push(id) > 0 ? 'ended' : 'active');
    const forgedVerdict = await format.open(forged, trust(), SEALED_AT);
    expect(await withStatus(forgedVerdict, { ...sources, trust: { ...trust(), standing } })).toBe(forgedVerdict);
    expect(asked).toEqual([]);
  });

  it('is found for an issuer that is an object, and not for a certificate without a name', async () => {
    const verdict = await format.open(credential, trust(), SEALED_AT);
    const { standing } = loadTrustBundles([list([hash])]);
    const trusted = { ...trust(), standing };
    const of = async (claims: object) =>
      short(await withStatus({ ...verdict, claims: { ...verdict.claims, ...claims } }, { ...sources, trust: trusted }));
    expect(await of({ issuer: { id: did, name: 'Ministry' } })).toEqual(['REVOKED', 'fail', 'REVOKED']);
    for (const claims of [{ id: undefined }, { id: 5 }, { issuer: null }, { issuer: {} }])
      expect(await of(claims)).toEqual(['VERIFIED', 'not-checked']);
  });
});

it('says that a token status list is not read here, and holds nothing else against the certificate', async () => {
  const verdict = await format.open(credential, trust(), SEALED_AT);
  const of = async (status: unknown) =>
    short(await withStatus({ ...verdict, claims: { ...verdict.claims, status } }, { ...sources, trust: trust() }));
  expect(await of({ status_list: { idx: 0, uri: 'https://a.example/1' } })).toEqual(['VERIFIED', 'not-checked', 'STATUS_UNREADABLE']);
  for (const other of ['completed', {}, null, { status_list: 1 }]) expect(await of(other)).toEqual(['VERIFIED', 'not-checked']);
});

describe('what the issuer has suspended', () => {
  const paused = (hashes: readonly string[], suspended: readonly string[]) => ({
    divocTrust: 1,
    revocations: [{ issuer: did, hashes, suspended }],
  });

  it('is SUSPENDED, unless it has ended', async () => {
    expect(short(await verify([paused([], [hash])]))).toEqual(['SUSPENDED', 'fail', 'SUSPENDED']);
    for (const bundles of [[paused([hash], [hash])], [paused([], [hash]), list([hash])], [list([hash]), paused([], [hash])]])
      expect(short(await verify(bundles))).toEqual(['REVOKED', 'fail', 'REVOKED']);
    expect(short(await verify([paused([], [hash])], credential, new Date('2040-01-01')))).toEqual([
      'SUSPENDED',
      'fail',
      'SUSPENDED',
      'EXPIRED',
    ]);
  });
});

describe('a list of revocations', () => {
  it.each<[string, unknown, RegExp]>([
    ['no array', { revocations: {} }, /must be an array/],
    ['a text', { revocations: ['x'] }, /must be a JSON object/],
    ['no issuer', { revocations: [{ hashes: [] }] }, /needs the DID/],
    ['an issuer that is none', { revocations: [{ issuer: 'health', hashes: [] }] }, /needs the DID/],
    ['no hashes', { revocations: [{ issuer: did }] }, /hashes/],
    ['a hash cut short', { revocations: [{ issuer: did, hashes: [hash.slice(1)] }] }, /22 characters/],
    ['an id for a hash', { revocations: [{ issuer: did, hashes: [intent.id] }] }, /22 characters/],
    ['a suspension cut short', { revocations: [{ issuer: did, hashes: [], suspended: [hash.slice(1)] }] }, /22 characters/],
    ['a number', { revocations: [{ issuer: did, hashes: [1] }] }, /22 characters/],
    ['a day for an instant', { revocations: [{ issuer: did, updated: '2026-11-23', hashes: [] }] }, /updated/],
    ['something unknown', { revocations: [{ issuer: did, hashes: [], salt: 'x' }] }, /'salt' is not a member/],
  ])('is refused whole: %s', (_what, parts, message) => {
    expect(() => loadTrustBundles([{ divocTrust: 1, ...(parts as object) }])).toThrow(message);
  });
});

it('a hash is 22 characters, and another one for another certificate', () => {
  expect(hash).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(revocationHash('urn:uuid:01936b1e-6a00-7000-8000-000000000001')).toBe(hash);
  expect(revocationHash(intent.id.replace(/1$/, '2'))).not.toBe(hash);
});
