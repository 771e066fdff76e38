import { type CredentialType, contentHash, type Trust } from '../api/index.js';
import { revocationHash } from '../internal/revocation-hash.js';
import { keyRing } from './key-ring.js';
import type { PublishedKey } from './published-key.js';
import { revocationList } from './revocation-list.js';
import { isRecord, TrustBundleError } from './trust-bundle-error.js';
import { trustItem } from './trust-item.js';

/** What an issuer publishes for verifiers, as one JSON file: public keys, certificate types, and hashes of what has ended. */
export interface TrustBundle {
  readonly divocTrust: 1;
  readonly didDocuments?: readonly unknown[];
  readonly contexts?: Readonly<Record<string, unknown>>;
  readonly revocations?: readonly unknown[];
}

/** What bundles say together: whom to believe, and what no longer. */
export interface BundleTrust extends Trust {
  /** Has this issuer ended this certificate (`urn:uuid:…`)? Undefined when nobody has given a list of that issuer. */
  hasEnded(issuer: string, credentialId: string): boolean | undefined;
}

/**
 * Builds trust from whatever is trusted, one by one or in arrays: see `trustItem` for its forms.
 *
 * Throws a TrustBundleError for what is malformed, for a context that does not fit its hash, and for two bundles that
 * disagree on a key. They merge to the stricter side: revoked anywhere is revoked, and the earliest expiry counts.
 */
export function loadTrustBundles(bundles: readonly unknown[]): BundleTrust {
  const published: PublishedKey[] = [];
  const types = new Map<string, CredentialType['document']>();
  const lists = new Map<string, Set<string>>();
  for (const bundle of bundles.flat()) {
    const { keys, contexts, revocations } = trustItem(bundle);
    published.push(...keys);
    for (const [hash, document] of Object.entries(contexts)) types.set(hash, typeDocument(hash, document));
    for (const { issuer, hashes } of revocations.map(revocationList)) lists.set(issuer, new Set([...(lists.get(issuer) ?? []), ...hashes]));
  }
  return {
    ...keyRing(published),
    type: (hash) => types.get(hash),
    hasEnded: (issuer, credentialId) => lists.get(issuer)?.has(revocationHash(credentialId)),
  };
}

function typeDocument(hash: string, document: unknown): CredentialType['document'] {
  if (
    !isRecord(document) ||
    typeof document.base !== 'string' ||
    typeof document.type !== 'string' ||
    !isRecord(document.schema) ||
    !isRecord(document['@context'])
  ) {
    throw new TrustBundleError(`context ${hash} is not a certificate type: it needs '@context', base, type and schema`);
  }
  if (contentHash(document) !== hash) throw new TrustBundleError(`context ${hash} does not match its hash; it was altered, or cut short`);
  return frozen(structuredClone(document)) as unknown as CredentialType['document'];
}

/** What was hashed stays what is used, whoever holds the bundle. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
