import { describe, expect, it } from 'vitest';
import type { Signer, SignerKey } from '../../internal/index.js';
import { type TestKey, testKey } from '../../testkit/credential-fixture.js';
import { handClock } from '../../testkit/hand-clock.js';
import { listeningLog } from '../../testkit/listening-log.js';
import { loadTrustBundles } from '../../verifier/trust.js';
import { RevocationHashes } from './revocation-hashes.js';
import { trustBundle } from './trust-bundle.js';
import { prepareTrustKey, signedBundle } from './trust-signature.js';

const did = 'did:web:health.example';
const [old, next] = [testKey(41), testKey(42)];
const keyOf = ({ multibase }: TestKey, change: Partial<SignerKey> = {}): SignerKey => ({
  id: multibase,
  purpose: 'trust',
  algorithm: 'Ed25519',
  publicKeyMultibase: multibase,
  active: true,
  ...change,
});

function signerWith(...keys: SignerKey[]): Signer {
  return {
    keys: async () => keys,
    active: async () => Promise.reject(Object.assign(new Error('there is no key'), { code: 'SIGNER_KEY_MISSING' })),
    sign: (id, data) => ([old, next].find(({ multibase }) => multibase === id) as TestKey).sign(data),
  };
}

function contentWith(ended: readonly string[]) {
  const method = { id: `${did}#key-1`, type: 'Multikey', controller: did, publicKeyMultibase: testKey(1).multibase };
  const didDocument = { id: did, verificationMethod: [method], assertionMethod: [method.id] };
  return trustBundle({
    did,
    didDocument,
    contexts: {},
    notHolding: { ended, suspended: [] } as never,
    hashes: new RevocationHashes(async () => undefined),
    statusLists: {},
  });
}
const content = await contentWith([]);
const DAYS = { validForDays: 30, did };

describe('signedBundle', () => {
  it('is what a verifier takes that has pinned the key, and dated by the clock', async () => {
    const clock = handClock();
    const signed = await signedBundle(content, { ...DAYS, clock, signer: signerWith(keyOf(old)) });
    const at = clock.now();
    expect(loadTrustBundles([signed], { keys: [old.multibase], at }).pinned?.seen).toEqual({ [did]: at.toISOString() });
    expect(Date.parse(signed.validUntil ?? '') - at.getTime()).toBe(30 * 86_400_000);
    expect(() => loadTrustBundles([signed], { keys: [next.multibase], at })).toThrow(/TRUST_SIGNER_UNKNOWN/);
  });

  it('overlaps: both keys sign until the old one is revoked', async () => {
    const clock = handClock();
    const keys = (retired: Partial<SignerKey>) => signerWith(keyOf(old, { active: false, ...retired }), keyOf(next));
    const during = await signedBundle(content, { ...DAYS, clock, signer: keys({}) });
    for (const { multibase } of [old, next])
      expect(loadTrustBundles([during], { keys: [multibase], at: clock.now() }).issuer(did)).toBe(true);
    const after = await signedBundle(content, { ...DAYS, clock, signer: keys({ revoked: clock.now().toISOString() }) }, during);
    expect(() => loadTrustBundles([after], { keys: [old.multibase], at: clock.now() })).toThrow(/TRUST_SIGNER_UNKNOWN/);
    expect(loadTrustBundles([after], { keys: [next.multibase], at: clock.now() }).issuer(did)).toBe(true);
  });

  it('stays as it is for a day unless something is new or it was tampered with', async () => {
    const clock = handClock();
    const options = { ...DAYS, clock, signer: signerWith(keyOf(old)) };
    const first = await signedBundle(content, options);
    clock.pass(60);
    expect(await signedBundle(content, options, first)).toBe(first);
    const revoked = await signedBundle(await contentWith(['01936b1e-6a00-7000-8000-000000000001']), options, first);
    const mended = await signedBundle(content, options, { ...first, validUntil: '2099-01-01T00:00:00.000Z' });
    for (const anew of [revoked, mended]) expect(anew.issued).toBe(clock.now().toISOString());
    clock.pass(86_400);
    expect((await signedBundle(content, options, first)).issued).toBe(clock.now().toISOString());
  });

  it('goes on without a key, dated and unsigned, and says how to make one', async () => {
    const clock = handClock();
    const { log, lines } = listeningLog();
    const signer = signerWith();
    await prepareTrustKey({ signer, clock }, log);
    expect(lines).toMatchObject([{ level: 'warn', fix: 'divoc keys make --purpose trust' }]);
    expect(await signedBundle(content, { ...DAYS, clock, signer })).toEqual({
      ...content,
      issuer: did,
      issued: expect.any(String),
      validUntil: expect.any(String),
    });
  });
});
