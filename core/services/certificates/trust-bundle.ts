import { revocationHash } from '../../internal/revocation-hash.js';
import type { NotHolding } from './status-store.js';
import type { TrustBundle } from './trust-bundle-file.js';

export interface TrustBundleInput {
  readonly did: string;
  readonly didDocument: unknown;
  /** Certificate types by hash. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly notHolding: NotHolding;
  /** Signed, by URL. */
  readonly statusLists: Readonly<Record<string, unknown>>;
}

/** What is to be signed as the issuer's bundle. The list of what was revoked is always there: without one a verifier would not know whether there is any. */
export function trustBundle({
  did,
  didDocument,
  contexts,
  notHolding: { ended, suspended, updated },
  statusLists,
}: TrustBundleInput): Omit<TrustBundle, 'issuer' | 'issued' | 'validUntil' | 'proof'> {
  // In the order of the hashes, which tells nothing of the order of the revocations.
  const hashesOf = (ids: readonly string[]) => ids.map((id) => revocationHash(`urn:uuid:${id}`)).sort();
  const paused = suspended.length > 0 && { suspended: hashesOf(suspended) };
  const revocations = [{ issuer: did, ...(updated !== undefined && { updated }), hashes: hashesOf(ended), ...paused }];
  return { divocTrust: 1, didDocuments: [didDocument], contexts, revocations, statusLists };
}
