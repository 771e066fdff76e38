import { contexts } from '@digitalbazaar/credentials-context';
import { assertNotMalleable, mutations } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { ldpFormat } from '../src/ldp-format.js';
import { at, intent, issuerKey, trustOf, type } from './fixture.js';

const credential = (await ldpFormat.seal(intent, issuerKey.sign)) as Record<string, unknown>;
const open = (document: unknown) => ldpFormat.open(document, trustOf(), at);

/** The IRI of a member, read from the contexts themselves. */
function iri(path: readonly string[]): string | undefined {
  const v2 = (contexts.get('https://www.w3.org/ns/credentials/v2') as { '@context': Scope })['@context'];
  const own = type.document['@context'] as Scope;
  const [first, ...rest] = path as [string, ...string[]];
  const scope =
    first === 'credentialSubject' && rest.length > 0
      ? own
      : first === 'proof' && rest.length > 0
        ? scoped(v2.DataIntegrityProof)
        : scoped(v2.VerifiableCredential);
  const names = rest.length > 0 && scope !== scoped(v2.VerifiableCredential) ? rest : [first];
  const parent = names.slice(0, -1).reduce<Scope>((current, name) => scoped(current[name]), scope);
  const term = parent[names.at(-1) as string] as { '@id'?: string } | undefined;
  return term?.['@id'];
}

type Scope = Record<string, unknown>;
const scoped = (term: unknown): Scope => ((term as { '@context'?: Scope } | undefined)?.['@context'] ?? {}) as Scope;

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
