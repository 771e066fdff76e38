import { createPublicKey, verify } from 'node:crypto';
import { inflateSync } from 'node:zlib';
import type { SealIntent } from '@divoc/core/api';
import { credentialFormatContract, documentSigner, holdTo, SEALED_AT } from '@divoc/core/testkit';
import { decode as decodeBase45 } from 'base45-web';
import cbor from 'cbor-web';
import { describe, expect, it } from 'vitest';
import { hcertFormat } from '../src/hcert-format.js';
import { euDccFixture, euDccFormat, icvpFixture, icvpFormat, PRODUCTS, testFixture, VACCINATION, YELLOW_FEVER } from './fixture.js';

describe('the contract of its port', () => {
  const certified = { kind: 'HCERT', isRandomised: true, keysById: true } as const;
  describe('as an EU DCC', () =>
    holdTo(it, credentialFormatContract, () => ({ ...certified, format: euDccFormat, fixture: euDccFixture })));
  describe('as an ICVP', () => holdTo(it, credentialFormatContract, () => ({ ...certified, format: icvpFormat, fixture: icvpFixture })));
});

/** What was sealed, by other software than ours: base45-web, cbor-web, and Node's zlib and crypto. */
function decoded(text: string) {
  const cose = inflateSync(Uint8Array.from(decodeBase45(text.slice(4)) as unknown as number[]));
  const { tag, value } = cbor.decode(cose) as { tag: number; value: [Uint8Array, unknown, Uint8Array, Uint8Array] };
  const [protectedBytes, payload, signature] = [Buffer.from(value[0]), Buffer.from(value[2]), Buffer.from(value[3])];
  const signed = cbor.encode(['Signature1', protectedBytes, Buffer.alloc(0), payload]);
  const key = createPublicKey({ key: documentSigner(0).jwk, format: 'jwk' });
  const holds = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, signature);
  return { tag, header: plain(cbor.decode(protectedBytes)), claims: plain(cbor.decode(payload)), holds };
}

function plain(item: unknown): unknown {
  if (item instanceof Uint8Array) return Buffer.from(item).toString('hex');
  if (Array.isArray(item)) return item.map(plain);
  if (typeof item !== 'object' || item === null) return item;
  const members = item instanceof Map ? [...item] : Object.entries(item);
  return Object.fromEntries(members.map(([key, member]) => [String(key), plain(member)]));
}

