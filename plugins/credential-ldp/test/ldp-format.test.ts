import { applyMergePatch, type Verdict } from '@divoc/core/api';
import { credentialFormatContract, holdTo } from '@divoc/core/testkit';
import { describe, expect, it, vi } from 'vitest';
import { ldpFormat } from '../src/ldp-format.js';
import { iri } from './context-iri.js';
import {
  at,
  fixture,
  intent,
  issuer,
  issuerKey,
  recordSchema,
  subject,
  testKey,
  trustOf,
  type,
  typeOf,
  verificationMethod,
} from './fixture.js';

type Credential = Record<string, never> & { proof: Record<string, string>; credentialSubject: Record<string, unknown> };
const credential = (await ldpFormat.seal(intent, issuerKey.sign)) as Credential;
const open = (document: unknown, trust = trustOf(), when = at) => ldpFormat.open(document, trust, when);
const short = ({ status, reasons }: Verdict) => [status, reasons[0]?.code];

describe('the contract of its port', () => {
  holdTo(it, credentialFormatContract, () => ({
    format: ldpFormat,
    kind: ['eddsa-rdfc-2022', 'ecdsa-rdfc-2019', 'ecdsa-sd-2023', 'Ed25519Signature2020'],
    fixture,
    iri,
  }));
});

describe('seal', () => {
  it('gives the same bytes twice, with the instants it was given', async () => {
    expect(JSON.stringify(await ldpFormat.seal(intent, issuerKey.sign))).toBe(JSON.stringify(credential));
    expect(credential.validFrom).toBe('2026-11-23T10:00:00.123Z');
    expect(credential.proof).toMatchObject({
      created: '2026-11-23T10:00:01.456Z',
      cryptosuite: 'eddsa-rdfc-2022',
      proofPurpose: 'assertionMethod',
      verificationMethod,
    });
    expect(Object.keys(credential)).toEqual(['@context', 'id', 'type', 'issuer', 'validFrom', 'validUntil', 'credentialSubject', 'proof']);
    expect(credential.credentialSubject).toEqual(subject);
  });

  const unfit: [string, object, string][] = [
    ['an unknown field', { subject: { ...subject, colour: 'red' } }, '/credentialSubject'],
    ['a number as text', { subject: { ...subject, doseNumber: '1' } }, '/credentialSubject/doseNumber'],
    ['a day that does not exist', { subject: { ...subject, effectiveFrom: '2021-02-29' } }, '/credentialSubject/effectiveFrom'],
    ['an instant without offset', { created: '2026-11-23T10:00:00' }, '/proof/created'],
    ['an id that is no UUID', { id: 'urn:uuid:1' }, '/id'],
    ['an unpaired surrogate', { subject: { ...subject, lotNumber: '\udc00' } }, ''],
    ["another issuer's key", { verificationMethod: `did:web:other.example#${issuerKey.multibase}` }, '/proof/verificationMethod'],
    ['a key that does not name itself', { verificationMethod: `${issuer}#key-1` }, '/proof/verificationMethod'],
    ['an end before its beginning', { validUntil: '2020-01-01T00:00:00Z' }, '/validUntil'],
    ['a type served elsewhere', { type: { ...type, url: `https://other.example/contexts/${type.hash}` } }, '/@context'],
  ];
  it.each(unfit)('refuses %s and does not touch the key', async (_, change, pointer) => {
    const sign = vi.fn(issuerKey.sign);
    await expect(ldpFormat.seal({ ...intent, ...change }, sign)).rejects.toMatchObject({
      code: 'CREDENTIAL_UNFIT',
      status: 422,
      errors: [{ pointer }],
    });
    expect(sign).not.toHaveBeenCalled();
  });

  it('refuses to give out what another key has signed', async () => {
    await expect(ldpFormat.seal(intent, testKey(2).sign)).rejects.toMatchObject({
      code: 'CREDENTIAL_UNFIT',
      errors: [{ code: 'SIGNATURE_WRONG' }],
    });
  });
});

