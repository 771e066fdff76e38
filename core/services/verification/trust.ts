import { type CredentialType, contentHash, type Trust, type TrustedKey } from '../../api/index.js';
import { revocationHash } from '../../internal/revocation-hash.js';
import { trustedKeysOf } from './did-document.js';
import { revocationList } from './revocation-list.js';
import { isRecord, TrustBundleError } from './trust-bundle-error.js';

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
 * Builds trust from bundles: `{ divocTrust: 1, didDocuments, contexts, revocations }`, bare DID documents, or arrays of either.
 *
 * Throws a TrustBundleError for what is malformed, for a context that does not fit its hash, and for two bundles that
 * disagree on a key. They merge to the stricter side: revoked anywhere is revoked, and the earliest expiry counts.
 */
export function loadTrustBundles(bundles: readonly unknown[]): BundleTrust {
  const keys = new Map<string, TrustedKey>();
  const types = new Map<string, CredentialType['document']>();
  const lists = new Map<string, Set<string>>();
  for (const bundle of bundles.flat()) {
    const { didDocuments, contexts, revocations } = partsOf(bundle);
    for (const key of didDocuments.flatMap(trustedKeysOf)) keys.set(key.id, merge(keys.get(key.id), key));
    for (const [hash, document] of Object.entries(contexts)) types.set(hash, typeDocument(hash, document));
    for (const { issuer, hashes } of revocations.map(revocationList)) lists.set(issuer, new Set([...(lists.get(issuer) ?? []), ...hashes]));
  }
  const issuers = new Set([...keys.values()].map(({ controller }) => controller));
  return {
    key: (id) => keys.get(id),
    issuer: (did) => issuers.has(did),
    type: (hash) => types.get(hash),
    keysFor: (kid) => [...keys.values()].filter((key) => kid === undefined || key.kid === undefined || key.kid === kid),
    hasEnded: (issuer, credentialId) => lists.get(issuer)?.has(revocationHash(credentialId)),
  };
}

function partsOf(bundle: unknown): Required<Omit<TrustBundle, 'divocTrust'>> {
  if (!isRecord(bundle)) throw new TrustBundleError('a trust bundle must be a JSON object');
  if (!('divocTrust' in bundle)) return { didDocuments: [bundle], contexts: {}, revocations: [] };
  const { divocTrust, didDocuments = [], contexts = {}, revocations = [], ...others } = bundle;
  if (divocTrust !== 1) throw new TrustBundleError('divocTrust must be 1; a newer file needs a newer DIVOC');
  const [stranger] = Object.keys(others);
  if (stranger !== undefined) throw new TrustBundleError(`'${stranger}' is not a member of a trust bundle`);
  if (!Array.isArray(didDocuments)) throw new TrustBundleError('didDocuments must be an array');
  if (!isRecord(contexts)) throw new TrustBundleError('contexts must be an object of documents by hash');
  if (!Array.isArray(revocations)) throw new TrustBundleError('revocations must be an array of lists, one an issuer');
  return { didDocuments, contexts, revocations };
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

function merge(known: TrustedKey | undefined, key: TrustedKey): TrustedKey {
  if (!known) return key;
  if (known.publicKeyMultibase !== key.publicKeyMultibase) throw new TrustBundleError(`two bundles give ${key.id} different keys`);
  const revoked = known.revoked ?? key.revoked;
  const expires = [known.expires, key.expires].filter((instant) => instant !== undefined).sort((a, b) => Date.parse(a) - Date.parse(b))[0];
  return { ...key, ...(revoked !== undefined && { revoked }), ...(expires !== undefined && { expires }) };
}