describe('what it seals, read by other software', () => {
  it('is an EU DCC 1.3', async () => {
    const { intent, sign } = euDccFixture;
    const { tag, header, claims, holds } = decoded((await euDccFormat.seal(intent, sign)) as string);
    expect([tag, holds]).toEqual([18, true]);
    expect(header).toEqual({ 1: -7, 4: Buffer.from(documentSigner(0).kid, 'base64').toString('hex') });
    expect(claims).toEqual({
      1: 'XA',
      4: Date.parse('2036-11-23T10:00:00Z') / 1000,
      6: Date.parse('2026-11-23T10:00:01Z') / 1000,
      '-260': {
        1: {
          ver: '1.3.0',
          nam: { fn: 'Bhāya Mitra-Öztürk', fnt: 'BHAYA<MITRA<OEZTUERK' },
          dob: '1994-11-30',
          v: [
            {
              tg: '840539006',
              vp: 'J07BX03',
              mp: 'Covishield',
              ma: 'ORG-100001981',
              dn: 1,
              sd: 2,
              // In Colombo it was past midnight.
              dt: '2026-10-03',
              co: 'XA',
              is: 'Ministry of Health',
              ci: expect.stringMatching(/^URN:UVCI:01:XA:01936B1E6A0070008000000000000001#[A-Z0-9/:]$/),
            },
          ],
        },
      },
    });
  });

  it('is an EU DCC of a test', async () => {
    const { intent, sign } = testFixture();
    const { claims, holds } = decoded((await euDccFormat.seal(intent, sign)) as string);
    expect(holds).toBe(true);
    expect((claims as Record<string, Record<string, object>>)['-260']?.[1]).toEqual({
      ver: '1.3.0',
      nam: { fn: 'Bhāya Mitra-Öztürk', fnt: 'BHAYA<MITRA<OEZTUERK' },
      dob: '1994-11',
      t: [
        {
          tg: '840539006',
          tt: 'LP6464-4',
          sc: '2026-11-20T07:30:00+05:30',
          tr: '260415000',
          tc: 'National Reference Laboratory',
          co: 'XA',
          is: 'Ministry of Health',
          ci: expect.stringMatching(/^URN:UVCI:01:XA:[0-9A-F]{32}#[A-Z0-9/:]$/),
        },
      ],
    });
    const rapid = testFixture({ testCode: 'LP217198-3', deviceCode: '1341', device: 'Any', collectedDateTime: '2026-11-20T02:00:00Z' });
    const other = decoded((await euDccFormat.seal(rapid.intent, rapid.sign)) as string);
    expect(other.claims).toMatchObject({
      '-260': { 1: { t: [{ tt: 'LP217198-3', ma: '1341', sc: '2026-11-20T02:00:00Z' }] } },
    });
    expect(await euDccFormat.open((await euDccFormat.seal(intent, sign)) as string, testFixture().trust(), SEALED_AT)).toMatchObject({
      status: 'VERIFIED',
      claims: { certificate: { t: [{ tr: '260415000' }] } },
    });
  });

  it.each([
    ['/credentialSubject/diseaseCode', { diseaseCode: '14189004' }],
    ['/credentialSubject/testCode', { testCode: '94558-4' }],
    ['/credentialSubject/resultCode', { resultCode: '10828004' }],
    ['/credentialSubject/deviceCode', { testCode: 'LP217198-3' }],
    ['/credentialSubject/collectedDateTime', { collectedDateTime: '2026-11-20' }],
    ['/credentialSubject/laboratory/name', { laboratory: { name: 'L'.repeat(81) } }],
    ['/credentialSubject/patient/name', { patient: { birthDate: '1994' } }],
  ])('is no EU DCC of a test without a fit %s, and no key is touched', async (pointer, changes) => {
    const sign = () => Promise.reject(new Error('the key was touched'));
    await expect(euDccFormat.seal(testFixture(changes).intent, sign)).rejects.toMatchObject({
      status: 422,
      code: 'CREDENTIAL_UNFIT',
      errors: [{ pointer }],
    });
  });

  it('says which types it can be', () => {
    expect([euDccFormat.types, icvpFormat.types]).toEqual([['VaccinationCredential', 'TestReportCredential'], ['VaccinationCredential']]);
  });

  it('is an ICVP in the form of April 2026', async () => {
    const { intent, sign } = icvpFixture;
    const { claims, holds } = decoded((await icvpFormat.seal(intent, sign)) as string);
    expect(holds).toBe(true);
    expect(claims).toMatchObject({
      1: 'XA',
      7: '01936b1e6a0070008000000000000001',
      '-260': {
        '-6': {
          n: 'Bhāya Mitra-Öztürk',
          dob: '1994-11-30',
          s: 'female',
          nt: 'LKA',
          vx: { vp: YELLOW_FEVER, dt: '2026-10-03', bo: 'MB3428BX', cn: 'Dr A. Silva', is: 'Ministry of Health' },
          v: '1.0.0',
        },
      },
    });
  });

  it('certifies a dose that does not protect yet: the certificate says so until it does', async () => {
    const { intent, sign, trust } = icvpFixture;
    const text = await icvpFormat.seal({ ...intent, subject: { ...intent.subject, occurrenceDateTime: '2026-11-20' } }, sign);
    expect(await icvpFormat.open(text, trust(), SEALED_AT)).toMatchObject({
      status: 'RULE_FAILED',
      reasons: [{ code: 'ICVP_TOO_RECENT' }],
      claims: { certificate: { n: 'Bhāya Mitra-Öztürk' } },
    });
    expect((await icvpFormat.open(text, trust(), new Date('2026-11-30T00:00:00Z'))).status).toBe('VERIFIED');
  });

  it('holds at once, and says nothing of it, where both instants are in one second', async () => {
    const { intent, sign, trust } = euDccFixture;
    const instants = { validFrom: '2026-11-23T10:00:00.500Z', created: '2026-11-23T10:00:00.520Z' };
    const text = (await euDccFormat.seal({ ...intent, ...instants }, sign)) as string;
    expect(Object.keys(decoded(text).claims as object).sort()).toEqual(['-260', '1', '4', '6']);
    expect((await euDccFormat.open(text, trust(), new Date(instants.created))).status).toBe('VERIFIED');
  });

  it('begins later than it was issued where it should', async () => {
    const { intent, sign, trust } = euDccFixture;
    const text = await euDccFormat.seal({ ...intent, validFrom: '2026-12-01T00:00:00.000Z' }, sign);
    expect((await euDccFormat.open(text, trust(), SEALED_AT)).status).toBe('NOT_YET_VALID');
    expect((await euDccFormat.open(text, trust(), new Date('2026-12-01T00:00:00Z'))).status).toBe('VERIFIED');
  });

  it('ends with the certificate of its key at the latest', async () => {
    const { intent, sign } = euDccFixture;
    const text = (await euDccFormat.seal({ ...intent, validUntil: '2099-01-01T00:00:00Z' }, sign)) as string;
    expect(decoded(text).claims).toMatchObject({ 4: Date.parse('2076-01-01T00:00:00Z') / 1000 });
  });
});

describe('what it has no place for', () => {
  const signNothing = async () => {
    throw new Error('the key was reached');
  };
  const refused = (format: typeof euDccFormat, change: Partial<SealIntent>, pointer: string) =>
    expect(format.seal({ ...euDccFixture.intent, ...change }, signNothing)).rejects.toMatchObject({
      status: 422,
      code: 'CREDENTIAL_UNFIT',
      errors: [{ pointer }],
    });
  const without = (change: object): Partial<SealIntent> => ({ subject: { ...VACCINATION, vaccineName: 'Stamaril', ...change } });
  const patient = (change: object) => ({ patient: { ...VACCINATION.patient, ...change } });

  it.each([
    ['a vaccine without codes', { vaccineName: 'Nothing' }, 'vaccineName'],
    ['a name in letters without a transliteration', { vaccineName: 'Covaxin', ...patient({ name: 'नाम' }) }, 'patient/name'],
    ['no name', { vaccineName: 'Covaxin', patient: {} }, 'patient/name'],
    ['a longer name', { vaccineName: 'Covaxin', ...patient({ name: 'A'.repeat(81) }) }, 'patient/name'],
    ['no length of the series', { vaccineName: 'Covaxin', seriesDoses: undefined }, 'seriesDoses'],
    ['dose 0', { vaccineName: 'Covaxin', doseNumber: 0 }, 'doseNumber'],
    ['no date', { vaccineName: 'Covaxin', occurrenceDateTime: undefined }, 'occurrenceDateTime'],
  ])('in an EU DCC is refused before a key is touched: %s', (_what, change, field) =>
    refused(euDccFormat, { subject: JSON.parse(JSON.stringify({ ...VACCINATION, ...change })) }, `/credentialSubject/${field}`),
  );

  it.each([
    ['no full birth date', patient({ birthDate: '1994' }), 'patient/birthDate'],
    ['no birth date', patient({ birthDate: undefined }), 'patient/birthDate'],
    ['a nationality in words', patient({ nationality: 'Kenya' }), 'patient/nationality'],
    ['no batch', { lotNumber: '' }, 'lotNumber'],
    ['a dose of tomorrow', { occurrenceDateTime: '2026-11-24' }, 'occurrenceDateTime'],
    ['a vaccine without a product', { vaccineName: 'Covishield' }, 'vaccineName'],
  ])('in an ICVP is refused before a key is touched: %s', (_what, change, field) =>
    refused(icvpFormat, JSON.parse(JSON.stringify(without(change))), `/credentialSubject/${field}`),
  );

  it('is a product that WHO does not approve', async () => {
    const issuing = { kind: 'icvp', country: 'XA', issuer: 'M', timeZone: 'UTC', vaccines: { Stamaril: { product: 'Nothing' } } } as const;
    await refused(hcertFormat({ products: PRODUCTS, issuing }), without({}), '/credentialSubject/vaccineName');
  });

  it('is a key without a certificate, with that of another key, or with one that had ended', async () => {
    const { key } = euDccFixture.intent as Required<SealIntent>;
    const { certificates: _, ...bare } = key;
    await refused(euDccFormat, { key: bare }, '');
    await refused(euDccFormat, { key: { ...key, certificates: documentSigner(1).key.certificates as string[] } }, '');
    await refused(
      euDccFormat,
      { created: '2080-01-01T00:00:00Z', validFrom: '2080-01-01T00:00:00Z', validUntil: '2081-01-01T00:00:00Z' },
      '',
    );
  });

  it('is anything where no kind was set', () => refused(hcertFormat({ products: PRODUCTS }), {}, ''));
});

it('writes a partial date of birth, and none, into an EU DCC alone', async () => {
  for (const birthDate of ['1994', '1994-11', undefined]) {
    const subject = { ...VACCINATION, patient: { name: 'A', ...(birthDate && { birthDate }) } };
    const text = await euDccFormat.seal({ ...euDccFixture.intent, subject }, euDccFixture.sign);
    expect((await euDccFormat.open(text, euDccFixture.trust(), SEALED_AT)).claims).toMatchObject({ certificate: { dob: birthDate ?? '' } });
  }
});
