import { toMultibase } from '../api/index.js';
import { type TestKey, testKey } from '../testkit/credential-fixture.js';
import { bundleProof, bundleProofBytes } from './bundle-proof.js';

/** Keys for trust: of the issuer, its next one, and somebody else's. */
export const [OWN, NEXT, STRANGER] = [testKey(41), testKey(42), testKey(43)] as const;

export const ISSUED = '2026-11-20T00:00:00.000Z';
export const DATES = { issuer: 'did:web:health.example', issued: ISSUED, validUntil: '2026-12-20T00:00:00.000Z' };

/** A bundle as its publisher signs it, by each of the keys. */
export async function signedBy(keys: readonly TestKey[], bundle: object): Promise<Record<string, unknown>> {
  const proofs = await Promise.all(
    keys.map(async ({ multibase, sign }) => {
      const options = bundleProof(multibase, ISSUED);
      return { ...options, proofValue: toMultibase(await sign(bundleProofBytes({ ...bundle }, options))) };
    }),
  );
  return { ...bundle, proof: proofs.length > 1 ? proofs : proofs[0] };
}
