import { assertNotMalleable, mutations } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { ldpFormat } from '../src/ldp-format.js';
import { iri } from './context-iri.js';
import { at, intent, issuerKey, trustOf, type } from './fixture.js';

const credential = (await ldpFormat.seal(intent, issuerKey.sign)) as Record<string, unknown>;
const open = (document: unknown) => ldpFormat.open(document, trustOf(), at);

describe('a sealed credential', () => {
  it('is VERIFIED as it is, and in no other writing', async () => {
    const tried = await assertNotMalleable(credential, open, { iri });
    expect(tried).toBeGreaterThan(900);
  });

  it('has IRI keys for all its members to be tried', () => {
    const names = [...mutations(credential, { iri })].map(({ name }) => name);
    for (const key of [
      'urn:divoc:vaccination:1#patient.name',
      'urn:divoc:vaccination:1#doseNumber',
      'https://www.w3.org/2018/credentials#issuer',
      'https://w3id.org/security#proofValue',
    ]) {
      expect(
        names.some((name) => name.endsWith(`: as ${key}`)),
        key,
      ).toBe(true);
    }
  });

  it('tells a stub that always says VERIFIED from a verifier', async () => {
    await expect(assertNotMalleable(credential, async () => ({ status: 'VERIFIED' }), { iri })).rejects.toThrow(
      /VERIFIED although altered \((\d+) of \1\)/,
    );
    await expect(assertNotMalleable(credential, async () => ({ status: 'INVALID_SIGNATURE' }))).rejects.toThrow(
      'the credential itself is INVALID_SIGNATURE',
    );
  });

  it('would be malleable if only its signature were checked', async () => {
    const { proofHolds } = await import('../src/data-integrity.js');
    const key = { id: intent.verificationMethod, controller: intent.issuer, publicKeyMultibase: issuerKey.multibase };
    const lax = async (document: unknown) => {
      const holds = await proofHolds(document as object, key, new Map([[type.url, type.document]])).catch(() => false);
      return { status: holds ? 'VERIFIED' : 'INVALID_SIGNATURE' };
    };
    const error = await assertNotMalleable(credential, lax, { iri }).catch((thrown: Error) => thrown.message);
    expect(error).toMatch(/doseNumber: number as string/);
    // The signature alone keeps every claim in its place, because each field has its own IRI.
    expect(error).not.toMatch(/^swap .*credentialSubject/m);
  });
});
