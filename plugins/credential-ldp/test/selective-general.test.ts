import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { createDiscloseCryptosuite, createSignCryptosuite, createVerifyCryptosuite } from '@digitalbazaar/ecdsa-sd-2023-cryptosuite';
import { isRefusal } from '@divoc/core/api';
import { assertNotMalleable } from '@divoc/core/testkit';
import jsigs from 'jsonld-signatures';
import { describe, expect, it } from 'vitest';
import { pinnedLoader } from '../src/document-loader.js';
import { canonicalForm } from '../src/general/canonical-form.js';
import { documents } from '../src/general/document-sealer.js';
import { PINNED_CONTEXTS } from '../src/general/pinned-contexts.js';
import { renamed, sorted } from '../src/selective/blank-nodes.js';
import { disclose } from '../src/selective/disclose.js';
import { readDerived, writeDerived } from '../src/selective/proof-value.js';
import { credentialOf, type Document, didOf, ecKey, methodOf, open, short, trusting } from './foreign-issuer.js';

const key = ecKey('P-256');
const trust = trusting(key);
const credential = credentialOf(key, {
  credentialSubject: {
    id: 'did:example:abcdefgh',
    degree: 'Bachelor',
    address: { city: 'Graz', street: 'Ring 1' },
    languages: ['de', 'fr'],
    courses: [
      { title: 'Logic', grade: 1 },
      { title: 'Ethics', grade: 2 },
    ],
  },
});
const CHOSEN = ['/credentialSubject/degree', '/credentialSubject/courses/1/title', '/credentialSubject/address/city'];
const MANDATORY = ['/issuer', '/validFrom', '/credentialSubject/courses/0'];

const intent = (document: object, mandatoryPointers?: readonly string[]) => ({
  document: document as Document,
  suite: 'ecdsa-sd-2023',
  created: '2026-11-23T10:00:00Z',
  verificationMethod: methodOf(key),
  publicKeyMultibase: key.multibase,
  ...(mandatoryPointers && { mandatoryPointers }),
});
const sealed = (document: object = credential, mandatory?: readonly string[]) => documents.seal(intent(document, mandatory), key.sign);
const shown = async (document: object, ...pointers: string[]) =>
  (await disclose(document, pointers, trust)) as Document & { proof: Document };

describe('an independent implementation (@digitalbazaar)', () => {
  const method = { '@context': 'https://w3id.org/security/multikey/v1', id: methodOf(key), type: 'Multikey', controller: didOf(key) };
  const documentLoader = pinnedLoader(
    new Map<string, object>([
      ...PINNED_CONTEXTS,
      [methodOf(key), { ...method, publicKeyMultibase: key.multibase }],
      [didOf(key), { '@context': 'https://www.w3.org/ns/did/v1', id: didOf(key), assertionMethod: [methodOf(key)] }],
    ]),
  );
  const signer = { id: methodOf(key), algorithm: 'P-256', sign: ({ data }: { readonly data: Uint8Array }) => key.sign(data) };
  const options = (cryptosuite: unknown, more: object = {}) => {
    const suite = new DataIntegrityProof({ cryptosuite, ...more });
    return { suite, purpose: new jsigs.purposes.AssertionProofPurpose(), documentLoader };
  };
  const theirs = () =>
    jsigs.sign(
      structuredClone(credential),
      options(createSignCryptosuite({ mandatoryPointers: MANDATORY }), { signer, date: '2026-11-23T10:00:00Z' }),
    );
  const theirChoice = (document: object) =>
    jsigs.derive(structuredClone(document), options(createDiscloseCryptosuite({ selectivePointers: CHOSEN }))) as Promise<Document>;
  const theyVerify = async (document: object) =>
    (await jsigs.verify(structuredClone(document), options(createVerifyCryptosuite()))).verified;

  it('reads what we derive of what they signed, and we what they derive of what we signed', async () => {
    for (const base of [await theirs(), await sealed(credential, MANDATORY)]) {
      const [ours, other] = [await shown(base, ...CHOSEN), await theirChoice(base)];
      expect(await theyVerify(ours)).toBe(true);
      expect((await open(other, trust)).status).toBe('VERIFIED');
      expect((await open(ours, trust)).status).toBe('VERIFIED');
      expect(await theyVerify({ ...ours, name: 'Other' })).toBe(false);
    }
  });

  it('derives the same, to the byte', async () => {
    for (const base of [await theirs(), await sealed(credential, MANDATORY)]) {
      expect(await shown(base, ...CHOSEN)).toEqual(await theirChoice(base));
    }
  });
});

