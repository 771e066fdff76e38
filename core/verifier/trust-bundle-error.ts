/** What is wrong with a bundle that has to be signed by a pinned key, and the way to mend it. */
const FAULTS = {
  TRUST_PIN_INVALID: ['a pin is no public key', 'Give the key as its publisher tells it (z6Mk…, zDn…, did:key:…), in PEM, or as a JWK.'],
  TRUST_UNSIGNED: [
    'it bears no signature, and keys are pinned',
    "Fetch the issuer's signed file, or take this one away. An issuer signs with: divoc keys make --purpose trust.",
  ],
  TRUST_SIGNER_UNKNOWN: [
    'it is signed by none of the pinned keys',
    'Compare the key with what its publisher tells you on another way; where that is a new key, pin it as well.',
  ],
  TRUST_ALTERED: ['its signature does not fit its content', 'Fetch it again; it was altered or damaged since it was signed.'],
  TRUST_EXPIRED: ['it has ended', 'Fetch a newer one from its issuer.'],
  TRUST_TOO_OLD: ['it is older than is allowed here', 'Fetch a newer one from its issuer, or allow a greater age.'],
  TRUST_FROM_FUTURE: ['it is dated in the future', 'Set the clock of this machine; if that is right, ask the issuer.'],
  TRUST_ROLLED_BACK: [
    'it is older than one that was seen before',
    'Fetch the newest one; whoever gives an older one may hide what was revoked since.',
  ],
} as const;

export type TrustFault = keyof typeof FAULTS | 'TRUST_BUNDLE_INVALID';

/** A trust bundle that cannot be relied on; the message names the part, and where it is a fault of a signature, the way to mend it. */
export class TrustBundleError extends Error {
  readonly $divoc = 'trust-bundle-error';
  readonly code: TrustFault;
  constructor(message: string, { code = 'TRUST_BUNDLE_INVALID', ...options }: ErrorOptions & { readonly code?: TrustFault } = {}) {
    super(message, options);
    this.name = 'TrustBundleError';
    this.code = code;
  }
}

/** A key of a kind that no format here signs with: what is published for everybody may hold some (Brainpool curves, say). */
export class UnknownKeyKind extends TrustBundleError {}

/** By brand, not by class: a page may hold two copies of this library. */
export const isTrustBundleError = (error: unknown): error is TrustBundleError =>
  error instanceof Error && (error as { $divoc?: unknown }).$divoc === 'trust-bundle-error';

/** `found` says which: an instant, a key. */
export function trustFault(code: keyof typeof FAULTS, found = ''): TrustBundleError {
  const [text, fix] = FAULTS[code];
  return new TrustBundleError(`${code}: ${text}${found && ` (${found})`}. ${fix}`, { code });
}
