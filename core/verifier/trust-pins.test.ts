import { createPublicKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { credentialFixture, SEALED_AT, testKey } from '../testkit/credential-fixture.js';
import { documentSigner } from '../testkit/document-signers.js';
import { plainFormat } from '../testkit/plain-format.js';
import { loadTrustBundles } from './trust.js';
import { DATES, ISSUED, NEXT, OWN, STRANGER, signedBy } from './trust-pins.fixture.js';
import type { TrustPins } from './trust-pins.js';
import { verifyInput } from './verify.js';

const { bundle, did, intent, sign } = credentialFixture();
const content = { ...bundle, ...DATES };
const load = (item: unknown, pins: Partial<TrustPins> = {}) => loadTrustBundles([item], { keys: [OWN.multibase], at: SEALED_AT, ...pins });
const refused = (code: string, message = /./) => expect.objectContaining({ code, message: expect.stringMatching(message) });
const day = (text: string) => new Date(`${text}T00:00:00Z`);

describe('bundles and pins', () => {
  it('verifies a certificate by a bundle that a pinned key has signed', async () => {
    const trust = load(await signedBy([OWN], content));
    expect(trust.pinned).toEqual({ seen: { [did]: ISSUED }, ends: day('2026-12-20') });
    const format = plainFormat();
    const verdict = await verifyInput(await format.seal(intent, sign), { format }, trust, SEALED_AT);
    expect(verdict.status).toBe('VERIFIED');
  });

  it('takes bundles as they are where nothing is pinned, signed or not', async () => {
    for (const item of [bundle, content, await signedBy([STRANGER], content)]) {
      const trust = loadTrustBundles([item]);
      expect([trust.issuer(did), trust.pinned]).toEqual([true, undefined]);
    }
  });

  it('takes a pin in each of its forms, and no other key than one that signs bundles', async () => {
    const signed = await signedBy([OWN], content);
    const key = createPublicKey(OWN.key);
    const pem = key.export({ format: 'pem', type: 'spki' }) as string;
    for (const pin of [OWN.multibase, `did:key:${OWN.multibase}`, pem, key.export({ format: 'jwk' })])
      expect(load(signed, { keys: [pin] }).issuer(did)).toBe(true);
    expect(() => load(signed, { keys: [documentSigner(0).key.publicKeyMultibase] })).toThrow(refused('TRUST_SIGNER_UNKNOWN'));
    for (const pin of ['', 'key', 'z6Mk', `${OWN.multibase}1`, 7, {}, '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'])
      expect(() => load(signed, { keys: [pin] })).toThrow(refused('TRUST_PIN_INVALID'));
  });

  // Each with the control that the same pin takes the sound one.
  it('refuses what is unsigned, altered, or signed by others', async () => {
    const sound = await signedBy([OWN], content);
    expect(load(sound).issuer(did)).toBe(true);
    const strange = await signedBy([STRANGER], content);
    const listedWithin = await signedBy([testKey(1)], content);
    const withProof = (change: object) => ({ ...sound, proof: { ...(sound.proof as object), ...change } });
    const cases: readonly (readonly [unknown, string, RegExp?])[] = [
      [bundle, 'TRUST_UNSIGNED', /keys make --purpose trust/],
      [bundle.didDocuments[0], 'TRUST_UNSIGNED'],
      [OWN.multibase, 'TRUST_UNSIGNED'],
      [await signedBy([OWN], bundle), 'TRUST_UNSIGNED', /issued or validUntil is missing/],
      [strange, 'TRUST_SIGNER_UNKNOWN', new RegExp(STRANGER.multibase)],
      [listedWithin, 'TRUST_SIGNER_UNKNOWN'],
      [{ ...sound, proof: [] }, 'TRUST_SIGNER_UNKNOWN'],
      [withProof({ type: 'Ed25519Signature2020' }), 'TRUST_SIGNER_UNKNOWN'],
      [withProof({ verificationMethod: `did:web:elsewhere.example#${OWN.multibase}` }), 'TRUST_SIGNER_UNKNOWN'],
      [{ ...sound, revocations: [{ issuer: did, hashes: [] }] }, 'TRUST_ALTERED'],
      [{ ...sound, validUntil: '2036-12-20T00:00:00.000Z' }, 'TRUST_ALTERED'],
      [withProof({ created: '2026-11-21T00:00:00Z' }), 'TRUST_ALTERED'],
      [withProof({ proofValue: (strange.proof as { proofValue: string }).proofValue }), 'TRUST_ALTERED'],
      [withProof({ proofValue: 'z' }), 'TRUST_ALTERED'],
    ];
    for (const [item, code, message] of cases) expect(() => load(item)).toThrow(refused(code, message));
    expect(() => loadTrustBundles([sound, bundle], { keys: [OWN.multibase], at: SEALED_AT })).toThrow(refused('TRUST_UNSIGNED'));
  });

  it('refuses what has ended, is older than the verifier allows, or comes from the future', async () => {
    const signed = await signedBy([OWN], content);
    expect(load(signed, { at: day('2026-12-19') }).issuer(did)).toBe(true);
    expect(() => load(signed, { at: day('2026-12-20') })).toThrow(refused('TRUST_EXPIRED', /Fetch a newer one/));
    expect(load(signed, { maxAgeDays: 4 }).pinned?.ends).toEqual(day('2026-11-24'));
    expect(() => load(signed, { maxAgeDays: 3 })).toThrow(refused('TRUST_TOO_OLD', /at most 3 days/));
    expect(() => load(signed, { at: day('2026-11-19') })).toThrow(refused('TRUST_FROM_FUTURE', /clock/));
  });

  it('refuses an older one than was seen, unless the newer one lies beside it', async () => {
    const [older, newer] = [await signedBy([OWN], content), await signedBy([OWN], { ...content, issued: '2026-11-22T00:00:00.000Z' })];
    const { seen } = load(newer).pinned ?? {};
    expect(load(newer, { ...(seen && { seen }) }).issuer(did)).toBe(true);
    expect(() => load(older, { ...(seen && { seen }) })).toThrow(refused('TRUST_ROLLED_BACK', /2026-11-20.* after 2026-11-22/));
    expect(load([older, newer], { ...(seen && { seen }) }).pinned?.seen).toEqual(seen);
    const elsewhere = { 'did:web:other.example': '2030-01-01T00:00:00Z' };
    expect(load(older, { seen: elsewhere }).pinned?.seen).toEqual({ ...elsewhere, [did]: ISSUED });
  });

  it('bears the proofs of two keys while they take turns, and both have to hold for who has pinned both', async () => {
    const both = await signedBy([NEXT, OWN], content);
    for (const keys of [[OWN], [NEXT], [OWN, NEXT]].map((some) => some.map(({ multibase }) => multibase)))
      expect(load(both, { keys }).issuer(did)).toBe(true);
    const [first, second] = both.proof as { proofValue: string }[];
    const half = { ...both, proof: [{ ...first, proofValue: second?.proofValue }, second] };
    expect(load(half).issuer(did)).toBe(true);
    expect(() => load(half, { keys: [OWN.multibase, NEXT.multibase] })).toThrow(refused('TRUST_ALTERED'));
  });
});