describe('credentials of any type', () => {
  it('show issuer, validity and status however little is chosen', async () => {
    const base = await sealed({ ...credential, validUntil: '2099-01-01T00:00:00Z' }, ['/credentialSubject/degree']);
    const derived = await shown(base);
    expect(derived).toMatchObject({ issuer: didOf(key), validFrom: credential.validFrom, validUntil: '2099-01-01T00:00:00Z' });
    expect(derived.credentialSubject).toEqual({ id: 'did:example:abcdefgh', degree: 'Bachelor' });
    expect((await open(derived, trust)).status).toBe('VERIFIED');
    const { validUntil: _, ...endless } = derived;
    expect((await open(endless, trust)).status).toBe('INVALID_SIGNATURE');
  });

  it('are for their holders until something is derived', async () => {
    expect(short(await open(await sealed(), trust))).toEqual(['INVALID_SIGNING_FORMAT', 'PROOF_FOR_HOLDER']);
  });

  it('keep values in their places', async () => {
    const derived = await shown(await sealed(), ...CHOSEN);
    const credentialSubject = derived.credentialSubject as Document;
    const swaps: [string, Document][] = [
      ['two fields', { ...credentialSubject, degree: 'Graz', address: { city: 'Bachelor' } }],
      ['two objects', { ...credentialSubject, address: { title: 'Ethics' }, courses: [{ city: 'Graz' }] }],
      ['another value', { ...credentialSubject, degree: 'Master' }],
      ['a field more', { ...credentialSubject, languages: ['de'] }],
      ['a field less', { id: credentialSubject.id, degree: 'Bachelor' }],
    ];
    for (const [what, subject] of swaps)
      expect([what, (await open({ ...derived, credentialSubject: subject }, trust)).status]).toEqual([what, 'INVALID_SIGNATURE']);
  });

  it('show arrays in part, of nodes without names, under contexts of their own, in both versions', async () => {
    const plain = (...names: string[]) => Object.fromEntries(names.map((name) => [name, `urn:example:${name}`]));
    const members = (...names: string[]) => ({ '@context': { '@protected': true, ...plain(...names) } });
    const Regatta = {
      '@id': 'urn:example:Regatta',
      '@context': {
        '@protected': true,
        id: '@id',
        type: '@type',
        number: 'urn:example:number',
        sails: { '@id': 'urn:example:sails', ...members('cut', 'area', 'year') },
        hulls: { '@id': 'urn:example:hulls', ...members('maker', 'year') },
      },
    };
    const races = { '@id': 'urn:example:races', '@type': '@id' };
    const race = (number: string, areas: number[]) => ({
      type: 'Regatta',
      number,
      sails: areas.map((area) => ({ cut: 'A', area, year: 2023 })),
      hulls: [
        { maker: 'Tern', year: 2022 },
        { maker: 'Tern', year: 2019 },
      ],
    });
    const credentialSubject = { races: [race('E1', [5.5, 6.1, 7]), race('M1', [5.9, 4.9, 6.8])] };
    const at = (...places: string[]) => places.map((place) => `/credentialSubject/races/${place}`);
    const places = at('0/number', '0/sails/0', '0/sails/1', '0/sails/2', '0/hulls/0', '1/number', '1/sails/0', '1/sails/2', '1/hulls/1');
    const contexts = [
      { '@context': ['https://www.w3.org/ns/credentials/v2', { '@protected': true, Regatta, races }] },
      {
        '@context': [
          'https://www.w3.org/2018/credentials/v1',
          'https://w3id.org/security/data-integrity/v2',
          { '@protected': true, Regatta, races },
        ],
        issuanceDate: '2023-01-01T00:00:00Z',
        validFrom: undefined,
      },
    ];
    for (const context of contexts) {
      const document = credentialOf(key, { ...context, type: ['VerifiableCredential'], name: undefined, id: undefined, credentialSubject });
      const base = await sealed(JSON.parse(JSON.stringify(document)), ['/issuer']);
      for (const chosen of [places, places.slice(2, -3), places.slice(5), ['/credentialSubject']]) {
        const derived = await shown(base, ...chosen);
        expect((await open(derived, trust)).status).toBe('VERIFIED');
        const [first, ...others] = (derived.credentialSubject as typeof credentialSubject).races as [object, ...object[]];
        const moved = { races: [{ ...first, number: 'X' }, ...others] };
        expect((await open({ ...derived, credentialSubject: moved }, trust)).status).toBe('INVALID_SIGNATURE');
      }
    }
  });

  it('do not let one node pass for two', async () => {
    const document = credentialOf(key, { credentialSubject: { address: { city: 'Graz', street: 'Ring 1' } } });
    const derived = await shown(await sealed(document), '/credentialSubject');
    const value = readDerived(derived.proof.proofValue);
    if (!value) throw new Error('not derived');
    const linesOf = async ({ proof: _, ...unsecured }: Document, labels: ReadonlyMap<string, string>) => {
      const form = await canonicalForm(unsecured, 'SHA-256');
      return sorted(
        form
          .split('\n')
          .slice(0, -1)
          .map((line) => renamed(line, (label) => labels.get(label))),
      );
    };
    const lines = await linesOf(derived, value.labels);
    const mandatory = new Set(value.mandatoryIndexes.map((at) => lines[at]));
    const others = lines.filter((line) => !mandatory.has(line));
    const signatureOf = new Map(others.map((line, at) => [line, value.signatures[at] as Uint8Array]));
    // What is said of one subject, as if it were said of two: two nodes bear one name, and every statement is signed.
    const twice: Document = { ...derived, credentialSubject: [{ address: { city: 'Graz' } }, { address: { street: 'Ring 1' } }] };
    let forged = 0;
    for (let choice = 0; choice < 16; choice += 1) {
      const names = [...value.labels.values()];
      const labels = new Map([0, 1, 2, 3].map((at) => [`c14n${at}`, names[(choice >> at) & 1] as string]));
      const claimed = await linesOf(twice, labels);
      const left = claimed.filter((line) => !mandatory.has(line));
      if (!left.every((line) => signatureOf.has(line))) continue;
      forged += 1;
      const mandatoryIndexes = [...claimed.keys()].filter((at) => mandatory.has(claimed[at]));
      const signatures = left.map((line) => signatureOf.get(line) as Uint8Array);
      const proof = { ...derived.proof, proofValue: writeDerived({ ...value, labels, mandatoryIndexes, signatures }) };
      expect((await open({ ...twice, proof }, trust)).status).toBe('INVALID_SIGNATURE');
    }
    expect(forged).toBe(1);
  });

  it('sign literals that look like blank nodes as they are', async () => {
    const derived = await shown(await sealed({ ...credential, name: '_:a of _:b0 .' }), '/name', '/credentialSubject/degree');
    expect((await open(derived, trust)).status).toBe('VERIFIED');
    for (const name of ['_:b of _:b0 .', '_:a of _:b1 .', '_:c14n0'])
      expect((await open({ ...derived, name }, trust)).status).toBe('INVALID_SIGNATURE');
  });

  it('are not sealed with a pointer that leads nowhere, nor with a key of another kind, nor as certificates of the house', async () => {
    const refusal = (wanted: object) =>
      documents
        .seal({ ...intent(credential), ...wanted }, async () => expect.fail('the key was used'))
        .then(
          () => 'sealed',
          (error: unknown) => (isRefusal(error) ? [error.errors[0]?.code, error.errors[0]?.pointer] : error),
        );
    expect(await refusal({ mandatoryPointers: ['/credentialSubject/colour'] })).toEqual(['TERMS_NOT_DEFINED', '/credentialSubject/colour']);
    const p384 = ecKey('P-384');
    const foreign = { ...credential, issuer: didOf(p384) };
    expect(await refusal({ document: foreign, verificationMethod: methodOf(p384), publicKeyMultibase: p384.multibase })).toEqual([
      'KEY_UNKNOWN',
      '/proof/verificationMethod',
    ]);
    const house = {
      '@context': [...(credential['@context'] as unknown[]), { lotNumber: 'urn:divoc:vaccination:1#lotNumber' }],
      lotNumber: 'X',
    };
    expect(await refusal({ document: { ...credential, ...house } })).toEqual(['TERMS_NOT_DEFINED', '']);
  });

  it('are VERIFIED in no other writing of what names or values they show', async () => {
    const plain = await shown(await sealed(), '/credentialSubject/degree');
    const letThrough = await assertNotMalleable(plain, (document) => open(document, trust)).catch((error: Error) => error.message);
    // JSON-LD's own freedom (types have no order), as with every suite over RDFC-1.0 in general documents: none of it changes a value or its place.
    expect(String(letThrough)).not.toMatch(/^swap (?!type\.)|other value|: removed|unknownField|space at its end|upper case/m);
  });
});
