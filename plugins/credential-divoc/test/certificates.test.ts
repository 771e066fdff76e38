import { verifyInput } from '@divoc/core/verifier';
import { describe, expect, it } from 'vitest';
import { VACCINATION_CONTEXTS } from '../src/vaccination-contexts.js';
import { at, bytesOf, certificate, type Document, expected, format, jsonOf, open, sampleKeys, trusting } from './fixture.js';

/** A copy of a certificate, with something changed. */
function changed(name: string, change: (document: Document) => void): Document {
  const document = certificate(name);
  change(document);
  return document;
}

const codes = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }) => reasons.map(({ code }) => code);

describe("DIVOC's own certificates", () => {
  it.each(expected.certificates)('$file has a signature that is $signature', async ({ file, signature }) => {
    const { status, reasons } = await open(jsonOf(file));
    expect([status, codes({ reasons })]).toEqual(
      signature === 'valid' ? ['VERIFIED', ['FIELDS_NOT_PROTECTED']] : ['INVALID_SIGNATURE', ['SIGNATURE_WRONG']],
    );
  });

  it.each(expected.qr)('$file gives back its certificate, which verifies', async ({ file, certificate: of }) => {
    const trust = trusting(sampleKeys);
    const verdict = await verifyInput(bytesOf(file), { divoc: format }, trust, at);
    expect(verdict.status).toBe('VERIFIED');
    expect(verdict).toEqual(await verifyInput(jsonOf(of), { divoc: format }, trust, at));
  });

  it('claim what is signed, and name what is not', async () => {
    const { claims, unprotected } = await open(certificate('rsa-v2'));
    expect(claims).toEqual({
      type: ['VerifiableCredential', 'ProofOfVaccinationCredential'],
      issuer: 'https://cowin.gov.in/',
      issuanceDate: '2022-04-07T12:31:45.990Z',
      nonTransferable: 'true',
      credentialSubject: {
        id: 'did:india:872550100V',
        type: 'Person',
        name: 'John Doeq',
        gender: '',
        age: '35',
        nationality: 'Sri Lankan',
        dob: '1987-04-23',
        address: certificate('rsa-v2').credentialSubject.address,
      },
      evidence: [
        {
          id: 'https://cowin.gov.in/vaccine/303232161',
          type: 'Vaccination',
          prophylaxis: 'COVID-19 vaccine, non-replicating viral vector',
          verifier: { name: 'ss' },
          facility: (certificate('rsa-v2').evidence[0] as { facility: unknown }).facility,
        },
      ],
    });
    const inDose = ['batch', 'certificateId', 'date', 'dose', 'effectiveStart', 'effectiveUntil', 'feedbackUrl', 'icd11Code', 'infoUrl'];
    const places = [...inDose, 'manufacturer', 'totalDoses', 'vaccine'].map((name) => `/evidence/0/${name}`);
    // `uhid` has the IRI of `refId`, so that nobody can tell which of them was meant.
    expect(unprotected).toEqual(['/credentialSubject/refId', ...places]);
  });

  it('have the vocabulary that is written down in the vectors', () => {
    expect(VACCINATION_CONTEXTS.v1).toEqual(jsonOf('contexts/vaccination-v1.json'));
    expect(VACCINATION_CONTEXTS.v2).toEqual(jsonOf('contexts/vaccination-v2.json'));
  });
});

describe('the vocabulary', () => {
  const under = (url: string) => changed('rsa-v1', (document) => document['@context'].splice(1, 1, url));

  it.each(['https://divoc.lgcc.gov.lk/credentials/vaccination/v1', 'http://localhost:4321/credentials/vaccination/v1'])(
    'is the same on whatever host: %s',
    async (url) => {
      expect(await open(under(url))).toEqual(await open(certificate('rsa-v1')));
    },
  );

  it('may be version 2 under the name of version 1', async () => {
    const renamed = changed('rsa-v2', (document) =>
      document['@context'].splice(1, 1, 'https://pedulilindungi.id/credentials/vaccination/v1'),
    );
    expect(await open(renamed)).toEqual(await open(certificate('rsa-v2')));
  });

  it.each(['https://cowin.gov.in/credentials/testCertificate/v1', 'https://cowin.gov.in/credentials/vaccination/v3', 'https://x.example/'])(
    'is not guessed: %s',
    async (url) => {
      expect(await open(under(url))).toMatchObject({ status: 'NOT_SUPPORTED', reasons: [{ code: 'CONTEXT_UNKNOWN' }] });
    },
  );

  it('is not extended by the document', async () => {
    const further = changed('rsa-v1', (document) => document['@context'].push('https://w3id.org/security/v2'));
    expect(await open(further)).toMatchObject({ status: 'NOT_SUPPORTED', reasons: [{ code: 'CONTEXT_NOT_EXACT' }] });
    const inside = changed('rsa-v1', (document) => Object.assign(document.credentialSubject, { '@context': { name: 'urn:x:y' } }));
    expect((await open(inside)).status).toBe('INVALID_SIGNING_FORMAT');
  });
});

