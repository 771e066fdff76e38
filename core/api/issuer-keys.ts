import type { JoseAlgorithm } from './jose-algorithm.js';
import { jwkOf } from './multikey.js';
import type { Trust, TrustedKey } from './ports/credential-format.js';
import { endOfKey } from './trusted-key.js';
import type { VerdictReason } from './verdict.js';
import { isSignedBy } from './verify-signature.js';

/** A signature, and what it is over. */
export interface Signed {
  readonly algorithm: JoseAlgorithm;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Who a credential says has signed it, and when (RFC 3339; undefined: perhaps just now). */
export interface NamedKey {
  readonly kid: string;
  /** All names of its issuer: its URL, its DID. */
  readonly issuers: readonly string[];
  readonly created: string | undefined;
  readonly at: Date;
}

/** The keys of this key id that are the issuer's own and have not ended, or the reason why none of them may have signed. */
export function keysNamed({ kid, issuers, created, at }: NamedKey, trust: Trust): readonly TrustedKey[] | VerdictReason {
  const named = trust.keysFor(kid);
  if (named.length === 0) return 'KEY_ID_UNKNOWN';
  // A key that was handed over by itself belongs to whoever is verified with it.
  const own = named.filter(({ controller }) => controller === '' || issuers.includes(controller));
  const ended = own.map((key) => endOfKey(key, created, at));
  const live = own.filter((_, index) => ended[index] === undefined);
  return live.length > 0 ? live : (ended[0] ?? 'KEY_NOT_OF_ISSUER');
}

/** True when one of these keys has signed; one of another kind than the algorithm's has not. */
export async function isSignedByOneOf(keys: readonly TrustedKey[], { algorithm, signed, signature }: Signed): Promise<boolean> {
  for (const key of keys) {
    const jwk = jwkOf(key);
    if (jwk && (await isSignedBy(jwk, algorithm, signed, signature))) return true;
  }
  return false;
}
