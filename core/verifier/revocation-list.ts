import { isObject, RECORD_FORMATS } from '../api/index.js';
import { REVOCATION_HASH } from '../internal/revocation-hash.js';
import { TrustBundleError } from './trust-bundle-error.js';

export interface RevocationList {
  readonly issuer: string;
  readonly hashes: readonly string[];
  readonly suspended: readonly string[];
}

/**
 * Reads one issuer's list: `{ issuer, updated?, hashes, suspended? }`.
 *
 * Throws a TrustBundleError for whatever is malformed: a hash that is cut short would revoke nothing.
 */
export function revocationList(value: unknown): RevocationList {
  if (!isObject(value)) throw new TrustBundleError('a list of revocations must be a JSON object');
  const { issuer, updated, hashes, suspended = [], ...others } = value;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw new TrustBundleError(`'${stranger}' is not a member of a list of revocations`);
  if (typeof issuer !== 'string' || !/^did:[a-z0-9]+:\S+$/.test(issuer))
    throw new TrustBundleError('a list of revocations needs the DID of its issuer');
  if (updated !== undefined && !(typeof updated === 'string' && RECORD_FORMATS['date-time'](updated))) {
    throw new TrustBundleError(`updated in the revocations of ${issuer} must be an RFC 3339 instant with its offset`);
  }
  if (!areHashes(hashes) || !areHashes(suspended)) {
    throw new TrustBundleError(`hashes in the revocations of ${issuer} must be arrays of base64url texts of 22 characters`);
  }
  return { issuer, hashes, suspended };
}

const areHashes = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((hash) => typeof hash === 'string' && REVOCATION_HASH.test(hash));
