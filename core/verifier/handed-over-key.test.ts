import { generateKeyPairSync, type JsonWebKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { keysOfProofs, multikeyOfJwk, type PublicJwk, trustedKey } from '../api/index.js';
import { loadTrustBundles } from './trust.js';

const at = new Date('2026-11-23T12:00:00Z');
const publicKey = () => generateKeyPairSync('ed25519').publicKey;
const [key, other] = [publicKey(), publicKey()];
const jwkOf = (of: typeof key, members: JsonWebKey = {}) => ({ ...of.export({ format: 'jwk' }), ...members });
const pem = key.export({ format: 'pem', type: 'spki' });
const multibase = multikeyOfJwk(jwkOf(key) as unknown as PublicJwk) as string;
const issuer = 'https://issuer.example/5678';
const didKey = `did:key:${multibase}#${multibase}`;

/** What a proof set of these methods comes to for whoever trusts these. */
function found(trusted: readonly unknown[], verificationMethods: readonly string[] = [didKey], by = issuer) {
  const trust = loadTrustBundles(trusted);
  const proofs = verificationMethods.map((verificationMethod) => ({ verificationMethod, created: '2026-11-23T10:00:00Z' }));
  const keys = keysOfProofs(proofs, by, trust, at);
  const [{ verificationMethod, created }] = proofs as [(typeof proofs)[0]];
  if (proofs.length === 1) {
    const single = trustedKey({ issuer: by, verificationMethod, created, at }, trust);
    expect(typeof single === 'string' ? single : [single]).toEqual(keys);
  }
  return typeof keys === 'string' ? keys : keys.map(({ publicKeyMultibase }) => publicKeyMultibase);
}

describe('a key that was handed over by itself', () => {
  it.each<[string, readonly unknown[], string[]?, string?]>([
    ['PEM, for a proof that names the same key', [pem]],
    ['a JWK, for a proof that names it otherwise', [jwkOf(key)], [`${issuer}#key-1`]],
    ['a JWK of the same name', [jwkOf(key, { kid: 'did:web:a.example#1' } as JsonWebKey)], ['did:web:a.example#1'], 'did:web:a.example'],
    ['PEM among others, where the proof names itself', [pem, jwkOf(other)]],
  ])('verifies whatever it has signed: %s', (_what, trusted, methods, by) => {
    expect(found(trusted, methods, by)).toEqual([multibase]);
  });

  it('may stand beside the proof of somebody who names themselves', () => {
    const notary = multikeyOfJwk(jwkOf(other) as unknown as PublicJwk) as string;
    expect(found([pem], [`did:key:${notary}#${notary}`, didKey])).toEqual([notary, multibase]);
  });

  it.each<[string, readonly unknown[], string[]?, string?]>([
    ['another key than the proof names', [jwkOf(other)]],
    ['one of several, of which nothing says which is meant', [pem, jwkOf(other)], [`${issuer}#key-1`]],
    ['one that bears the name of another DID', [jwkOf(key, { kid: 'did:web:a.example#1' } as JsonWebKey)], ['did:web:a.example#1']],
    ['one that is its own issuer', [`did:key:${multibase}`]],
    ['nothing', []],
  ])('is not %s', (_what, trusted, methods, by) => {
    expect(found(trusted, methods, by)).toMatch(/^(ISSUER_UNKNOWN|KEY_NOT_OF_ISSUER)$/);
  });

  it('does not speak for an issuer whose own keys are known', () => {
    const did = 'did:web:health.example';
    const method = { id: '#1', type: 'Multikey', controller: did, publicKeyMultibase: multikeyOfJwk(jwkOf(other) as unknown as PublicJwk) };
    const document = { id: did, verificationMethod: [method], assertionMethod: ['#1'] };
    expect(found([pem, document], [didKey], did)).toBe('KEY_NOT_OF_ISSUER');
    expect(found([pem, document], [`${did}#2`], did)).toBe('KEY_UNKNOWN');
  });
});
