import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { RSAPublicKey } from '@peculiar/asn1-rsa';
import { AsnConvert } from '@peculiar/asn1-schema';
import { BasicConstraints, Certificate, ExtendedKeyUsage, type Name, SubjectPublicKeyInfo } from '@peculiar/asn1-x509';
import { coordinates, type KeyCertificate, type PublicJwk, toBase64, toBase64url } from '../api/index.js';
import { publicJwk } from './public-keys.js';
import { TrustBundleError, UnknownKeyKind } from './trust-bundle-error.js';

const OID = {
  country: '2.5.4.6',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  ecPublicKey: '1.2.840.10045.2.1',
  rsaEncryption: '1.2.840.113549.1.1.1',
  rsaPss: '1.2.840.113549.1.1.10',
  ed25519: '1.3.101.112',
} as const;

/** With the DER of their object identifiers, in hex. */
const CURVES = [
  { crv: 'P-256', oid: '06082a8648ce3d030107', point: p256.Point },
  { crv: 'P-384', oid: '06052b81040022', point: p384.Point },
  { crv: 'P-521', oid: '06052b81040023', point: p521.Point },
] as const;

export interface CertifiedKey {
  readonly jwk: PublicJwk;
  readonly certificate: KeyCertificate;
  /** base64 of the first 8 bytes of the SHA-256 of the DER, as HCERT names its keys (eHN-SCP, 3.3.2). */
  readonly kid: string;
}

/** The key of an X.509 certificate (RFC 5280). Its signature is not checked: whoever gives it as trusted says so. Throws a TrustBundleError. */
export function keyOfCertificate(der: Uint8Array): CertifiedKey {
  const { tbsCertificate } = parsed(der, Certificate, 'a certificate');
  const { subject, issuer, validity, extensions = [], subjectPublicKeyInfo } = tbsCertificate;
  const extension = <T>(oid: string, type: new () => T): T | undefined => {
    const found = extensions.find(({ extnID }) => extnID === oid);
    return found && parsed(new Uint8Array(found.extnValue.buffer), type, 'an extension of a certificate');
  };
  const usage = extension(OID.extendedKeyUsage, ExtendedKeyUsage);
  const country = countryOf(subject) ?? countryOf(issuer);
  return {
    jwk: jwkOfSpki(subjectPublicKeyInfo),
    kid: toBase64(sha256(der).slice(0, 8)),
    certificate: {
      der: toBase64(der),
      notBefore: validity.notBefore.getTime().toISOString(),
      notAfter: validity.notAfter.getTime().toISOString(),
      ...(country !== undefined && { country }),
      ...(usage && { extendedKeyUsage: [...usage] }),
      isAuthority: extension(OID.basicConstraints, BasicConstraints)?.cA === true,
    },
  };
}

/** The key of a SubjectPublicKeyInfo. Throws a TrustBundleError. */
export const keyOfSpki = (der: Uint8Array): PublicJwk => jwkOfSpki(parsed(der, SubjectPublicKeyInfo, 'a public key'));

/** A bare RSA key (PKCS #1). */
export function keyOfPkcs1(der: Uint8Array): PublicJwk {
  const { modulus, publicExponent } = parsed(der, RSAPublicKey, 'an RSA public key');
  return publicJwk({ kty: 'RSA', n: toBase64url(trimmed(modulus)), e: toBase64url(trimmed(publicExponent)) });
}

function jwkOfSpki({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): PublicJwk {
  const bits = new Uint8Array(subjectPublicKey);
  switch (algorithm.algorithm) {
    case OID.ed25519:
      return publicJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64url(bits) });
    case OID.rsaEncryption:
    case OID.rsaPss:
      return keyOfPkcs1(bits);
    case OID.ecPublicKey: {
      const curve = curveOf(bytesToHex(new Uint8Array(algorithm.parameters ?? [])));
      if (curve) return publicJwk({ kty: 'EC', crv: curve.crv, ...coordinates(wholePoint(curve, bits)) });
    }
  }
  throw new UnknownKeyKind('a key is of a kind that is not known here; Ed25519, P-256, P-384, P-521 and RSA are');
}

/**
 * A curve by its name, or by its own numbers, as ICAO has them written out in passport certificates (Doc 9303-12, 4.2). The
 * curve that is then used is ours: numbers beside the field and the order could not put another one in its place.
 */
function curveOf(parameters: string) {
  const isExplicit = parameters.startsWith('30');
  const hex = (number: bigint) => number.toString(16);
  return CURVES.find(({ oid, point }) => {
    const { p, n } = point.CURVE();
    return isExplicit ? parameters.includes(hex(p)) && parameters.includes(hex(n)) : parameters === oid;
  });
}

/** As both coordinates, also where one and a sign are written (RFC 5480, section 2.2). */
function wholePoint({ crv, point }: (typeof CURVES)[number], bytes: Uint8Array): Uint8Array {
  try {
    return point.fromBytes(bytes).toBytes(false);
  } catch (cause) {
    throw new TrustBundleError(`a ${crv} key is not a point of that curve`, { cause });
  }
}

function countryOf(name: Name): string | undefined {
  const value = name
    .flatMap((part) => [...part])
    .find(({ type }) => type === OID.country)
    ?.value.toString();
  return value !== undefined && /^[A-Za-z]{2,3}$/.test(value) ? value.toUpperCase() : undefined;
}

/** DER writes a zero before a number whose first bit is set. */
function trimmed(number: ArrayBuffer): Uint8Array {
  const bytes = new Uint8Array(number);
  return bytes[0] === 0 ? bytes.slice(1) : bytes;
}

function parsed<T>(der: Uint8Array, type: new () => T, what: string): T {
  try {
    return AsnConvert.parse(der, type);
  } catch (cause) {
    throw new TrustBundleError(`${what} is not the DER that it should be`, { cause });
  }
}
