import { type CredentialType, contentHash, isObject, type Trust } from '../api/index.js';
import { revocationHash } from '../internal/revocation-hash.js';
import { keyRing } from './key-ring.js';
import type { PublishedKey } from './published-key.js';
import { revocationList } from './revocation-list.js';
import { TrustBundleError } from './trust-bundle-error.js';
import { trustItem } from './trust-item.js';
import { type PinnedTrust, pinnedBundles, pinnedTrust, type TrustPins } from './trust-pins.js';

/** What an issuer publishes for verifiers, as one JSON file: public keys, certificate types, and hashes of what has ended. */
export interface TrustBundle {
  readonly divocTrust: 1;
  /** The DID of whoever publishes it. */
  readonly issuer?: string;
  /** RFC 3339; with `validUntil` how long it may be relied on. */
  readonly issued?: string;
  readonly validUntil?: string;
  readonly didDocuments?: readonly unknown[];
  readonly contexts?: Readonly<Record<string, unknown>>;
  readonly revocations?: readonly unknown[];
  /** Signed status lists (https://www.w3.org/TR/vc-bitstring-status-list/) by the URL where they are served. */
  readonly statusLists?: Readonly<Record<string, unknown>>;
  /** One proof or several, each by a key that verifiers pin: see `BundleProof`. */
  readonly proof?: unknown;
}

/** Ended: revoked, or replaced by another certificate. */
export type Standing = 'active' | 'suspended' | 'ended';

/** What bundles say together: whom to believe, and what no longer. */
export interface BundleTrust extends Trust {
  /** What this issuer's lists say of this certificate (`urn:uuid:…`). Undefined when nobody has given a list of that issuer. */
  standing(issuer: string, credentialId: string): Standing | undefined;
  /** What was given as the status list of this URL, not yet verified. */
  statusLists(url: string): readonly unknown[];
  /** Undefined when all was taken on the word of whoever gave it. */
  readonly pinned?: PinnedTrust;
}

/**
 * Builds trust from whatever is trusted, one by one or in arrays: see `trustItem` for its forms.
 *
 * With `pins`, each has to be signed by a pinned key: see `pinnedBundles`. Without, whoever calls says that they are the right ones.
 * Throws a TrustBundleError for what is malformed or not signed so, for a context that does not fit its hash, and for two bundles
 * that disagree on a key. They merge to the stricter side: revoked anywhere is revoked, and the earliest expiry counts.
 */
export function loadTrustBundles(bundles: readonly unknown[], pins?: TrustPins): BundleTrust {
  const pinned = pins && pinnedTrust(pinnedBundles(bundles.flat(), pins), pins.seen);
  const published: PublishedKey[] = [];
  const types = new Map<string, CredentialType['document']>();
  const lists = new Map<string, RevocationSets[]>();
  const statusLists = new Map<string, unknown[]>();
  for (const bundle of bundles.flat()) {
    const { keys, contexts, revocations, statusLists: given } = trustItem(bundle);
    for (const [url, list] of Object.entries(given)) statusLists.set(url, [...(statusLists.get(url) ?? []), list]);
    published.push(...keys);
    for (const [hash, document] of Object.entries(contexts)) types.set(hash, typeDocument(hash, document));
    for (const { issuer, hashes, suspended } of revocations.map(revocationList)) {
      // Several bundles of one issuer: an older one beside a newer one takes nothing back.
      lists.set(issuer, [...(lists.get(issuer) ?? []), { ended: new Set(hashes), suspended: new Set(suspended) }]);
    }
  }
  return {
    ...(pinned && { pinned }),
    ...keyRing(published),
    statusLists: (url) => statusLists.get(url) ?? [],
    type: (hash) => types.get(hash),
    standing(issuer, credentialId) {
      const hash = revocationHash(credentialId);
      const given = lists.get(issuer);
      if (given?.some(({ ended }) => ended.has(hash))) return 'ended';
      return given && (given.some(({ suspended }) => suspended.has(hash)) ? 'suspended' : 'active');
    },
  };
}

/** Of one list, as it came: there may be a hundred thousand in it. */
interface RevocationSets {
  readonly ended: ReadonlySet<string>;
  readonly suspended: ReadonlySet<string>;
}

function typeDocument(hash: string, document: unknown): CredentialType['document'] {
  if (
    !isObject(document) ||
    typeof document.base !== 'string' ||
    typeof document.type !== 'string' ||
    !isObject(document.schema) ||
    !isObject(document['@context'])
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
