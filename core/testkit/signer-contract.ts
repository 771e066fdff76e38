import assert from 'node:assert/strict';
import { createPublicKey, X509Certificate } from 'node:crypto';
import { jwkOfMultikey } from '../api/multikey.js';
import type { PublicJwk } from '../api/ports/credential-format.js';
import { isSignedBy } from '../api/verify-signature.js';
import type { Signer, SignerKey } from '../internal/signer.js';
import type { Contract, Promised } from './contract.js';

/**
 * A signer with an active, a retired and a revoked key for `vc` (Ed25519), and, where it can, an active one for `hcert` (ES256,
 * with a certificate).
 */
export interface SignerSubject {
  readonly signer: Signer;
  readonly retired: string;
  readonly revoked: string;
  /** False of a device without Ed25519: its keys for `vc` are ES256. */
  readonly hasEd25519?: boolean;
  /** False of a signer that keeps no certificates. */
  readonly hasCertificates?: boolean;
}

const DATA = new TextEncoder().encode('prepared, linted, recorded');
const promise = (name: string, holds: (subject: SignerSubject) => Promise<void>): Promised<SignerSubject> => ({ name, holds });
const algorithmOf = ({ hasEd25519 = true }: SignerSubject) => (hasEd25519 ? 'Ed25519' : 'ES256');
const jwkOf = ({ publicKeyMultibase }: SignerKey): PublicJwk => {
  const jwk = jwkOfMultikey(publicKeyMultibase);
  assert.ok(jwk, `${publicKeyMultibase} is no Multikey of Ed25519 or P-256`);
  return jwk;
};
const codeOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => assert.fail('it did not throw'),
    (error: { code?: unknown }) => error.code,
  );

/** What services rely on in every provider of `signer/0`. */
export const signerContract: Contract<SignerSubject> = {
  port: 'signer/0',
  promises: [
    promise('a key is named by its public half, and is of the algorithm that it says', async ({ signer }) => {
      const keys = await signer.keys();
      assert.ok(keys.length >= 3);
      for (const key of keys) {
        assert.equal(key.id, key.publicKeyMultibase);
        assert.equal(jwkOf(key).kty, key.algorithm === 'Ed25519' ? 'OKP' : 'EC');
      }
    }),
    promise('one key of a purpose is active, and it is the one that is given for it', async (subject) => {
      const { signer } = subject;
      const keys = await signer.keys();
      for (const purpose of new Set(keys.map((key) => key.purpose))) {
        const [active, ...others] = keys.filter((key) => key.purpose === purpose && key.active);
        assert.ok(active && others.length === 0, `${purpose} has ${others.length + (active ? 1 : 0)} active keys`);
        assert.deepEqual(await signer.active({ purpose, algorithm: active.algorithm }), active);
      }
    }),
    promise('no key is given for a need that it does not fulfil, and the error has a code', async (subject) => {
      const { signer } = subject;
      const algorithm = algorithmOf(subject);
      const needs = [
        { purpose: 'nobodys', algorithm },
        { purpose: 'vc', algorithm: algorithm === 'Ed25519' ? 'ES256' : 'Ed25519' },
        { purpose: 'vc', algorithm, certificate: true },
      ] as const;
      for (const need of needs) assert.match(String(await codeOf(signer.active(need))), /^[A-Z][A-Z0-9_]+$/);
    }),
    promise('what it signs verifies with the public half of that key, and with no other', async ({ signer }) => {
      const keys = (await signer.keys()).filter(({ active }) => active);
      for (const key of keys) {
        const signature = await signer.sign(key.id, DATA);
        assert.equal(signature.length, 64);
        const verifies = await Promise.all(keys.map(async (other) => isSignedBy(jwkOf(other), other.algorithm, DATA, signature)));
        assert.deepEqual(
          verifies,
          keys.map((other) => other === key),
        );
      }
    }),
    promise('a retired key finishes what it had begun', async ({ signer, retired }) => {
      const key = (await signer.keys()).find(({ id }) => id === retired);
      assert.ok(key && !key.active);
      assert.ok(await isSignedBy(jwkOf(key), key.algorithm, DATA, await signer.sign(retired, DATA)));
    }),
    promise('a revoked key is still shown, and signs nothing; neither does a key that nobody knows', async ({ signer, revoked }) => {
      const key = (await signer.keys()).find(({ id }) => id === revoked);
      assert.ok(key && !key.active && key.revoked !== undefined && !Number.isNaN(Date.parse(key.revoked)));
      assert.match(String(await codeOf(signer.sign(revoked, DATA))), /^[A-Z][A-Z0-9_]+$/);
      assert.match(String(await codeOf(signer.sign(`${revoked.slice(0, -1)}1`, DATA))), /^[A-Z][A-Z0-9_]+$/);
    }),
    promise('a certificate is of the key that it stands with', async ({ signer, hasCertificates = true }) => {
      if (!hasCertificates) return;
      const key = await signer.active({ purpose: 'hcert', algorithm: 'ES256', certificate: true });
      const [own] = key.certificates ?? [];
      const certified = new X509Certificate(Buffer.from(own ?? '', 'base64')).publicKey;
      assert.ok(certified.equals(createPublicKey({ key: jwkOf(key) as never, format: 'jwk' })));
    }),
  ],
};
