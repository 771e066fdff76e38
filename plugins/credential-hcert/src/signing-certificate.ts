import { createHash, X509Certificate } from 'node:crypto';
import { keptByName, multikeyOfJwk, type PublicJwk, type SealIntent, type Trust, type TrustedKey } from '@divoc/core/api';
import { unfit } from './unfit.js';

/** The key that an intent is sealed with, as a verifier will know it: by its X.509 certificate. */
export interface SigningCertificate {
  /** The first 8 bytes of the SHA-256 of the certificate. */
  readonly kid: Uint8Array;
  /** Instants, RFC 3339. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** Trusts this key and no other, as the issuer's. */
  readonly trust: Trust;
}

/** Throws a Refusal (422) when the key has no certificate, or one of another key. */
export function signingCertificate({ key, issuer }: Pick<SealIntent, 'key' | 'issuer'>): SigningCertificate {
  const [der] = key?.certificates ?? [];
  const known = der === undefined ? undefined : certificateOf(der);
  if (key?.algorithm !== 'ES256' || der === undefined || !known)
    throw unfit(
      '',
      'the key has no X.509 certificate',
      'Make a key for the purpose hcert, with a certificate of the authority that signs for it.',
    );
  const { kid, publicKeyJwk, notBefore, notAfter, isAuthority, extendedKeyUsage } = known;
  if (multikeyOfJwk(publicKeyJwk) !== key.publicKeyMultibase)
    throw unfit('', "the key's X.509 certificate is that of another key", 'Put the certificate of this very key first.');
  const certificate = { der, notBefore, notAfter, isAuthority, ...(extendedKeyUsage && { extendedKeyUsage }) };
  const trusted: TrustedKey = { id: kid.toString('base64'), controller: issuer, publicKeyJwk, certificate };
  const keysFor = (wanted?: string) => (wanted === undefined || wanted === trusted.id ? [trusted] : []);
  return { kid, notBefore, notAfter, trust: { key: () => undefined, issuer: (did) => did === issuer, type: () => undefined, keysFor } };
}

/** What verifiers need of a certificate, by its DER in base64. Reading it takes longer than signing with its key. */
const certificateOf = keptByName((der) => {
  try {
    const x509 = new X509Certificate(Buffer.from(der, 'base64'));
    return {
      kid: createHash('sha256').update(x509.raw).digest().subarray(0, 8),
      publicKeyJwk: x509.publicKey.export({ format: 'jwk' }) as PublicJwk,
      notBefore: new Date(x509.validFrom).toISOString(),
      notAfter: new Date(x509.validTo).toISOString(),
      isAuthority: x509.ca,
      extendedKeyUsage: x509.keyUsage as readonly string[] | undefined,
    };
  } catch {
    return undefined;
  }
});
