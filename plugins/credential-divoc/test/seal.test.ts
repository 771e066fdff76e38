import { contexts as credentialContexts } from '@digitalbazaar/credentials-context';
// @ts-expect-error the package has no types
import { Ed25519Signature2018 } from '@digitalbazaar/ed25519-signature-2018';
import security from '@digitalbazaar/security-context';
import { encodeDivocZip, type SealIntent } from '@divoc/core/api';
import { base58btc, credentialFixture, SUBJECT } from '@divoc/core/testkit';
import { loadTrustBundles, verifyInput } from '@divoc/core/verifier';
import jsigs from 'jsonld-signatures';
import { describe, expect, it, vi } from 'vitest';
import { divocFormat } from '../src/divoc-format.js';
import { VC1_CONTEXT } from '../src/pinned-contexts.js';
import { at, CONTEXT, certificate, type Document, format, jsonOf, sampleKeys } from './fixture.js';

const subject = {
  ...SUBJECT,
  patient: { ...SUBJECT.patient, age: '29', nationality: 'Indian', street: '1, Main Street', district: 'Bengaluru', postalCode: '560034' },
  manufacturer: 'COVPharma',
  effectiveFrom: '2020-12-02',
  effectiveUntil: '2025-12-02',
  facility: { ...SUBJECT.facility, region: 'Karnataka', country: 'IN', identifier: 'F-1' },
  performer: { name: 'Sooraj Singh' },
};
const fixture = credentialFixture({ subject });
const { intent, key, verificationMethod, did, bundle } = fixture;
const sealed = (await format.seal(intent, key.sign)) as Document;

