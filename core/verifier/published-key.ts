import { jwkThumbprint, multikeyOfJwk, type PublicJwk, type TrustedKey } from '../api/index.js';
import { keyOfCertificate } from './certificate-key.js';
import { bytesOf, publicJwk } from './public-keys.js';
import { TrustBundleError, UnknownKeyKind } from './trust-bundle-error.js';

/** A key with all the key ids under which a credential may name it. */
export interface PublishedKey {
  readonly key: TrustedKey;
  /** Empty of a key that was handed over without any: it answers to every name. */
  readonly names: readonly string[];
}

/** How a key was found, for what the key does not say itself. */
export interface Publication {
  /** The DID, URL or country of its issuer; empty when nobody says. */
  readonly controller?: string;
  /** The key id under which it is listed. */
  readonly kid?: string | undefined;
}

/**
 * A certificate as a trusted key. A list's key id counts beside the one of the certificate: a few lists differ from it.
 *
 * Throws a TrustBundleError for what is no certificate, or one with a key of a kind that is not known here.
 */
export function certifiedKey(der: Uint8Array, { controller, kid }: Publication = {}): PublishedKey {
  const { jwk, certificate, kid: own } = keyOfCertificate(der);
  const key = keyOf(jwk, { id: kid ?? own, controller: controller ?? certificate.country ?? '', kid: kid ?? own });
  return { key: { ...key, certificate }, names: [...new Set([kid ?? own, own, jwkThumbprint(jwk)])] };
}

/** A JWK as a trusted key; where it has a certificate (`x5c`), that certificate's. Throws a TrustBundleError. */
export function jwkKey(jwk: Readonly<Record<string, unknown>>, { controller, kid }: Publication = {}): PublishedKey {
  const name = kid ?? (typeof jwk.kid === 'string' && jwk.kid !== '' ? jwk.kid : undefined);
  const [first] = Array.isArray(jwk.x5c) ? jwk.x5c : [];
  // The coordinates beside a certificate are a copy of it, and in WHO's lists not always a good one.
  if (typeof first === 'string') return certifiedKey(bytesOf(first), { ...(controller !== undefined && { controller }), kid: name });
  if ('d' in jwk) throw new TrustBundleError('a JWK with a private key was given as trusted; publish the public members alone');
  const key = publicJwk(jwk);
  const thumbprint = jwkThumbprint(key);
  const named = keyOf(key, { id: name ?? thumbprint, controller: controller ?? '', ...(name !== undefined && { kid: name }) });
  // A key that nobody has named and nobody owns was handed over for this very purpose.
  const isBare = name === undefined && controller === undefined;
  return { key: named, names: isBare ? [] : [...new Set([name ?? thumbprint, thumbprint])] };
}

/** The key, or none where it is of a kind that is not known here: one such key in a list of many takes nothing from the others. */
export function ofKnownKind(read: () => PublishedKey): PublishedKey[] {
  try {
    return [read()];
  } catch (error) {
    if (error instanceof UnknownKeyKind) return [];
    throw error;
  }
}

function keyOf(jwk: PublicJwk, names: Pick<TrustedKey, 'id' | 'controller' | 'kid'>): TrustedKey {
  const publicKeyMultibase = multikeyOfJwk(jwk);
  return { ...names, publicKeyJwk: jwk, ...(publicKeyMultibase !== undefined && { publicKeyMultibase }) };
}
