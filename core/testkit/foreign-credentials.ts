import { base58btc } from './base58.js';

const method = `did:web:health.example#z6Mk${'a'.repeat(44)}`;
const proofValue = `z${base58btc(Buffer.alloc(64, 7))}`;
const credential = {
  '@context': ['https://www.w3.org/ns/credentials/v2', `https://health.example/contexts/${'A'.repeat(43)}`],
  id: 'urn:uuid:01936b1e-6a00-7000-8000-000000000009',
  type: ['VerifiableCredential', 'VaccinationCredential'],
  issuer: 'did:web:health.example',
  validFrom: '2026-11-23T10:00:00.000Z',
  credentialSubject: { doseNumber: 1 },
};
const dataIntegrity = (cryptosuite: string) => ({
  ...credential,
  proof: {
    type: 'DataIntegrityProof',
    cryptosuite,
    created: credential.validFrom,
    verificationMethod: method,
    proofPurpose: 'assertionMethod',
    proofValue,
  },
});

/**
 * One document of every kind that travels under the name of a vaccination certificate, by the name of its kind. None has
 * a sound signature; a format recognises those of its own kind, and no other.
 */
export const KINDS: Readonly<Record<string, unknown>> = {
  'eddsa-rdfc-2022': dataIntegrity('eddsa-rdfc-2022'),
  'eddsa-jcs-2022': dataIntegrity('eddsa-jcs-2022'),
  'ecdsa-rdfc-2019': dataIntegrity('ecdsa-rdfc-2019'),
  'ecdsa-jcs-2019': dataIntegrity('ecdsa-jcs-2019'),
  'ecdsa-sd-2023': dataIntegrity('ecdsa-sd-2023'),
  'unsigned credential': credential,
  'set of proofs': { ...credential, proof: [dataIntegrity('eddsa-rdfc-2022').proof, dataIntegrity('eddsa-jcs-2022').proof] },
  Ed25519Signature2020: {
    ...credential,
    proof: { type: 'Ed25519Signature2020', verificationMethod: method, proofPurpose: 'assertionMethod', proofValue },
  },
  'DIVOC 2021': {
    ...credential,
    '@context': ['https://www.w3.org/2018/credentials/v1', 'https://cowin.gov.in/credentials/vaccination/v1'],
    proof: {
      type: 'RsaSignature2018',
      created: credential.validFrom,
      verificationMethod: 'did:india',
      proofPurpose: 'assertionMethod',
      jws: 'a..b',
    },
  },
  presentation: {
    '@context': credential['@context'],
    type: ['VerifiablePresentation'],
    verifiableCredential: [dataIntegrity('eddsa-jcs-2022')],
  },
  enveloped: { '@context': credential['@context'][0], type: 'EnvelopedVerifiableCredential', id: 'data:application/vc+jwt,a.b.c' },
  HCERT: 'HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOA',
  'SMART Health Card': 'shc:/567629095243206034602924374044603122295953265460346029254077280433602870286471674522280928',
  'SMART Health Card file': { verifiableCredential: ['a.b.c'] },
  'SD-JWT': 'a.b.c~d~',
  'vc+jwt': `${Buffer.from('{"alg":"EdDSA","typ":"vc+jwt"}').toString('base64url')}.e30.AA`,
  'VDS-NC': { data: { hdr: { t: 'icao.vacc', v: 1, is: 'UTO' }, msg: {} }, sig: { alg: 'ES256', cer: '', sigvl: '' } },
  'FHIR resource': { resourceType: 'Immunization', status: 'completed' },
  'empty object': {},
  array: [dataIntegrity('eddsa-jcs-2022')],
  nothing: null,
  text: JSON.stringify(dataIntegrity('eddsa-jcs-2022')),
};
