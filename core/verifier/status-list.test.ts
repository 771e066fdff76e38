import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { SealIntent, Verdict } from '../api/index.js';
import { credentialFixture, SEALED_AT } from '../testkit/credential-fixture.js';
import { plainFormat } from '../testkit/plain-format.js';
import { withStatus } from './revocation-status.js';
import { type BundleTrust, loadTrustBundles } from './trust.js';
import { verifyInput } from './verify.js';

const { did, intent, key, bundle, type } = credentialFixture();
const format = plainFormat('plain', { writesStatus: true });
const url = (name: string) => `https://health.example/status/${name}`;
const entry = (statusPurpose: 'revocation' | 'suspension', statusListIndex: number) => ({
  statusPurpose,
  statusListIndex,
  statusListCredential: url(statusPurpose === 'revocation' ? 'r1' : 's1'),
});
const PLACE = 904_817;
const credential = await format.seal({ ...intent, status: [entry('revocation', PLACE), entry('suspension', PLACE)] }, key.sign);

const ENTRIES = 1_048_576;
const encoded = (set: readonly number[], entries = ENTRIES) => {
  const bits = new Uint8Array(entries / 8);
  for (const place of set) bits[place >> 3] = (bits[place >> 3] ?? 0) | (0x80 >> (place & 7));
  return `u${gzipSync(bits).toString('base64url')}`;
};

interface Wanted extends Partial<SealIntent> {
  readonly purpose?: string;
  readonly encodedList?: unknown;
}

/** A signed list; valid from before the time of the test for a year. */
function list(name: string, set: readonly number[], changes: Wanted = {}, by = credentialFixture()): Promise<unknown> {
  const { purpose = name.startsWith('r') ? 'revocation' : 'suspension', encodedList = encoded(set), ...others } = changes;
  return format.seal(
    {
      ...by.intent,
      id: url(name),
      type: { ...type, name: 'BitstringStatusListCredential' },
      validFrom: '2026-11-23T09:00:00.000Z',
      validUntil: '2027-11-23T09:00:00.000Z',
      subject: { id: `${url(name)}#list`, type: 'BitstringStatusList', statusPurpose: purpose, encodedList },
      ...others,
    },
    by.key.sign,
  );
}

const short = ({ status, answers, reasons }: Verdict) => [status, answers.status, ...reasons.map(({ code }) => code)];
const none = { r: await list('r1', []), s: await list('s1', []) };
const set = { r: await list('r1', [PLACE]), s: await list('s1', [PLACE]) };
const other = credentialFixture({ did: 'did:web:other.example', seed: 2 });

/** Those who were given these lists as r1 and s1. */
const trustIn = (...given: readonly { readonly r?: unknown; readonly s?: unknown }[]) =>
  loadTrustBundles([
    bundle,
    other.bundle,
    ...given.map(({ r, s }) => ({
      divocTrust: 1,
      statusLists: { ...(r !== undefined && { [url('r1')]: r }), ...(s !== undefined && { [url('s1')]: s }) },
    })),
  ]);
const verify = async (trust: BundleTrust, at = SEALED_AT, document: unknown = credential) =>
  short(await verifyInput(document, { format }, trust, at));

