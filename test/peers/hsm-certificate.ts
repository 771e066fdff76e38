import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { expect } from 'vitest';
import { jwkOfMultikey } from '../../core/api/index.js';
import { handClock } from '../../core/testkit/hand-clock.js';

/** A certificate of a key whose private half nobody can take out: its authority signs it. */
export async function certificateOf(multibase: string): Promise<Buffer> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' });
  const jwk = jwkOfMultikey(multibase) as never;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '01',
    subject: 'C=XA, CN=Document signer',
    issuer: 'C=XA, CN=Authority',
    notBefore: handClock().now(),
    notAfter: new Date(handClock().now().getTime() + 3_600_000),
    signingAlgorithm: algorithm,
    publicKey: await crypto.subtle.importKey('jwk', jwk, algorithm, true, ['verify']),
    signingKey: await crypto.subtle.importKey('pkcs8', pkcs8, algorithm, false, ['sign']),
  });
  expect(createPublicKey(certificate.toString('pem')).asymmetricKeyType).toBe('ec');
  return Buffer.from(certificate.rawData);
}
