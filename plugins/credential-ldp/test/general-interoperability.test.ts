import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite as ecdsaRdfc2019 } from '@digitalbazaar/ecdsa-rdfc-2019-cryptosuite';
import { Ed25519Signature2020 } from '@digitalbazaar/ed25519-signature-2020';
import { cryptosuite as eddsaRdfc2022 } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import jsigs from 'jsonld-signatures';
import { describe, expect, it } from 'vitest';
import { pinnedLoader } from '../src/document-loader.js';
import { PINNED_CONTEXTS } from '../src/general/pinned-contexts.js';
import { credentialOf, didOf, EXAMPLES, ecKey, ed, type Key, methodOf, open, proved, trusting, V2 } from './foreign-issuer.js';

describe('independent implementations (@digitalbazaar)', () => {
  const loaderOf = (key: Key) => {
    const method = { '@context': 'https://w3id.org/security/multikey/v1', id: methodOf(key), type: 'Multikey', controller: didOf(key) };
    const controller = { '@context': 'https://www.w3.org/ns/did/v1', id: didOf(key), assertionMethod: [methodOf(key)] };
    const documents: [string, object][] = [
      [methodOf(key), { ...method, publicKeyMultibase: key.multibase }],
      [didOf(key), controller],
    ];
    return pinnedLoader(new Map([...PINNED_CONTEXTS, ...documents]));
  };
  const signerOf = (key: Key, algorithm: string) => ({
    id: methodOf(key),
    algorithm,
    sign: ({ data }: { readonly data: Uint8Array }) => key.sign(data),
  });
  const p256 = ecKey('P-256');
  const p384 = ecKey('P-384');
  const suites: [string, Key, (signs: boolean) => unknown][] = [
    ['eddsa-rdfc-2022', ed, (signs) => dataIntegrity(eddsaRdfc2022, ed, 'Ed25519', signs)],
    ['ecdsa-rdfc-2019 with P-256', p256, (signs) => dataIntegrity(ecdsaRdfc2019, p256, 'P-256', signs)],
    ['ecdsa-rdfc-2019 with P-384', p384, (signs) => dataIntegrity(ecdsaRdfc2019, p384, 'P-384', signs)],
    [
      'Ed25519Signature2020',
      ed,
      (signs) => new Ed25519Signature2020({ date: '2026-11-23T10:00:00Z', ...(signs && { signer: signerOf(ed, 'Ed25519') }) }),
    ],
  ];
  function dataIntegrity(cryptosuite: unknown, key: Key, algorithm: string, signs: boolean) {
    const suite = new DataIntegrityProof({ cryptosuite, ...(signs && { signer: signerOf(key, algorithm) as never, date: null }) });
    suite.proof = { created: '2026-11-23T10:00:00Z' };
    return suite;
  }
  const purpose = new jsigs.purposes.AssertionProofPurpose();

  it.each(suites)('%s: we accept what they sign, and they what we sign', async (name, key, suite) => {
    const isOld = name === 'Ed25519Signature2020';
    const document = credentialOf(key, {
      '@context': [V2, EXAMPLES, ...(isOld ? ['https://w3id.org/security/suites/ed25519-2020/v1'] : [])],
    });
    const documentLoader = loaderOf(key);
    const theirs = await jsigs.sign(structuredClone(document), { suite: suite(true), purpose, documentLoader });
    expect((await open(theirs, trusting(key))).status).toBe('VERIFIED');
    const ours = await proved(document, key, isOld ? { type: name, cryptosuite: undefined } : {});
    const verify = (credential: object) => jsigs.verify(structuredClone(credential), { suite: suite(false), purpose, documentLoader });
    expect(await verify(ours)).toMatchObject({ verified: true });
    expect(await verify({ ...ours, name: 'Other' })).toMatchObject({ verified: false });
  });
});
