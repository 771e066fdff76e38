import { createHash, createPrivateKey, sign as edSign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
// @ts-expect-error the package has no types
import { createSignCryptosuite, createVerifyCryptosuite } from '@digitalbazaar/eddsa-jcs-2022-cryptosuite';
import { canonicalJson, fromMultibase, toMultibase } from '@divoc/core/api';
import { credentialFixture, SEALED_AT } from '@divoc/core/testkit';
import fc from 'fast-check';
import jsigs from 'jsonld-signatures';
import { describe, expect, it } from 'vitest';
import { addProof, type Proof, proofsHold, readProof } from '../src/data-integrity.js';
import { jcsFormat } from '../src/jcs-format.js';

/** A key by its Multikey alone. */
const keyOf = (publicKeyMultibase: string) => ({ id: '', controller: '', publicKeyMultibase });

type Document = Readonly<Record<string, unknown>>;

const vectors = join(process.env.DIVOC_VECTORS ?? '../shared/vectors', 'w3c-di-eddsa');
const text = (name: string) => readFileSync(join(vectors, name), 'utf8').trim();
const json = (name: string) => JSON.parse(text(name));
const sha256 = (content: string) => createHash('sha256').update(content, 'utf8').digest('hex');
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');

describe('W3C Data Integrity EdDSA vectors of eddsa-jcs-2022', () => {
  it('are here', async () => {
    expect(existsSync(vectors), `the test vectors are missing at ${vectors}; set DIVOC_VECTORS to their folder`).toBe(true);
  });

  it('are reproduced byte for byte, with every step between', async () => {
    const { '@context': _, ...options } = json('eddsa-jcs-2022/proofConfigJCS.json') as Proof & Document;
    const unsigned = json('unsigned.json');
    expect(canonicalJson(unsigned)).toBe(text('eddsa-jcs-2022/canonDocJCS.txt'));
    expect(sha256(canonicalJson(unsigned))).toBe(text('eddsa-jcs-2022/docHashJCS.txt'));
    expect(canonicalJson(json('eddsa-jcs-2022/proofConfigJCS.json'))).toBe(text('eddsa-jcs-2022/proofCanonJCS.txt'));
    expect(sha256(text('eddsa-jcs-2022/proofCanonJCS.txt'))).toBe(text('eddsa-jcs-2022/proofHashJCS.txt'));

    const seed = fromMultibase(json('keyPair.json').privateKeyMultibase)?.subarray(2) as Uint8Array;
    const key = createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });
    const signed: string[] = [];
    const made = (await addProof(unsigned, options, async (data) => {
      signed.push(Buffer.from(data).toString('hex'));
      return edSign(null, data, key);
    })) as { proof: Proof };
    expect(signed).toEqual([text('eddsa-jcs-2022/combinedHashJCS.txt')]);
    expect(made).toEqual(json('eddsa-jcs-2022/signedJCS.json'));
    expect(made.proof.proofValue).toBe(text('eddsa-jcs-2022/sigBTC58JCS.txt'));
    expect(Buffer.from(fromMultibase(made.proof.proofValue) ?? []).toString('hex')).toBe(text('eddsa-jcs-2022/sigHexJCS.txt'));
  });

  const signed = json('eddsa-jcs-2022/signedJCS.json') as Document & { proof: Proof & Document };
  const { publicKeyMultibase } = json('keyPair.json');

  it('verify, and no longer when anything is altered', async () => {
    expect(await proofsHold(signed, [keyOf(publicKeyMultibase)])).toBe(true);
    const { proof } = signed;
    const { '@context': _, ...bare } = proof;
    const altered: Document[] = [
      { ...signed, name: 'Other' },
      { ...signed, validFrom: '2023-01-01T00:00:01Z' },
      { ...signed, unknown: null },
      { ...signed, credentialSubject: { ...(signed.credentialSubject as object), id: 'did:example:abcdefgi' } },
      { ...signed, '@context': (signed['@context'] as string[]).slice(0, 1) },
      { ...signed, proof: { ...proof, created: '2023-02-24T23:36:39Z' } },
      { ...signed, proof: { ...proof, verificationMethod: proof.verificationMethod?.replace('did:key', 'did:kez') } },
      { ...signed, proof: { ...proof, proofPurpose: 'authentication' } },
      { ...signed, proof: { ...proof, expires: '2099-01-01T00:00:00Z' } },
      { ...signed, proof: { ...proof, nonce: 'x' } },
      { ...signed, proof: bare },
      { ...signed, proof: { ...proof, proofValue: proof.proofValue.replace('2', '3') } },
      { ...signed, proof: undefined },
    ];
    for (const document of altered) expect(await proofsHold(document, [keyOf(publicKeyMultibase)])).toBe(false);
    for (const key of [json('proof-set-chain/multiKeyPairs.json').keyPair1.publicKeyMultibase, 'z6Mk', '', publicKeyMultibase.slice(1)]) {
      expect(await proofsHold(signed, [keyOf(key)])).toBe(false);
    }
  });

  it('let contexts follow those that were signed, as the suite says; credentials of ours do not', async () => {
    const longer = { ...signed, '@context': [...(signed['@context'] as string[]), 'https://example.org/more'] };
    expect(await proofsHold(longer, [keyOf(publicKeyMultibase)])).toBe(true);
    expect(await proofsHold({ ...longer, '@context': [...longer['@context']].reverse() }, [keyOf(publicKeyMultibase)])).toBe(false);
    const { intent, key, trust } = credentialFixture();
    const own = (await jcsFormat.seal(intent, key.sign)) as Document;
    const more = { ...own, '@context': [...(own['@context'] as string[]), 'https://example.org/more'] };
    expect((await jcsFormat.open(more, trust(), SEALED_AT)).status).toBe('INVALID_SIGNING_FORMAT');
  });

  it('are read as credentials too: the issuer there is nobody whose key this is', async () => {
    const trust = { key: () => undefined, issuer: () => true, type: () => undefined, keysFor: () => [] };
    expect(jcsFormat.recognises(signed)).toBe(true);
    expect(await jcsFormat.open(signed, trust, SEALED_AT)).toMatchObject({
      status: 'ISSUER_NOT_TRUSTED',
      reasons: [{ code: 'KEY_NOT_OF_ISSUER' }],
    });
  });
});