describe("a certificate in DIVOC's form", () => {
  it('has its shape, with ids that make the person part of what is signed', () => {
    const { proof, ...unsigned } = sealed;
    expect(unsigned).toEqual({
      '@context': [VC1_CONTEXT, CONTEXT],
      id: intent.id,
      type: ['VerifiableCredential', 'ProofOfVaccinationCredential'],
      credentialSubject: {
        type: 'Person',
        id: `${intent.id}#person`,
        name: 'Bhāya Mitra',
        gender: 'male',
        age: '29',
        nationality: 'Indian',
        dob: '1994-11-30',
        address: { streetAddress: '1, Main Street', district: 'Bengaluru', postalCode: '560034' },
      },
      issuer: did,
      issuanceDate: intent.validFrom,
      expirationDate: intent.validUntil,
      evidence: [
        {
          id: `${intent.id}#vaccination`,
          certificateId: '01936b1e-6a00-7000-8000-000000000001',
          type: ['Vaccination'],
          batch: 'MB3428BX',
          vaccine: 'CoVax',
          manufacturer: 'COVPharma',
          date: '2020-12-02T19:21:18.646Z',
          effectiveStart: '2020-12-02',
          effectiveUntil: '2025-12-02',
          dose: 1,
          totalDoses: 2,
          verifier: { name: 'Sooraj Singh' },
          facility: {
            name: 'ABC Medical Center',
            address: { district: 'Bengaluru South', addressRegion: 'Karnataka', addressCountry: 'IN' },
          },
        },
      ],
      nonTransferable: 'true',
    });
    expect(proof).toMatchObject({
      type: 'Ed25519Signature2018',
      created: intent.created,
      verificationMethod,
      proofPurpose: 'assertionMethod',
    });
  });

  it("verifies with nothing but its issuer's trust file, in every form of its QR code", async () => {
    const zip = encodeDivocZip(sealed);
    const trust = loadTrustBundles([JSON.parse(JSON.stringify(bundle))]);
    for (const input of [zip, Buffer.from(Buffer.from(zip).toString('latin1')), `B64:${Buffer.from(zip).toString('base64')}`, sealed]) {
      expect(await verifyInput(input, { legacy: format }, trust, at)).toMatchObject({
        status: 'VERIFIED',
        claims: { id: intent.id, issuer: did, credentialSubject: { name: 'Bhāya Mitra', dob: '1994-11-30' } },
      });
    }
    // Version 25 at level L holds 1,273 bytes.
    expect(zip.length).toBeLessThan(1_273);
  });

  it('leaves out what version 1 of the vocabulary has no name for', async () => {
    const v1 = divocFormat('https://divoc.dev/credentials/vaccination/v1');
    const old = (await v1.seal({ ...intent, subject: { ...subject, vaccineCode: 'XM9QW8' } }, key.sign)) as Document;
    expect(old.credentialSubject).not.toHaveProperty('dob');
    expect(old.evidence[0]).not.toHaveProperty('icd11Code');
    expect((await v1.open(old, fixture.trust(), at)).status).toBe('VERIFIED');
  });

  const unfit: [string, Partial<SealIntent>, string][] = [
    ['an id that is no UUID', { id: 'urn:uuid:1' }, '/id'],
    ['an instant without offset', { created: '2026-11-23T10:00:00' }, '/proof/created'],
    ['an end before its beginning', { validUntil: '2020-01-01T00:00:00Z' }, '/expirationDate'],
    ['a dose beyond the last', { subject: { ...subject, doseNumber: 3 } }, '/evidence/0'],
    ["another issuer's key", { verificationMethod: `did:web:other.example#${key.multibase}` }, '/proof/verificationMethod'],
  ];
  it.each(unfit)('is not made with %s, and the key is not touched', async (_, change, pointer) => {
    const sign = vi.fn(key.sign);
    await expect(format.seal({ ...intent, ...change }, sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT', errors: [{ pointer }] });
    expect(sign).not.toHaveBeenCalled();
  });
});

describe('an independent verifier (@digitalbazaar/ed25519-signature-2018)', () => {
  const contexts = new Map<string, object>(
    ['v1', 'v2'].map((version) => [`https://divoc.dev/credentials/vaccination/${version}`, jsonOf(`contexts/vaccination-${version}.json`)]),
  );

  /** As lax as DIVOC's verifiers are, with one key under the name that the proof has for it. */
  async function verifies(document: object, id: string, controller: string, publicKeyBase58: string): Promise<boolean> {
    const method = { '@context': Ed25519Signature2018.CONTEXT_URL, id, type: 'Ed25519VerificationKey2018', controller, publicKeyBase58 };
    const owner = { '@context': 'https://w3id.org/security/v2', id: controller, assertionMethod: [id] };
    const documents = new Map<string, object>([
      ...contexts,
      ...security.contexts,
      ...credentialContexts,
      [Ed25519Signature2018.CONTEXT_URL, Ed25519Signature2018.CONTEXT],
      [id, method],
      [controller, owner],
    ]);
    const documentLoader = async (url: string) => {
      if (!documents.has(url)) throw new Error(`not pinned: ${url}`);
      return { contextUrl: null, documentUrl: url, document: documents.get(url) };
    };
    const suite = new Ed25519Signature2018();
    suite.canonizeOptions = { safe: false };
    const purpose = new jsigs.purposes.AssertionProofPurpose();
    return (await jsigs.verify(structuredClone(document), { suite, purpose, documentLoader })).verified;
  }

  const raw = (jwk: object | undefined) => base58btc(Buffer.from((jwk as { x: string }).x, 'base64url'));

  it('accepts what we seal, and refuses it when altered', async () => {
    const publicKey = raw(key.key.export({ format: 'jwk' }));
    const check = (document: object) => verifies(document, verificationMethod, did, publicKey);
    expect(await check(sealed)).toBe(true);
    expect(await check({ ...sealed, credentialSubject: { ...sealed.credentialSubject, name: 'Other' } })).toBe(false);
    // The defect that old verifiers do not tell anybody of.
    const [dose] = sealed.evidence;
    expect(await check({ ...sealed, evidence: [{ ...dose, dose: dose?.totalDoses, totalDoses: dose?.dose }] })).toBe(true);
  });

  it("accepts DIVOC's own sample, so that it is a fair judge", async () => {
    expect(await verifies(certificate('ed25519-v1'), 'did:india', 'https://divoc.dev/', raw(sampleKeys[1]?.publicKeyJwk))).toBe(true);
  });
});
