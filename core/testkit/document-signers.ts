import { createHash, createPrivateKey, sign as ecSign } from 'node:crypto';
import type { PublicJwk, SealingKey, Sign, TrustedKey } from '../api/ports/credential-format.js';
import { base58btc } from './base58.js';

/** Two P-256 keys with self-signed certificates (C=XA, 2020 to 2076), made once with openssl for these tests. */
const SIGNERS = [
  {
    x: '78QPhcoeevcnH_qX7O9yz1_QUrcELF-XPc9Q7sXuy7I',
    y: 'w8ctEVvnPY0IAWoxPA9aBtrz4OQrzhSv742LCQehyiM',
    d: 'POPZ0wKzhnpuHRFcEcFh_zuuvMelRguLgqmyVGewdgg',
    certificate:
      'MIIBuzCCAWCgAwIBAgIBATAKBggqhkjOPQQDAjBMMQswCQYDVQQGEwJYQTEYMBYGA1UECgwPSGVhbHRoIE1pbmlzdHJ5MSMwIQYDVQQDDBpEb2N1bWVudCBzaWduZXIgb2YgdGVzdHMgMTAgFw0yMDAxMDEwMDAwMDBaGA8yMDc2MDEwMTAwMDAwMFowTDELMAkGA1UEBhMCWEExGDAWBgNVBAoMD0hlYWx0aCBNaW5pc3RyeTEjMCEGA1UEAwwaRG9jdW1lbnQgc2lnbmVyIG9mIHRlc3RzIDEwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATvxA+Fyh569ycf+pfs73LPX9BStwQsX5c9z1Duxe7LssPHLRFb5z2NCAFqMTwPWgba8+DkK84Ur++NiwkHocojozEwLzAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0OBBYEFLM9AwY8ebSuKXjgntUe/JeNVaPyMAoGCCqGSM49BAMCA0kAMEYCIQCzoN2mZddIqc2JAdsYrl28JppngTi7pJz3E5xrJYDpWAIhAIhb918xpmQ/evXLoTE45ptwke5lCkasAFTlJn3vnkbS',
  },
  {
    x: '-p1vsdafcrZU3VTMVw2CvO9itsMePVeQNoGEx2s9kRg',
    y: '04cqrYFRpSmoprg9VXjrAiHNB71FzsTA9dwczBpFh2s',
    d: 'vpNNNF1PzXqDs2faecnOrWoJcT8EDNvM-UmU5hJL0JU',
    certificate:
      'MIIBuzCCAWCgAwIBAgIBAjAKBggqhkjOPQQDAjBMMQswCQYDVQQGEwJYQTEYMBYGA1UECgwPSGVhbHRoIE1pbmlzdHJ5MSMwIQYDVQQDDBpEb2N1bWVudCBzaWduZXIgb2YgdGVzdHMgMjAgFw0yMDAxMDEwMDAwMDBaGA8yMDc2MDEwMTAwMDAwMFowTDELMAkGA1UEBhMCWEExGDAWBgNVBAoMD0hlYWx0aCBNaW5pc3RyeTEjMCEGA1UEAwwaRG9jdW1lbnQgc2lnbmVyIG9mIHRlc3RzIDIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAT6nW+x1p9ytlTdVMxXDYK872K2wx49V5A2gYTHaz2RGNOHKq2BUaUpqKa4PVV46wIhzQe9Rc7EwPXcHMwaRYdrozEwLzAOBgNVHQ8BAf8EBAMCB4AwHQYDVR0OBBYEFFUV/wdNcIe1UXQM1Qlu0lInDdbuMAoGCCqGSM49BAMCA0kAMEYCIQDpEyWfuhUmeiGmdp4QzlOwHBk0uA4BIdlCjX+KeUVDSgIhANK6dt4vGNNqqlH4YPSmo5Z9Is1OWKIcF/22NFg8/jRj',
  },
] as const;

export interface DocumentSigner {
  readonly sign: Sign;
  readonly key: SealingKey;
  readonly jwk: PublicJwk;
  /** base64 of the first 8 bytes of the SHA-256 of the certificate, as HCERT names keys. */
  readonly kid: string;
  /** The same key for those who trust it; under which key id is the format's matter. */
  readonly trusted: Omit<TrustedKey, 'controller'>;
}

/** A P-256 key with an X.509 certificate, for formats that need one. */
export function documentSigner(index: 0 | 1 = 0): DocumentSigner {
  const { x, y, d, certificate } = SIGNERS[index];
  const jwk = { kty: 'EC', crv: 'P-256', x, y };
  const key = createPrivateKey({ key: { ...jwk, d }, format: 'jwk' });
  const [xBytes, yBytes] = [Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')];
  const compressed = Buffer.concat([Buffer.from([0x80, 0x24, yBytes.at(-1)! % 2 === 0 ? 2 : 3]), xBytes]);
  const publicKeyMultibase = `z${base58btc(compressed)}`;
  const kid = createHash('sha256').update(Buffer.from(certificate, 'base64')).digest().subarray(0, 8).toString('base64');
  return {
    sign: async (data) => new Uint8Array(ecSign('sha256', data, { key, dsaEncoding: 'ieee-p1363' })),
    key: { algorithm: 'ES256', publicKeyMultibase, certificates: [certificate] },
    jwk,
    kid,
    trusted: {
      id: kid,
      publicKeyMultibase,
      publicKeyJwk: jwk,
      kid,
      certificate: {
        der: certificate,
        notBefore: '2020-01-01T00:00:00.000Z',
        notAfter: '2076-01-01T00:00:00.000Z',
        country: 'XA',
        isAuthority: false,
      },
    },
  };
}