describe('the proof', () => {
  const withProof = (change: Record<string, unknown>) =>
    changed('ed25519-v1', (document) => Object.assign(document.proof, JSON.parse(JSON.stringify(change))));
  const jws = certificate('ed25519-v1').proof.jws as string;
  const header = (text: string) => `${Buffer.from(text).toString('base64url')}..${jws.split('..')[1]}`;

  it.each([
    ['a header that is not encoded so', header('{"b64":false,"alg":"EdDSA","crit":["b64"]}')],
    ['another algorithm', header('{"alg":"PS256","b64":false,"crit":["b64"]}')],
    ['no algorithm', header('{"alg":"none","b64":false,"crit":["b64"]}')],
    ['an encoded payload', header('{"alg":"EdDSA"}')],
    ['a payload', jws.replace('..', '.e30.')],
    ['another text for the same bytes', `${jws.slice(0, -1)}R`],
    ['no signature', jws.replace(/\.\..*/, '..')],
  ])('is refused with %s', async (_, other) => {
    expect(await open(withProof({ jws: other }))).toMatchObject({
      status: 'INVALID_SIGNING_FORMAT',
      reasons: [{ code: 'SHAPE_NOT_EXACT' }],
    });
  });

  it('says nothing more, and for one purpose', async () => {
    expect((await open(withProof({ nonce: 'x' }))).status).toBe('INVALID_SIGNING_FORMAT');
    expect((await open(withProof({ proofPurpose: 'authentication' }))).status).toBe('INVALID_SIGNING_FORMAT');
    expect((await open(withProof({ created: '2021-08-27T10:57:58Z' }))).status).toBe('INVALID_SIGNATURE');
    expect((await open(withProof({ verificationMethod: 'did:other' }))).status).toBe('INVALID_SIGNATURE');
    const unnamed = changed('ed25519-v1', (document) => delete document.proof.verificationMethod);
    expect((await open(unnamed)).status).toBe('KID_NOT_INCLUDED');
  });
});

describe('keys', () => {
  const [rsa, ed25519] = sampleKeys as [(typeof sampleKeys)[number], (typeof sampleKeys)[number]];
  const verdict = async (keys: typeof sampleKeys) => {
    const { status, reasons } = await open(certificate('rsa-v1'), trusting(keys));
    return [status, reasons[0]?.code];
  };

  it('are tried all when the proof names one that nobody can look up', async () => {
    expect(await verdict([ed25519, rsa])).toEqual(['VERIFIED', 'FIELDS_NOT_PROTECTED']);
    expect(await verdict([ed25519])).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_UNKNOWN']);
    expect(await verdict([])).toEqual(['ISSUER_NOT_TRUSTED', 'ISSUER_UNKNOWN']);
  });

  it("sign in their controller's name alone", async () => {
    expect(await verdict([{ ...rsa, controller: 'https://cowin.gov.in/' }])).toEqual(['VERIFIED', 'FIELDS_NOT_PROTECTED']);
    expect(await verdict([{ ...rsa, controller: 'https://cowin.gov.in' }])).toEqual(['VERIFIED', 'FIELDS_NOT_PROTECTED']);
    expect(await verdict([{ ...rsa, id: 'did:india', controller: 'https://divoc.lgcc.gov.lk/' }])).toEqual([
      'ISSUER_NOT_TRUSTED',
      'KEY_NOT_OF_ISSUER',
    ]);
  });

  it('end', async () => {
    expect(await verdict([{ ...rsa, expires: '2021-01-15T17:21:12Z' }])).toEqual(['EXPIRED_KEYS', 'KEY_EXPIRED']);
    expect(await verdict([{ ...rsa, revoked: '2099-01-01T00:00:00Z' }])).toEqual(['REVOKED_KEYS', 'KEY_REVOKED']);
  });
});

describe('rules', () => {
  it('keep to the time of the credential', async () => {
    const before = await format.open(certificate('rsa-v1'), trusting(sampleKeys), new Date('2021-01-15T17:21:13.116Z'));
    expect([before.status, codes(before)]).toEqual(['NOT_YET_VALID', ['NOT_YET_VALID', 'FIELDS_NOT_PROTECTED']]);
  });

  it.each([
    ['a dose beyond the last', 'rsa-v2', 'dose', 'totalDoses'],
    ['a date after the end', 'rsa-v2', 'date', 'effectiveUntil'],
    ['a beginning after the end', 'ed25519-v1', 'effectiveStart', 'effectiveUntil'],
  ])('refuse what contradicts itself: %s', async (_, name, a, b) => {
    const swapped = changed(name, ({ evidence: [dose = {}] }) => Object.assign(dose, { [a]: dose[b], [b]: dose[a] }));
    const verdict = await open(swapped);
    expect([verdict.status, codes(verdict)]).toEqual(['RULE_FAILED', ['FIELDS_IMPLAUSIBLE', 'FIELDS_NOT_PROTECTED']]);
    expect(verdict.claims).toEqual((await open(certificate(name))).claims);
  });
});