describe('proofs without what is optional', () => {
  const { key, verificationMethod } = credentialFixture();
  const options = {
    type: 'DataIntegrityProof',
    cryptosuite: 'eddsa-jcs-2022',
    verificationMethod,
    proofPurpose: 'assertionMethod',
  } as const;

  it('are made of a document without contexts, and without dates', async () => {
    const made = await addProof({ a: [1, { b: null }] }, options, key.sign);
    expect(Object.keys(made.proof as object)).toEqual([...Object.keys(options), 'proofValue']);
    expect(await proofsHold(made, [keyOf(key.multibase)])).toBe(true);
    expect(await proofsHold({ ...made, a: [1, { b: 0 }] }, [keyOf(key.multibase)])).toBe(false);
  });

  it('are not made of options that no verifier would read', async () => {
    for (const wrong of [{ created: 'now' }, { expires: '2026-11-23' }, { type: 'Proof' }, { previousProof: 'urn:x' }]) {
      await expect(addProof({}, { ...options, ...wrong } as typeof options, key.sign)).rejects.toThrow(TypeError);
    }
    expect(readProof({ ...options, proofValue: toMultibase(new Uint8Array(63)) })).toBeUndefined();
    expect(readProof({ ...options, proofValue: toMultibase(new Uint8Array(64)) })).toBeDefined();
  });
});

describe('an independent implementation (@digitalbazaar)', () => {
  const { did, intent, key, trust, verificationMethod } = credentialFixture();
  const method = {
    '@context': 'https://w3id.org/security/multikey/v1',
    id: verificationMethod,
    type: 'Multikey',
    controller: did,
    publicKeyMultibase: key.multibase,
  };
  const controller = { '@context': 'https://www.w3.org/ns/did/v1', id: did, assertionMethod: [verificationMethod] };
  const documents = new Map<string, object>([
    [verificationMethod, method],
    [did, controller],
  ]);
  const documentLoader = async (url: string) => {
    if (!documents.has(url)) throw new Error(`not pinned: ${url}`);
    return { contextUrl: null, documentUrl: url, document: documents.get(url) };
  };
  const purpose = () => new jsigs.purposes.AssertionProofPurpose();
  const verify = (document: object) =>
    jsigs.verify(structuredClone(document), {
      suite: new DataIntegrityProof({ cryptosuite: createVerifyCryptosuite() }),
      purpose: purpose(),
      documentLoader,
    });

  it('accepts what we seal, and refuses it when altered', async () => {
    const sealed = (await jcsFormat.seal(intent, key.sign)) as Document;
    expect(await verify(sealed)).toMatchObject({ verified: true });
    expect(await verify({ ...sealed, credentialSubject: { ...intent.subject, doseNumber: 2 } })).toMatchObject({ verified: false });
  });

  it('signs what we accept, and the same bytes as ours', async () => {
    const { proof, ...unsigned } = (await jcsFormat.seal(intent, key.sign)) as Document & { proof: Proof };
    const signer = { id: verificationMethod, algorithm: 'Ed25519' as const, sign: ({ data }: { data: Uint8Array }) => key.sign(data) };
    const suite = new DataIntegrityProof({ cryptosuite: createSignCryptosuite(), signer, date: null });
    suite.proof = { created: intent.created };
    const theirs = (await jsigs.sign(structuredClone(unsigned), { suite, purpose: purpose(), documentLoader })) as Document & {
      proof: Document;
    };
    expect(theirs.proof.proofValue).toBe(proof.proofValue);
    // Their suite signs with the document's contexts in the proof, as ours does, and leaves them there.
    expect(await jcsFormat.open(theirs, trust(), SEALED_AT)).toMatchObject({ status: 'VERIFIED' });
  });

  it('has the same canonical form of every JSON value', async () => {
    const { canonize } = createVerifyCryptosuite();
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ stringUnit: 'binary' }), async (value) => {
        expect(canonicalJson(value)).toBe(await canonize(value));
      }),
    );
  });
});

it('base58btc gives one text for one value, zero bytes in front included', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      expect(fromMultibase(toMultibase(bytes))).toEqual(new Uint8Array(bytes));
    }),
  );
  for (const wrong of ['', 'm', '1', 'z0', 'zO', 'zI', 'zl', 'z ', 'z\u00e9', `z${'2'.repeat(200)}`])
    expect(fromMultibase(wrong)).toBeUndefined();
});
