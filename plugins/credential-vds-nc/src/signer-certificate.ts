import { fromBase64, keptByName, type PublicJwk, toBase64 } from '@divoc/core/api';
import { ECDSASigValue } from '@peculiar/asn1-ecc';
import { RsaSaPssParams } from '@peculiar/asn1-rsa';
import { AsnConvert } from '@peculiar/asn1-schema';
import { BasicConstraints, Certificate, id_ce_basicConstraints, id_ce_keyUsage, KeyUsage, KeyUsageFlags } from '@peculiar/asn1-x509';
import type { SealAlgorithm } from './vds-nc.js';

/** What a seal's own certificate says; nothing of it is believed before somebody trusted has signed it. */
export interface SignerCertificate {
  /** base64 of the DER. */
  readonly der: string;
  /** Names as base64 of their DER, to be compared (RFC 5280, section 7.1; those who issue copy them byte for byte). */
  readonly subject: string;
  readonly issuer: string;
  readonly notBefore: string;
  readonly notAfter: string;
  /** False of a certificate that says it is for something else: for signing others, or for encryption. */
  readonly maySignSeals: boolean;
  readonly parsed: Certificate;
}

/** Larger ones are no signers' of seals, and not worth the room. */
const MOST_KEPT_BYTES = 4096;

/** Undefined for what is no X.509 certificate. A country has a few signers, and reading one takes longer than a signature. */
export function readCertificate(der: Uint8Array): SignerCertificate | undefined {
  return der.length > MOST_KEPT_BYTES ? parsed(der) : kept(toBase64(der));
}

const kept = keptByName((der) => parsed(fromBase64(der) ?? new Uint8Array()));

function parsed(der: Uint8Array): SignerCertificate | undefined {
  try {
    const parsed = AsnConvert.parse(der, Certificate);
    const { subject, issuer, validity, extensions = [] } = parsed.tbsCertificate;
    const extension = (oid: string) => extensions.find(({ extnID }) => extnID === oid)?.extnValue.buffer;
    const [constraints, usage] = [extension(id_ce_basicConstraints), extension(id_ce_keyUsage)];
    const isAuthority = constraints !== undefined && AsnConvert.parse(constraints, BasicConstraints).cA;
    const isForSigning = usage === undefined || (AsnConvert.parse(usage, KeyUsage).toNumber() & KeyUsageFlags.digitalSignature) !== 0;
    return {
      der: toBase64(der),
      subject: toBase64(new Uint8Array(AsnConvert.serialize(subject))),
      issuer: toBase64(new Uint8Array(AsnConvert.serialize(issuer))),
      notBefore: validity.notBefore.getTime().toISOString(),
      notAfter: validity.notAfter.getTime().toISOString(),
      maySignSeals: !isAuthority && isForSigning,
      parsed,
    };
  } catch {
    return undefined;
  }
}

const CURVES: Readonly<Record<SealAlgorithm, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' };

/** By algorithm: asked for with another one than its own, a certificate has no key, and its own must not be lost by that. */
const keys: Readonly<Record<SealAlgorithm, WeakMap<SignerCertificate, Promise<PublicJwk | undefined>>>> = {
  ES256: new WeakMap(),
  ES384: new WeakMap(),
  ES512: new WeakMap(),
};

/** The key of a certificate, if it is one that this algorithm signs with; the same object every time. */
export function jwkOfCertificate(certificate: SignerCertificate, algorithm: SealAlgorithm): Promise<PublicJwk | undefined> {
  const known = keys[algorithm].get(certificate) ?? exported(certificate, CURVES[algorithm]);
  keys[algorithm].set(certificate, known);
  return known;
}

async function exported({ parsed }: SignerCertificate, namedCurve: string): Promise<PublicJwk | undefined> {
  const spki = AsnConvert.serialize(parsed.tbsCertificate.subjectPublicKeyInfo);
  try {
    const key = await crypto.subtle.importKey('spki', spki, { name: 'ECDSA', namedCurve }, true, ['verify']);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', key);
    return kty === undefined ? undefined : { kty, crv, x, y };
  } catch {
    return undefined;
  }
}

const HASHES: Readonly<Record<string, string>> = {
  // ecdsa-with-SHA256 and its likes (RFC 5758); sha256WithRSAEncryption and its likes (RFC 4055).
  '1.2.840.10045.4.3.2': 'SHA-256',
  '1.2.840.10045.4.3.3': 'SHA-384',
  '1.2.840.10045.4.3.4': 'SHA-512',
  '1.2.840.113549.1.1.11': 'SHA-256',
  '1.2.840.113549.1.1.12': 'SHA-384',
  '1.2.840.113549.1.1.13': 'SHA-512',
  // The hashes themselves, in the parameters of RSASSA-PSS.
  '2.16.840.1.101.3.4.2.1': 'SHA-256',
  '2.16.840.1.101.3.4.2.2': 'SHA-384',
  '2.16.840.1.101.3.4.2.3': 'SHA-512',
};
const RSA_PSS = '1.2.840.113549.1.1.10';
/** Bytes of a coordinate. */
const SIZES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** True when the certificate was signed with the private half of this key: EC of the three curves, or RSA with SHA-2. */
export async function isIssuedWith({ parsed }: SignerCertificate, jwk: PublicJwk): Promise<boolean> {
  const { algorithm: oid, parameters } = parsed.signatureAlgorithm;
  const signature = new Uint8Array(parsed.signatureValue);
  const signed = parsed.tbsCertificateRaw;
  const { kty, crv, x, y, n, e } = jwk;
  if (!signed) return false;
  try {
    if (kty === 'EC') {
      const [hash, size] = [HASHES[oid], SIZES[String(crv)]];
      if (hash === undefined || size === undefined) return false;
      const key = await crypto.subtle.importKey('jwk', { kty, crv, x, y } as object, { name: 'ECDSA', namedCurve: String(crv) }, false, [
        'verify',
      ]);
      return await crypto.subtle.verify({ name: 'ECDSA', hash }, key, plainSignature(signature, size), signed);
    }
    const pss = oid === RSA_PSS && parameters ? AsnConvert.parse(parameters, RsaSaPssParams) : undefined;
    const hash = HASHES[pss ? pss.hashAlgorithm.algorithm : oid];
    if (kty !== 'RSA' || hash === undefined) return false;
    const name = pss ? 'RSA-PSS' : 'RSASSA-PKCS1-v1_5';
    const key = await crypto.subtle.importKey('jwk', { kty, n, e } as object, { name, hash }, false, ['verify']);
    return await crypto.subtle.verify(pss ? { name, saltLength: pss.saltLength } : { name }, key, signature, signed);
  } catch {
    return false;
  }
}

/** r||s of the DER that X.509 has. Throws for what is neither. */
function plainSignature(der: Uint8Array, size: number): Uint8Array {
  const { r, s } = AsnConvert.parse(der, ECDSASigValue);
  const plain = new Uint8Array(2 * size);
  for (const [index, number] of [r, s].entries()) {
    const bytes = new Uint8Array(number);
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = start < 0 ? new Uint8Array() : bytes.slice(start);
    plain.set(digits, (index + 1) * size - digits.length);
  }
  return plain;
}
