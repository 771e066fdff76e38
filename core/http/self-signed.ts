import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { isIP } from 'node:net';
import { AsnConvert, OctetString } from '@peculiar/asn1-schema';
import {
  AlgorithmIdentifier,
  AttributeTypeAndValue,
  AttributeValue,
  Certificate,
  Extension,
  Extensions,
  GeneralName,
  Name,
  RelativeDistinguishedName,
  SubjectAlternativeName,
  SubjectPublicKeyInfo,
  TBSCertificate,
  Time,
  Validity,
  Version,
} from '@peculiar/asn1-x509';

const [COMMON_NAME, SUBJECT_ALTERNATIVE_NAME, ECDSA_WITH_SHA256] = ['2.5.4.3', '2.5.29.17', '1.2.840.10045.4.3.2'];
const WEEK = 7 * 24 * 3600 * 1000;

/** PEM. */
export interface TlsPair {
  readonly cert: string;
  readonly key: string;
}

/**
 * A key of this moment and a certificate that it has signed itself, for a week, `localhost` and `host`: for tests that want
 * https, and nobody's proof of anything.
 */
export function selfSigned(host: string, now: Date): TlsPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = new AlgorithmIdentifier({ algorithm: ECDSA_WITH_SHA256 as string });
  const name = new Name([
    new RelativeDistinguishedName([
      new AttributeTypeAndValue({ type: COMMON_NAME as string, value: new AttributeValue({ utf8String: 'localhost' }) }),
    ]),
  ]);
  const known = [...new Set(['localhost', '127.0.0.1', '::1', host])];
  const names = new SubjectAlternativeName(known.map((each) => new GeneralName(isIP(each) ? { iPAddress: each } : { dNSName: each })));
  const content = new TBSCertificate({
    version: Version.v3,
    serialNumber: Uint8Array.from([0x40, ...randomBytes(15)]).buffer,
    signature: algorithm,
    issuer: name,
    subject: name,
    validity: new Validity({ notBefore: new Time(now), notAfter: new Time(new Date(now.getTime() + WEEK)) } as never),
    subjectPublicKeyInfo: AsnConvert.parse(publicKey.export({ format: 'der', type: 'spki' }), SubjectPublicKeyInfo),
    extensions: new Extensions([
      new Extension({ extnID: SUBJECT_ALTERNATIVE_NAME as string, extnValue: new OctetString(AsnConvert.serialize(names)) }),
    ]),
  });
  const signature = sign('sha256', new Uint8Array(AsnConvert.serialize(content)), privateKey);
  const certificate = new Certificate({
    tbsCertificate: content,
    signatureAlgorithm: algorithm,
    signatureValue: Uint8Array.from(signature).buffer,
  });
  const base64 = Buffer.from(AsnConvert.serialize(certificate)).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join('\n')}\n-----END CERTIFICATE-----\n`;
  return { cert, key: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string };
}
