import type { KeyObject } from 'node:crypto';
import { createPublicKey, webcrypto } from 'node:crypto';
import { SignerError } from '@divoc/core/internal';

/** Whose certificates they are; C and O of their subjects. */
export interface Authority {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly organization: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const YEAR = 365 * 24 * 3600 * 1000;
/** Document signers for test, vaccination and recovery (eHN-SCP; WHO's tng-participant-template has the same profile). */
const EXTENDED_KEY_USAGE = ['1.3.6.1.4.1.1847.2021.1.1', '1.3.6.1.4.1.1847.2021.1.2', '1.3.6.1.4.1.1847.2021.1.3'];

/** Loaded when a certificate is made: the library needs reflect-metadata, which changes a global of the whole process. */
async function library() {
  await import('reflect-metadata');
  return import('@peculiar/x509');
}

/** A certificate authority's own certificate (SCA, CSCA): four years, signs document signers and nothing below them. PEM. */
export async function authorityCertificate(key: KeyObject, { country, organization }: Authority, now: Date): Promise<string> {
  const x509 = await library();
  const keys = await pairOf(key);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: nameOf({ country, organization }, 'Signing certificate authority'),
    notBefore: now,
    notAfter: new Date(now.getTime() + 4 * YEAR),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n`;
}

/** A document signer's certificate: two years, signed by the authority. PEM, the signer's first and the authority's behind it. */
export async function signerCertificate(
  key: KeyObject,
  authority: { readonly key: KeyObject; readonly certificate: string },
  now: Date,
): Promise<string> {
  const x509 = await library();
  const issuer = new x509.X509Certificate(authority.certificate);
  const keys = await pairOf(key);
  const notAfter = new Date(Math.min(now.getTime() + 2 * YEAR, issuer.notAfter.getTime()));
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: issuer.subject.replace(/CN=.*/, 'CN=Document signer'),
    issuer: issuer.subject,
    notBefore: now,
    notAfter,
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: (await pairOf(authority.key)).privateKey,
    extensions: [
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(EXTENDED_KEY_USAGE),
      await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${certificate.toString('pem')}\n${authority.certificate}`;
}

/** A request (PKCS #10, PEM) that an authority elsewhere makes a certificate of. */
export async function certificateRequest(key: KeyObject, authority: Authority): Promise<string> {
  const x509 = await library();
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: nameOf(authority, 'Document signer'),
    keys: await pairOf(key),
    signingAlgorithm: ALGORITHM,
  });
  return `${request.toString('pem')}\n`;
}

/** DER in base64 of each certificate of a PEM chain, whose first must be of this key. Throws a SignerError. */
export function chainOf(pem: string, key: KeyObject, where: string): readonly string[] {
  const blocks = [...pem.matchAll(/-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/g)];
  const chain = blocks.map(([, body = '']) => body.replaceAll(/\s/g, ''));
  const invalid = (what: string) =>
    new SignerError(
      'SIGNER_CERTIFICATE_INVALID',
      `${where} ${what}`,
      "Give PEM with the key's own certificate first, and those that signed it behind it.",
    );
  const [own] = blocks;
  if (!own) throw invalid('holds no certificate in PEM');
  let certified: KeyObject;
  try {
    certified = createPublicKey(own[0]);
  } catch {
    throw invalid('begins with something that is no certificate');
  }
  if (!certified.equals(createPublicKey(key))) throw invalid('begins with the certificate of another key');
  return chain;
}

const nameOf = ({ country, organization }: Authority, commonName: string) => [
  { C: [country] },
  { O: [organization] },
  { CN: [commonName] },
];

/** 16 random bytes, positive (RFC 5280, section 4.1.2.2). */
function serialNumber(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}

async function pairOf(key: KeyObject): Promise<CryptoKeyPair> {
  const { subtle } = webcrypto;
  const pkcs8 = key.export({ format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    privateKey: await subtle.importKey('pkcs8', pkcs8, ALGORITHM, false, ['sign']),
    publicKey: await subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
  };
}

type CryptoKeyPair = { privateKey: webcrypto.CryptoKey; publicKey: webcrypto.CryptoKey };
