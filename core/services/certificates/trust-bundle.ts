import { revocationHash } from '../../internal/revocation-hash.js';
import type { TrustBundle } from './trust-bundle-file.js';

export interface TrustBundleInput {
  readonly did: string;
  readonly didDocument: unknown;
  /** Certificate types by hash. */
  readonly contexts: Readonly<Record<string, unknown>>;
  /** Ids (UUIDs) of certificates that have ended, and when the last one did. */
  readonly ended: { readonly ids: readonly string[]; readonly updated?: string };
}

/** The issuer's bundle. The list of what was revoked is always there: without one a verifier would not know whether there is any. */
export function trustBundle({ did, didDocument, contexts, ended: { ids, updated } }: TrustBundleInput): TrustBundle {
  // In the order of the hashes, which tells nothing of the order of the revocations.
  const hashes = ids.map((id) => revocationHash(`urn:uuid:${id}`)).sort();
  const revocations = [{ issuer: did, ...(updated !== undefined && { updated }), hashes }];
  return { divocTrust: 1, didDocuments: [didDocument], contexts, revocations };
}
