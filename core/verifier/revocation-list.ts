import { RECORD_FORMATS } from '../api/index.js';
import { REVOCATION_HASH } from '../internal/revocation-hash.js';
import { isRecord, TrustBundleError } from './trust-bundle-error.js';

export interface RevocationList {
  readonly issuer: string;
  readonly hashes: readonly string[];
}

/**
 * Reads one issuer's list: `{ issuer, updated?, hashes }`.
 *
 * Throws a TrustBundleError for whatever is malformed: a hash that is cut short would revoke nothing.
 */
export function revocationList(value: unknown): RevocationList {
  if (!isRecord(value)) throw new TrustBundleError('a list of revocations must be a JSON object');
  const { issuer, updated, hashes, ...others } = value;
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw new TrustBundleError(`'${stranger}' is not a member of a list of revocations`);
  if (typeof issuer !== 'string' || !/^did:[a-z0-9]+:\S+$/.test(issuer))
    throw new TrustBundleError('a list of revocations needs the DID of its issuer');
  if (updated !== undefined && !(typeof updated === 'string' && RECORD_FORMATS['date-time'](updated))) {
    throw new TrustBundleError(`updated in the revocations of ${issuer} must be an RFC 3339 instant with its offset`);
  }
  if (!Array.isArray(hashes) || !hashes.every((hash) => typeof hash === 'string' && REVOCATION_HASH.test(hash))) {
    throw new TrustBundleError(`hashes in the revocations of ${issuer} must be an array of base64url texts of 22 characters`);
  }
  return { issuer, hashes };
}
