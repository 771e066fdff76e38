import type { CredentialType, SealIntent, Trust, TrustedKey } from './ports/credential-format.js';
import type { VerdictReason } from './verdict.js';

/** What a proof says of its maker, in whatever format it is. */
export interface ProofClaim {
  /** The DID that the credential names as its issuer. */
  readonly issuer: string;
  /** DID URL of the key, if the proof names one. */
  readonly verificationMethod: string | undefined;
  /** Instant of the proof, RFC 3339; undefined where it bears none. */
  readonly created: string | undefined;
  /** The time of the verification: an undated proof may have been made just now. */
  readonly at: Date;
}

/** A key as Data Integrity proofs take it. */
export type Multikey = TrustedKey & { readonly publicKeyMultibase: string };

/** The key that may have signed, or the reason why there is none. The same rule for every format whose proofs name a DID URL. */
export function trustedKey({ issuer, verificationMethod, created, at }: ProofClaim, trust: Trust): Multikey | VerdictReason {
  if (verificationMethod === undefined) return 'KEY_NOT_NAMED';
  if (!trust.issuer(issuer)) return handedOverKey({ issuer, verificationMethod }, trust) ?? 'ISSUER_UNKNOWN';
  const [controller, fragment] = verificationMethod.split('#') as [string, string | undefined];
  // Proofs leave it to the application that the issuer controls the key; a trusted neighbour must not sign for it.
  if (controller !== issuer) return 'KEY_NOT_OF_ISSUER';
  const key = trust.key(verificationMethod);
  if (!key) {
    const namesItself = fragment !== undefined && issuer === `did:key:${fragment}`;
    return namesItself ? { id: verificationMethod, controller, publicKeyMultibase: fragment } : 'KEY_UNKNOWN';
  }
  if (key.id !== verificationMethod || key.controller !== issuer) return 'KEY_NOT_OF_ISSUER';
  const ended = endOfKey(key, created, at);
  if (ended) return ended;
  return isMultikey(key) ? key : 'KEY_UNKNOWN';
}

/**
 * The key that was handed over by itself (PEM, a JWK) for whoever is verified with it; undefined where there is none, or several
 * of which nothing says which one is meant. Not for issuers whose own keys are known: theirs alone count.
 */
export function handedOverKey(
  { issuer, verificationMethod }: { readonly issuer: string; readonly verificationMethod: string },
  trust: Trust,
): Multikey | undefined {
  const [controller, fragment] = verificationMethod.split('#') as [string, string | undefined];
  // One that bears a name is that DID's; one without is anybody's.
  const isFit = (key: TrustedKey) => key.controller === '' && (key.kid === undefined || controller === issuer);
  const [only, ...others] = trust
    .keysFor(verificationMethod)
    .filter(isFit)
    .filter(isMultikey)
    .filter(({ publicKeyMultibase }) => !controller.startsWith('did:key:') || publicKeyMultibase === fragment);
  return only && others.length === 0 ? { ...only, id: verificationMethod, controller } : undefined;
}

const isMultikey = (key: TrustedKey): key is Multikey => key.publicKeyMultibase !== undefined;

/** Why a key proves nothing that was made at `created` (RFC 3339; undefined: perhaps just now), if it does not. */
export function endOfKey(key: Pick<TrustedKey, 'expires' | 'revoked'>, created: string | undefined, at: Date): VerdictReason | undefined {
  // Written so that an instant which cannot be read is past every end.
  const madeAt = created === undefined ? at.getTime() : Date.parse(created);
  if (key.expires !== undefined && !(madeAt <= Date.parse(key.expires))) return 'KEY_EXPIRED';
  // Whoever stole a key also chooses the date of the proof, so a revoked key proves nothing of any date.
  return key.revoked !== undefined ? 'KEY_REVOKED' : undefined;
}

/** What a verifier will trust who has been given nothing but this intent: its type, and the key that names itself. */
export function trustOfIntent(intent: Pick<SealIntent, 'type' | 'issuer' | 'verificationMethod' | 'key'>): Trust {
  const { type, issuer, verificationMethod } = intent;
  const publicKeyMultibase = intent.key?.publicKeyMultibase ?? verificationMethod.split('#')[1] ?? '';
  return trustOfKey({ id: verificationMethod, controller: issuer, publicKeyMultibase }, type);
}

/** Trust in this one key, as its controller's, under whatever name; and in this one certificate type. */
export function trustOfKey(key: TrustedKey, type?: CredentialType): Trust {
  return {
    key: (id) => (id === key.id ? key : undefined),
    issuer: (did) => did === key.controller,
    type: (hash) => (type !== undefined && hash === type.hash ? type.document : undefined),
    keysFor: () => [key],
  };
}

/** Why a credential does not hold at this time, if it does not; both ends belong to its validity. */
export function outsideValidity(
  { validFrom, validUntil }: { readonly validFrom?: string | undefined; readonly validUntil?: string | undefined },
  at: Date,
): VerdictReason | undefined {
  if (validFrom !== undefined && at.getTime() < Date.parse(validFrom)) return 'NOT_YET_VALID';
  // Written so that an invalid `at` is past every end.
  return validUntil !== undefined && !(at.getTime() <= Date.parse(validUntil)) ? 'EXPIRED' : undefined;
}
