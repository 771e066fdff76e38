import {
  endOfKey,
  fromBase64,
  jwkOf,
  jwkThumbprint,
  outsideValidity,
  type PublicJwk,
  type Trust,
  type TrustedKey,
  type VerdictReason,
} from '@divoc/core/api';
import { isIssuedWith, jwkOfCertificate, readCertificate, type SignerCertificate } from './signer-certificate.js';
import type { ReadSeal } from './vds-nc.js';

/** Who has signed, as far as somebody trusted vouches for it. */
export interface TrustedSigner {
  readonly jwk: PublicJwk;
  /** Of the trusted key: the DID, URL or country by which its owner is known. */
  readonly controller: string;
  readonly certificate: SignerCertificate;
}

/**
 * The signer of a seal, or the reason why nobody vouches for it. Its certificate is trusted itself, or a trusted authority (a
 * CSCA, as for passports) has signed it; the chain has that one step (ICAO Doc 9303-12). Or its key was handed over by itself.
 *
 * Seals bear no date, so that each may have been made just now: keys that have ended prove nothing.
 */
export async function trustedSigner(seal: ReadSeal, trust: Trust, at: Date): Promise<TrustedSigner | VerdictReason> {
  const certificate = readCertificate(seal.certificate);
  if (!certificate) return 'VDS_NC_MALFORMED';
  const all = trust.keysFor();
  const itself = all.find((key) => key.certificate?.der === certificate.der && !key.certificate.isAuthority);
  const voucher = itself ?? (await authorityOf(certificate, all)) ?? (await ownKey(certificate, seal, all));
  if (!voucher) return 'SIGNER_UNKNOWN';
  if (!certificate.maySignSeals) return 'KEY_USAGE_WRONG';
  const ended = endOfKey(voucher, undefined, at);
  if (ended) return ended;
  if (!itself && voucher.certificate && outsideValidity(validityOf(voucher.certificate), at)) return 'KEY_EXPIRED';
  const jwk = itself ? jwkOf(itself) : await jwkOfCertificate(certificate, seal.algorithm);
  return jwk ? { jwk, controller: voucher.controller, certificate } : 'ALGORITHM_UNKNOWN';
}

/** The key of the certificate, where it was handed over without one: its certificate is then believed for its dates and uses. */
async function ownKey(
  certificate: SignerCertificate,
  { algorithm }: ReadSeal,
  keys: readonly TrustedKey[],
): Promise<TrustedKey | undefined> {
  const bare = keys.filter(({ controller, certificate: own }) => controller === '' && !own);
  const jwk = bare.length > 0 ? await jwkOfCertificate(certificate, algorithm) : undefined;
  return jwk && bare.find((key) => key.publicKeyJwk !== undefined && jwkThumbprint(key.publicKeyJwk) === jwkThumbprint(jwk));
}

async function authorityOf(certificate: SignerCertificate, keys: readonly TrustedKey[]): Promise<TrustedKey | undefined> {
  for (const key of keys) {
    const jwk = key.certificate?.isAuthority && subjectOf(key) === certificate.issuer ? jwkOf(key) : undefined;
    if (jwk && (await isIssuedWith(certificate, jwk))) return key;
  }
  return undefined;
}

/** Reading a certificate takes longer than comparing names. */
const subjects = new WeakMap<TrustedKey, string>();

function subjectOf(key: TrustedKey): string | undefined {
  const known = subjects.get(key);
  if (known !== undefined || !key.certificate) return known;
  const subject = readCertificate(fromBase64(key.certificate.der) ?? new Uint8Array())?.subject;
  if (subject !== undefined) subjects.set(key, subject);
  return subject;
}

export const validityOf = ({ notBefore, notAfter }: { readonly notBefore: string; readonly notAfter: string }) => ({
  validFrom: notBefore,
  validUntil: notAfter,
});