describe('a certificate that names its lists', () => {
  it('passes where both say so, and is REVOKED or SUSPENDED where a bit is set', async () => {
    expect(await verify(trustIn(none))).toEqual(['VERIFIED', 'pass']);
    expect(await verify(trustIn({ r: set.r, s: none.s }))).toEqual(['REVOKED', 'fail', 'REVOKED']);
    expect(await verify(trustIn({ r: none.r, s: set.s }))).toEqual(['SUSPENDED', 'fail', 'SUSPENDED']);
    expect(await verify(trustIn(set))).toEqual(['REVOKED', 'fail', 'REVOKED']);
    // Its neighbours, and the same place counted from the other end of a byte, or of the list.
    const others = [PLACE - 1, PLACE + 1, PLACE ^ 7, ENTRIES - 1 - PLACE];
    expect(await verify(trustIn({ r: await list('r1', others), s: await list('s1', others) }))).toEqual(['VERIFIED', 'pass']);
  });

  it('is not-checked without a list', async () => {
    const told = ['VERIFIED', 'not-checked', 'STATUS_LIST_UNKNOWN'];
    for (const trust of [trustIn(), trustIn({ s: none.s }), trustIn({ r: none.r })]) expect(await verify(trust)).toEqual(told);
    // What the list of hashes says is not enough: it leaves out what stands in lists of bits.
    expect(await verify(loadTrustBundles([bundle, { divocTrust: 1, revocations: [{ issuer: did, hashes: [] }] }]))).toEqual(told);
  });

  it.each<[string, () => unknown]>([
    [
      'altered',
      () => ({
        ...(set.r as object),
        claims: { ...(set.r as { claims: object }).claims, id: url('r1'), validUntil: '2099-01-01T00:00:00Z' },
      }),
    ],
    ['of another issuer who is trusted as well', () => list('r1', [PLACE], {}, other)],
    ['another list of the issuer', () => list('r2', [PLACE])],
    ['for another purpose', () => list('r1', [PLACE], { purpose: 'suspension' })],
    ['damaged', () => list('r1', [PLACE], { encodedList: encoded([]).slice(0, -4) })],
    ['not of the encoding', () => list('r1', [PLACE], { encodedList: encoded([]).slice(1) })],
    ['too small a crowd', () => list('r1', [5], { encodedList: encoded([], 65_536) })],
    ['larger than 16 MiB', () => list('r1', [], { encodedList: encoded([], 8 * (16 * 1024 * 1024 + 1)) })],
    ['without this place', () => list('r1', [], { encodedList: encoded([], 131_072) })],
    ['no text', () => list('r1', [], { encodedList: 7 })],
    ['a certificate', () => list('r1', [PLACE], { type })],
    ['nothing that a format reads', () => 'x'],
    ['null', () => null],
  ])('is not-checked by a list that is %s', async (_what, made) => {
    expect(await verify(trustIn({ r: await made(), s: none.s }))).toEqual(['VERIFIED', 'not-checked', 'STATUS_LIST_UNSOUND']);
  });

  it('believes no list that a revoked key has signed', async () => {
    const { trust } = credentialFixture();
    const reader = {
      ...format,
      open: (document: unknown, _trust: unknown, at: Date) =>
        format.open(document, isList(document) ? trust({ revoked: '2026-12-01T00:00:00Z' }) : trust(), at),
    };
    const verdict = await verifyInput(credential, { format: reader }, trustIn(none), SEALED_AT);
    expect(short(verdict)).toEqual(['VERIFIED', 'not-checked', 'STATUS_LIST_UNSOUND']);
  });

  it('is not told that it holds by a list that is too old; what was revoked stays so', async () => {
    const late = new Date('2028-01-01');
    const old = ['VERIFIED', 'not-checked', 'STATUS_LIST_OLD'];
    expect(await verify(trustIn(none), late)).toEqual(old);
    expect(await verify(trustIn({ r: none.r, s: set.s }), late)).toEqual(old);
    expect(await verify(trustIn({ r: set.r, s: none.s }), late)).toEqual(['REVOKED', 'fail', 'REVOKED']);
  });

  it('is told what is known today, also about yesterday, and by the newest of several lists', async () => {
    const newer = await list('r1', [PLACE], { validFrom: '2026-12-23T09:00:00.000Z' });
    expect(await verify(trustIn({ r: newer, s: none.s }))).toEqual(['REVOKED', 'fail', 'REVOKED']);
    const reinstated = { s: await list('s1', [], { validFrom: '2026-11-23T09:30:00.000Z' }) };
    for (const trust of [trustIn(none, { s: set.s }, reinstated), trustIn(reinstated, { ...none, s: set.s })])
      expect(await verify(trust)).toEqual(['VERIFIED', 'pass']);
  });

  it('is looked up only as it was signed', async () => {
    const { claims } = credential as { claims: { credentialStatus: readonly object[] } };
    const elsewhere = claims.credentialStatus.map((one) => ({ ...one, statusListIndex: '1' }));
    for (const credentialStatus of [elsewhere, [], undefined]) {
      const forged = JSON.parse(JSON.stringify({ ...(credential as object), claims: { ...claims, credentialStatus } }));
      expect(await verify(trustIn(set), SEALED_AT, forged)).toEqual(['INVALID_SIGNATURE', 'not-checked', 'SIGNATURE_WRONG']);
    }
  });

  it('may say it in ways that are not known here', async () => {
    const trust = trustIn(none);
    const verdict = await format.open(credential, trust, SEALED_AT);
    const claiming = async (credentialStatus: unknown) =>
      short(await withStatus({ ...verdict, claims: { ...verdict.claims, credentialStatus } }, { readers: [format], trust, at: SEALED_AT }));
    const good = { type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: '5', statusListCredential: url('r1') };
    for (const known of [good, [good], { ...good, statusSize: 1 }, [good, { ...good, statusPurpose: 'refresh' }]])
      expect(await claiming(known)).toEqual(['VERIFIED', 'pass']);
    expect(await claiming({ ...good, statusPurpose: 'message' })).toEqual(['VERIFIED', 'not-checked']);
    for (const strange of [
      { ...good, type: 'StatusList2021Entry' },
      { ...good, statusPurpose: 'colour' },
      { ...good, statusListIndex: 5 },
      { ...good, statusListIndex: '-5' },
      { ...good, statusListIndex: '05' },
      { ...good, statusSize: 2 },
      { ...good, statusListCredential: null },
      [good, 7],
      null,
    ])
      expect([strange, ...(await claiming(strange))]).toEqual([strange, 'VERIFIED', 'not-checked', 'STATUS_UNREADABLE']);
    expect(await claiming({ ...good, statusListIndex: String(ENTRIES) })).toEqual(['VERIFIED', 'not-checked', 'STATUS_LIST_UNSOUND']);
  });
});

const isList = (document: unknown): boolean => (document as { claims: { type: string } }).claims.type === 'BitstringStatusListCredential';

it('a list may be trusted by itself, and what is none is refused', () => {
  const alone = { id: url('r1'), type: ['VerifiableCredential', 'BitstringStatusListCredential'] };
  expect(loadTrustBundles([alone]).statusLists(url('r1'))).toEqual([alone]);
  for (const statusLists of [[], 'x', null])
    expect(() => loadTrustBundles([{ divocTrust: 1, statusLists }])).toThrow(/statusLists must be/);
});
