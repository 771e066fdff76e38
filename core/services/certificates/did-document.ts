import type { SignerKey } from '../../internal/index.js';

/**
 * The issuer's DID document (https://www.w3.org/TR/cid-1.0/): every key that ever signed, with the end of those that ended.
 */
export function didDocument(did: string, keys: readonly SignerKey[]): Readonly<Record<string, unknown>> {
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1'],
    id: did,
    verificationMethod: keys.map(({ id, publicKeyMultibase, revoked, expires }) => ({
      id: `${did}#${id}`,
      type: 'Multikey',
      controller: did,
      publicKeyMultibase,
      ...(revoked !== undefined && { revoked }),
      ...(expires !== undefined && { expires }),
    })),
    assertionMethod: keys.map(({ id }) => `${did}#${id}`),
  };
}
