import type { PresentationRequest, Trust } from './ports/credential-format.js';
import { endOfKey, handedOverKey, type Multikey, trustedKey } from './trusted-key.js';
import { listOf } from './vc-members.js';
import type { VerdictReason } from './verdict.js';

/** What a Data Integrity proof says of its maker. */
export interface NamedProof {
  readonly verificationMethod?: string | undefined;
  readonly created?: string | undefined;
}

/**
 * The key of each proof of a credential, or the reason why one has none.
 *
 * At least one is a key of the issuer, whom the verifier trusts, or one that was handed over for whoever is verified with it.
 * Others may be anybody's (a notary's): they add nothing to whom is believed, but have to hold, so that their keys must be
 * known or name themselves.
 */
export function keysOfProofs(proofs: readonly NamedProof[], issuer: string, trust: Trust, at: Date): readonly Multikey[] | VerdictReason {
  if (proofs.some(({ verificationMethod }) => verificationMethod === undefined)) return 'KEY_NOT_NAMED';
  const isKnown = trust.issuer(issuer);
  const isIssuers = ({ verificationMethod = '' }: NamedProof): boolean =>
    isKnown ? verificationMethod.split('#')[0] === issuer : handedOverKey({ issuer, verificationMethod }, trust) !== undefined;
  if (!isKnown && !proofs.some(isIssuers)) return 'ISSUER_UNKNOWN';
  if (!proofs.some(isIssuers)) return 'KEY_NOT_OF_ISSUER';
  const keys: Multikey[] = [];
  for (const proof of proofs) {
    const { verificationMethod, created } = proof;
    const key = isIssuers(proof)
      ? trustedKey({ issuer, verificationMethod, created, at }, trust)
      : keyOfAnybody(verificationMethod as string, created, trust, at);
    if (typeof key === 'string') return key;
    keys.push(key);
  }
  return keys;
}

/** A key that somebody trusted has published, or a did:key. */
function keyOfAnybody(id: string, created: string | undefined, trust: Trust, at: Date): Multikey | VerdictReason {
  const key = trust.key(id);
  const publicKeyMultibase = key ? key.publicKeyMultibase : keyOfDidKey(id);
  if (publicKeyMultibase === undefined) return 'KEY_UNKNOWN';
  const ended = key && endOfKey(key, created, at);
  return ended ?? { id, controller: id.split('#')[0] as string, ...key, publicKeyMultibase };
}

/** The Multikey of a did:key's DID URL, which says it twice (https://w3c-ccg.github.io/did-key-spec/). */
export function keyOfDidKey(id: string): string | undefined {
  const [did, fragment] = id.split('#');
  return fragment !== undefined && did === `did:key:${fragment}` ? fragment : undefined;
}

/** The key of each proof of a presentation: a did:key, of the holder where one is named; undefined when one of them is none. */
export function keysOfHolder(proofs: readonly NamedProof[], holder: string | undefined): readonly Multikey[] | undefined {
  const keys: Multikey[] = [];
  for (const { verificationMethod: id = '' } of proofs) {
    const [controller, publicKeyMultibase] = [id.split('#')[0] as string, keyOfDidKey(id)];
    if (publicKeyMultibase === undefined || (holder !== undefined && holder !== controller)) return undefined;
    keys.push({ id, controller, publicKeyMultibase });
  }
  return keys;
}

/** Was each proof made for this request? What was not asked for is not looked at. */
export function meetsRequest(
  proofs: readonly { readonly domain?: unknown; readonly challenge?: unknown }[],
  { domain, challenge }: PresentationRequest,
): boolean {
  return proofs.every(
    (proof) => (domain === undefined || isSameSet(proof.domain, domain)) && (challenge === undefined || proof.challenge === challenge),
  );
}

/** Of texts; one stands for the set that it is alone in (https://www.w3.org/TR/vc-data-integrity/#verify-proof). */
function isSameSet(a: unknown, b: unknown): boolean {
  const [one, other] = [new Set(listOf(a)), new Set(listOf(b))];
  return one.size === other.size && [...one].every((text) => other.has(text));
}
