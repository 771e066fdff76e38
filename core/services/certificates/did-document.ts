import { certificatesPem, jwkOfMultikey, jwkThumbprint } from '../../api/index.js';
import type { SignerKey } from '../../internal/index.js';

/** Purposes whose keys sign no certificates: they are nobody's to verify certificates with. */
const NOT_FOR_CERTIFICATES: readonly string[] = ['log', 'trust', 'authority'];

/** The keys that have signed certificates, or will. */
export const certificateKeys = (keys: readonly SignerKey[]): readonly SignerKey[] =>
  keys.filter(({ purpose }) => !NOT_FOR_CERTIFICATES.includes(purpose));

/**
 * The issuer's DID document (https://www.w3.org/TR/cid-1.0/): every key that ever signed, with the end of those that ended.
 * A key with a certificate is shown as JWK, which can hold it.
 */
export function didDocument(did: string, all: readonly SignerKey[]): Readonly<Record<string, unknown>> {
  const keys = certificateKeys(all);
  return {
    '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/multikey/v1', 'https://w3id.org/security/jwk/v1'],
    id: did,
    verificationMethod: keys.map(({ id, publicKeyMultibase, certificates, revoked, expires }) => ({
      id: `${did}#${id}`,
      ...(certificates
        ? { type: 'JsonWebKey', controller: did, publicKeyJwk: publishedJwk({ publicKeyMultibase, certificates }) }
        : { type: 'Multikey', controller: did, publicKeyMultibase }),
      ...(revoked !== undefined && { revoked }),
      ...(expires !== undefined && { expires }),
    })),
    assertionMethod: keys.map(({ id }) => `${did}#${id}`),
  };
}

/** The public keys as a JWK set (RFC 7517), without those that were revoked: a set has no word for that. */
export function jwkSet(all: readonly SignerKey[]): Readonly<Record<string, unknown>> {
  const keys = certificateKeys(all).filter(({ revoked }) => revoked === undefined);
  const published = keys.map(({ algorithm, ...key }) => ({
    ...publishedJwk(key),
    use: 'sig',
    alg: algorithm === 'Ed25519' ? 'EdDSA' : algorithm,
  }));
  return { keys: published };
}

/** The certificates of document signers with their chains (PEM), without those of keys that were revoked. */
export function signerCertificates(all: readonly SignerKey[]): string {
  const chains = certificateKeys(all)
    .filter(({ revoked }) => revoked === undefined)
    .flatMap(({ certificates = [] }) => certificates);
  return certificatesPem([...new Set(chains)]);
}

function publishedJwk({ publicKeyMultibase, certificates }: Pick<SignerKey, 'publicKeyMultibase' | 'certificates'>) {
  const jwk = jwkOfMultikey(publicKeyMultibase);
  if (!jwk) throw new Error(`the signer has a key of a kind that is not known here: ${publicKeyMultibase}`);
  return { ...jwk, kid: jwkThumbprint(jwk), ...(certificates && { x5c: certificates }) };
}
