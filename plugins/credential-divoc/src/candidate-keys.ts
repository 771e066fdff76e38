import type { Trust, TrustedKey, VerdictReason } from '@divoc/core/api';
import type { Algorithm } from './divoc-document.js';
import { fits } from './public-keys.js';

/** What a certificate says of its maker. */
export interface Maker {
  /** As far as the signature covers it. */
  readonly issuer: string | undefined;
  readonly verificationMethod: string;
}

/**
 * The keys that may have signed, or the reason why there is none.
 *
 * A proof that names a key of the issuer's own DID means that key. All others name a key that nobody can look up
 * (`did:india`, in every country), so that all keys of the issuer are tried. Keys that were handed over without saying
 * whose they are may have signed anything.
 */
export function candidateKeys(
  { issuer, verificationMethod }: Maker,
  algorithm: Algorithm,
  trust: Trust,
): readonly TrustedKey[] | VerdictReason {
  const named = trust.key(verificationMethod);
  const isNamedByIssuer = verificationMethod.split('#')[0] === issuer;
  const ofIssuer = ({ controller }: TrustedKey) => issuer !== undefined && isSameIssuer(controller, issuer);
  const all = trust.keysFor();
  const known = isNamedByIssuer ? [] : all.filter(ofIssuer);
  const own = named && ofIssuer(named) && (!isNamedByIssuer || trust.issuer(named.controller)) ? [named] : [];
  const candidates = new Set([...own, ...known, ...all.filter(({ controller }) => controller === '')]);
  const fitting = [...candidates].filter((key) => fits(key, algorithm));
  if (fitting.length > 0) return fitting;
  if (named && named.controller !== '' && !ofIssuer(named)) return 'KEY_NOT_OF_ISSUER';
  return candidates.size > 0 || (issuer !== undefined && trust.issuer(issuer)) ? 'KEY_UNKNOWN' : 'ISSUER_UNKNOWN';
}

/** DIVOC wrote `https://cowin.gov.in/` and `https://cowin.gov.in` alike. */
const isSameIssuer = (a: string, b: string): boolean => a !== '' && a.replace(/\/$/, '') === b.replace(/\/$/, '');
