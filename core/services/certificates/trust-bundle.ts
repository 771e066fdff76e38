import type { RevocationHashes } from './revocation-hashes.js';
import type { NotHolding } from './status-store.js';
import type { TrustBundle } from './trust-bundle-file.js';

export interface TrustBundleInput {
  readonly did: string;
  readonly didDocument: unknown;
  /** Certificate types by hash. */
  readonly contexts: Readonly<Record<string, unknown>>;
  readonly notHolding: NotHolding;
  readonly hashes: RevocationHashes;
  /** Signed, by URL. */
  readonly statusLists: Readonly<Record<string, unknown>>;
}

/** What is to be signed as the issuer's bundle. The list of what was revoked is always there: without one a verifier would not know whether there is any. */
export async function trustBundle({
  did,
  didDocument,
  contexts,
  notHolding: { ended, suspended, updated },
  hashes,
  statusLists,
}: TrustBundleInput): Promise<Omit<TrustBundle, 'issuer' | 'issued' | 'validUntil' | 'proof'>> {
  const paused = suspended.length > 0 && { suspended: await hashes.sorted(suspended) };
  const revocations = [{ issuer: did, ...(updated !== undefined && { updated }), hashes: await hashes.sorted(ended), ...paused }];
  return { divocTrust: 1, didDocuments: [didDocument], contexts, revocations, statusLists };
}
