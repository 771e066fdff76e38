import { readFileSync } from 'node:fs';
import { documentSigner, testKey } from '@divoc/core/testkit';
import { describe, expect, it } from 'vitest';
import { detachedJws, signedBytes } from '../src/detached-jws.js';
import { optionStatements, type Reading, statementsOf } from '../src/statements.js';
import { type Document, open, trusting } from './fixture.js';

const key = testKey(7);
const trust = trusting([{ id: 'k', controller: '', publicKeyMultibase: key.multibase }]);

/** Signed as DIVOC signed it, read in this way. */
async function signed(document: object, reading: Reading): Promise<Document> {
  const options = {
    type: 'Ed25519Signature2018',
    created: '2021-01-15T17:21:13Z',
    verificationMethod: 'did:india',
    proofPurpose: 'assertionMethod',
  };
  const bytes = signedBytes('EdDSA', await optionStatements(options), await statementsOf(document, reading));
  return { ...document, proof: { ...options, jws: detachedJws('EdDSA', await key.sign(bytes)) } } as unknown as Document;
}

/** Made with jsonld 2.0.2: control characters in texts, an id with spaces, a dose without an id. */
const golden: { readonly document: Document; readonly statements: string }[] = JSON.parse(
  readFileSync(new URL('golden/jsonld-2.0.2.json', import.meta.url), 'utf8'),
);

describe("what DIVOC's first library signed", () => {
  it.each(golden)('is reproduced byte for byte', async ({ document, statements }) => {
    expect(await statementsOf(document, { version: 'v2', idsMayHaveSpaces: true })).toBe(statements);
  });

  it('is read where a later library drops the person', async () => {
    const { document } = golden[0] as (typeof golden)[number];
    const oldest = await signed(document, { version: 'v2', idsMayHaveSpaces: true });
    const { status, claims, reasons } = await open(oldest, trust);
    expect([status, claims?.credentialSubject]).toMatchObject(['VERIFIED', { id: document.credentialSubject.id }]);
    expect(reasons.map(({ code }) => code)).toEqual(['FIELDS_NOT_PROTECTED']);
    const later = await signed(document, { version: 'v2', idsMayHaveSpaces: false });
    expect(await open(later, trust)).toMatchObject({ status: 'VERIFIED', reasons: [{ code: 'SUBJECT_NOT_PROTECTED' }, {}] });
  });
});

describe('a person whose id is no absolute IRI', () => {
  it('is not claimed, and whoever changes the name is told that it is not protected', async () => {
    const { document } = golden[1] as (typeof golden)[number];
    const bare = { ...document, credentialSubject: { ...document.credentialSubject, id: '872550100V' } };
    const sound = await signed(bare, { version: 'v2', idsMayHaveSpaces: false });
    const verdict = await open(sound, trust);
    expect(verdict).toMatchObject({ status: 'VERIFIED', reasons: [{ code: 'SUBJECT_NOT_PROTECTED' }, { code: 'FIELDS_NOT_PROTECTED' }] });
    expect(verdict.claims).not.toHaveProperty('credentialSubject');
    expect(verdict.unprotected).toEqual(
      expect.arrayContaining(['/credentialSubject/id', '/credentialSubject/name', '/credentialSubject/dob']),
    );
    const forged = { ...sound, credentialSubject: { ...sound.credentialSubject, name: 'Somebody Else' } };
    expect(await open(forged, trust)).toEqual(verdict);
  });
});

it('the key of another format signs nothing here', async () => {
  const { document } = golden[1] as (typeof golden)[number];
  const sound = await signed(document, { version: 'v2', idsMayHaveSpaces: false });
  const { jwk } = documentSigner(0);
  expect((await open(sound, trusting([{ id: 'k', controller: '', publicKeyJwk: jwk }]))).status).toBe('ISSUER_NOT_TRUSTED');
});