describe('open', () => {
  it('answers VERIFIED with claims', async () => {
    expect(await open(credential)).toEqual({
      status: 'VERIFIED',
      answers: { encoding: 'pass', format: 'pass', key: 'pass', signature: 'pass', status: 'not-checked', rules: 'pass' },
      reasons: [],
      claims: {
        id: intent.id,
        type: ['VerifiableCredential', 'VaccinationCredential'],
        issuer,
        validFrom: intent.validFrom,
        validUntil: intent.validUntil,
        credentialSubject: subject,
      },
    });
  });

  it('reads it after a round trip through JSON text', async () => {
    expect((await open(JSON.parse(JSON.stringify(credential)))).status).toBe('VERIFIED');
  });

  it('gives claims with an ended or a future validity, and none with a wrong signature', async () => {
    expect(await open(credential, trustOf(), new Date('2036-11-23T10:00:00.001Z'))).toMatchObject({
      status: 'EXPIRED',
      answers: { signature: 'pass', rules: 'fail' },
      claims: { id: intent.id },
    });
    expect((await open(credential, trustOf(), new Date('2036-11-23T10:00:00.000Z'))).status).toBe('VERIFIED');
    expect(await open(credential, trustOf(), new Date('2026-11-23T10:00:00.122Z'))).toMatchObject({
      status: 'NOT_YET_VALID',
      answers: { signature: 'pass' },
      claims: { id: intent.id },
    });
    expect((await open(credential, trustOf(), new Date(Number.NaN))).status).not.toBe('VERIFIED');
    const forged = { ...credential, credentialSubject: { ...subject, vaccineName: 'Other' } };
    const verdict = await open(forged);
    expect(verdict).toMatchObject({
      status: 'INVALID_SIGNATURE',
      answers: { format: 'pass', key: 'pass', signature: 'fail', rules: 'not-checked' },
    });
    expect(verdict.claims).toBeUndefined();
  });

  it('catches two texts that change places although both fit the schema', async () => {
    const patient = { ...subject.patient, name: subject.facility.name };
    const swapped = {
      ...credential,
      credentialSubject: { ...subject, patient, facility: { ...subject.facility, name: subject.patient.name } },
    };
    expect(short(await open(swapped))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
  });

  it('says which part of the key is wrong', async () => {
    const unnamed = { ...credential, proof: { ...credential.proof } };
    delete unnamed.proof.verificationMethod;
    expect(short(await open(unnamed))).toEqual(['KID_NOT_INCLUDED', 'KEY_NOT_NAMED']);
    expect(short(await open(credential, { ...trustOf(), issuer: () => false }))).toEqual(['ISSUER_NOT_TRUSTED', 'ISSUER_UNKNOWN']);
    expect(short(await open(credential, { ...trustOf(), key: () => undefined }))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_UNKNOWN']);
    expect(short(await open(credential, trustOf({ controller: 'did:web:other.example' })))).toEqual([
      'ISSUER_NOT_TRUSTED',
      'KEY_NOT_OF_ISSUER',
    ]);
    expect(short(await open(credential, trustOf({ expires: '2026-11-23T10:00:01.455Z' })))).toEqual(['EXPIRED_KEYS', 'KEY_EXPIRED']);
    expect((await open(credential, trustOf({ expires: '2026-11-23T10:00:01.456Z' }))).status).toBe('VERIFIED');
    expect(short(await open(credential, trustOf({ expires: 'soon' })))).toEqual(['EXPIRED_KEYS', 'KEY_EXPIRED']);
    expect(short(await open(credential, trustOf({ revoked: '2099-01-01T00:00:00Z' })))).toEqual(['REVOKED_KEYS', 'KEY_REVOKED']);
    expect(short(await open(credential, trustOf({ publicKeyMultibase: testKey(2).multibase })))).toEqual([
      'INVALID_SIGNATURE',
      'SIGNATURE_WRONG',
    ]);
    expect(short(await open(credential, trustOf({ publicKeyMultibase: 'z1' })))).toEqual(['INVALID_SIGNATURE', 'SIGNATURE_WRONG']);
  });

  it("does not let a trusted neighbour sign in the issuer's name", async () => {
    const neighbour = testKey(3);
    const id = `did:web:other.example#${neighbour.multibase}`;
    const trust = { ...trustOf({ id, controller: 'did:web:other.example', publicKeyMultibase: neighbour.multibase }), issuer: () => true };
    const theirs = (await ldpFormat.seal({ ...intent, issuer: 'did:web:other.example', verificationMethod: id }, neighbour.sign)) as object;
    expect((await open(theirs, trust)).status).toBe('VERIFIED');
    expect(short(await open({ ...theirs, issuer }, trust))).toEqual(['ISSUER_NOT_TRUSTED', 'KEY_NOT_OF_ISSUER']);
  });

  it('resolves a did:key by itself, and trusts it only when told to', async () => {
    const did = `did:key:${issuerKey.multibase}`;
    const sealed = await ldpFormat.seal({ ...intent, issuer: did, verificationMethod: `${did}#${issuerKey.multibase}` }, issuerKey.sign);
    const trust = { ...trustOf(), key: () => undefined };
    expect(short(await open(sealed, trust))).toEqual(['ISSUER_NOT_TRUSTED', 'ISSUER_UNKNOWN']);
    expect((await open(sealed, { ...trust, issuer: (known) => known === did })).status).toBe('VERIFIED');
  });

  it('knows types by their content alone', async () => {
    expect(short(await open(credential, trustOf({}, [])))).toEqual(['NOT_SUPPORTED', 'CONTEXT_UNKNOWN']);
    const lying = { ...trustOf(), type: () => ({ ...type.document, schema: { type: 'object' } }) };
    expect(short(await open(credential, lying))).toEqual(['NOT_SUPPORTED', 'CONTEXT_ALTERED']);
    const moved = { ...credential, '@context': [credential['@context']![0], `https://other.example/contexts/${type.hash}`] };
    expect(short(await open(moved))).toEqual(['NOT_SUPPORTED', 'CONTEXT_NOT_EXACT']);
  });

  it('never throws, whatever it is given', async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic.self = cyclic;
    const getter = Object.defineProperty({}, '@context', {
      enumerable: true,
      get: () => {
        throw new Error('no');
      },
    });
    let deep: unknown = [];
    for (let level = 0; level < 50_000; level += 1) deep = [deep];
    for (const input of [
      undefined,
      null,
      1,
      '',
      [],
      {},
      cyclic,
      getter,
      deep,
      () => 1,
      Symbol('x'),
      new Date(),
      Number.NaN,
      'x'.repeat(300_000),
      new Array(5_000).fill(0),
    ]) {
      expect(ldpFormat.recognises(input === getter ? {} : input)).toBe(false);
      expect((await open(input)).status).toMatch(/^(NOT_SUPPORTED|INVALID_ENCODING)$/);
    }
  });
});

describe('a type with one more field', () => {
  const patch = {
    properties: {
      patient: { properties: { parentName: { type: 'string', maxLength: 256, 'x-personal': true, 'x-label': { en: "Parent's name" } } } },
    },
  };
  const changed = typeOf(applyMergePatch(recordSchema, patch));

  it('signs and protects the field; certificates from before still verify', async () => {
    const withParent = { ...subject, patient: { ...subject.patient, parentName: 'Asha Mitra' } };
    const trust = trustOf({}, [type, changed]);
    const sealed = (await ldpFormat.seal({ ...intent, type: changed, subject: withParent }, issuerKey.sign)) as Credential;
    expect(await open(sealed, trust)).toMatchObject({ status: 'VERIFIED', claims: { credentialSubject: withParent } });
    const forged = { ...sealed, credentialSubject: { ...withParent, patient: { ...withParent.patient, parentName: 'X' } } };
    expect((await open(forged, trust)).status).toBe('INVALID_SIGNATURE');
    expect((await open(credential, trust)).status).toBe('VERIFIED');
    await expect(ldpFormat.seal({ ...intent, subject: withParent }, issuerKey.sign)).rejects.toMatchObject({ code: 'CREDENTIAL_UNFIT' });
  });
});
