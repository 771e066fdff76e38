import { hash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, type Logger, toMultibase } from '../../api/index.js';
import type { Signer, SignerKey } from '../../internal/index.js';
import { bundleProof, bundleProofBytes, bundleProofHolds, MOST_PROOFS, readBundleProofs, signerOf } from '../../verifier/bundle-proof.js';
import type { TrustBundle } from './trust-bundle-file.js';

const PURPOSE = 'trust';
const DAY = 86_400_000;

export interface TrustSignatureOptions {
  readonly did: string;
  readonly signer: Signer;
  readonly clock: Clock;
  /** Of a bundle, since it was signed. */
  readonly validForDays: number;
}

/**
 * Dates a bundle, and signs it with every key for trust that was not ended: the active one, and those before it for as long as
 * verifiers have them pinned. Without any key it is dated and unsigned, as for houses from before there were such keys.
 *
 * `previous` is kept where nothing is new and its signature is of today, so that the file changes only when there is news.
 */
export async function signedBundle(
  content: Omit<TrustBundle, 'issuer' | 'issued' | 'validUntil' | 'proof'>,
  { did, signer, clock, validForDays }: TrustSignatureOptions,
  previous?: TrustBundle,
): Promise<TrustBundle> {
  const now = clock.now();
  const keys = trustKeys(await signer.keys(), now);
  if (previous && isStillGood(previous, { ...content, issuer: did }, keys, now)) return previous;
  const issued = now.toISOString();
  const dated = { ...content, issuer: did, issued, validUntil: new Date(now.getTime() + validForDays * DAY).toISOString() };
  const proofs = await Promise.all(
    keys.map(async ({ id, publicKeyMultibase }) => {
      const options = bundleProof(publicKeyMultibase, issued);
      return { ...options, proofValue: toMultibase(await signer.sign(id, bundleProofBytes(dated, options, digestOf))) };
    }),
  );
  const bundle: TrustBundle = proofs.length === 0 ? dated : { ...dated, proof: proofs.length > 1 ? proofs : proofs[0] };
  signedHere.add(bundle);
  return bundle;
}

/** Of a list of all that was revoked: Node.js's own takes a tenth of the time of the one for browsers. */
const digestOf = (text: string): Uint8Array => hash('sha256', text, 'buffer');

/** Bundles that nobody can have altered since. */
const signedHere = new WeakSet<object>();

/** In development the key is made; in production a house that has none goes on, and says how to get one. */
export async function prepareTrustKey({ signer, clock }: Pick<TrustSignatureOptions, 'signer' | 'clock'>, log: Logger): Promise<void> {
  if (trustKeys(await signer.keys(), clock.now()).length > 0) return;
  try {
    await signer.active({ purpose: PURPOSE, algorithm: 'Ed25519' });
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'SIGNER_KEY_MISSING') throw error;
    log.warn({ fix: 'divoc keys make --purpose trust' }, 'the trust file is not signed, so that nobody can pin who publishes it');
  }
}

/** The active one first, then those that it has replaced. */
const trustKeys = (keys: readonly SignerKey[], now: Date): readonly SignerKey[] =>
  keys
    .filter(({ purpose, algorithm }) => purpose === PURPOSE && algorithm === 'Ed25519')
    .filter(({ revoked, expires }) => revoked === undefined && !(expires !== undefined && Date.parse(expires) <= now.getTime()))
    .sort((a, b) => Number(b.active) - Number(a.active))
    .slice(0, MOST_PROOFS);

function isStillGood(previous: TrustBundle, content: object, keys: readonly SignerKey[], now: Date): boolean {
  const { issued = '', validUntil, proof, ...rest } = previous;
  const age = now.getTime() - Date.parse(issued);
  if (validUntil === undefined || !(age >= 0 && age < DAY) || !isDeepStrictEqual(rest, content)) return false;
  const proofs = readBundleProofs({ proof }) ?? [];
  const isSignedByKey = ({ publicKeyMultibase: key }: SignerKey) =>
    proofs.some((one) => signerOf(one) === key && (signedHere.has(previous) || bundleProofHolds({ ...previous }, one, key)));
  return proofs.length === keys.length && keys.every(isSignedByKey);
}
