import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { TemplateEngine } from '../../api/index.js';
import type { CertificateRow } from './certificate-store.js';
import { certificateView, printedClaims } from './certificate-view.js';
import { deriveCredentialType } from './credential-type.js';
import { qrCode } from './qr-code.js';
import { readableFields } from './templates/readable-fields.js';
import { templateTexts } from './templates/template-texts.js';

const schema = JSON.parse(readFileSync(new URL('../../../schemas/records/vaccination.json', import.meta.url), 'utf8'));
const type = deriveCredentialType(schema, {
  name: 'VaccinationCredential',
  record: 'vaccination',
  major: 1,
  publicUrl: 'https://h.example',
});
const engine = {} as TemplateEngine;
const template = {
  name: 'certificate-a4',
  folder: '',
  record: { name: 'vaccination', schema, type, holder: ['patient', 'name'] },
  languages: ['en', 'ar'],
  texts: templateTexts(
    { page: '', print: '', languages: ['en', 'ar'], reads: [] },
    new Map([
      ['en', { title: 'Certificate of vaccination', vaccination: 'Vaccination', qrAlt: 'QR code' }],
      ['ar', { title: 'شهادة تطعيم', vaccination: 'التطعيم', qrAlt: 'رمز' }],
    ]),
  ),
  reads: readableFields(['printed'], schema),
  page: { file: '', engine },
  print: { file: '', engine },
};
const credentialSubject = {
  performer: { name: 'Sooraj Singh' },
  facility: { name: 'ABC Medical Center', country: 'LKA' },
  doseNumber: 1,
  occurrenceDateTime: '2020-12-02T19:21:18.646Z',
  vaccineName: 'CoVax',
  lotNumber: 'MB3428BX',
  patient: { gender: 'female', birthDate: '1984-03', name: 'آشا', street: '444, 2nd Street' },
};
const row = { number: '7KQ29XWT40HM5' };
const claims = { credentialSubject, issuer: 'did:web:h.example', validFrom: '2026-11-24T20:00:00.000Z' };

const view = (language: string, timeZone = 'Asia/Kolkata') =>
  certificateView({
    row,
    claims,
    type: type.document,
    template,
    language,
    timeZone,
    issuerName: { en: 'Ministry of Health', ar: 'وزارة الصحة' },
    qr: qrCode(new Uint8Array(100)),
    links: {},
  });

it('shows the signed claims that are to be printed, in their order, group by group', () => {
  const { groups, holder, number, issuer } = view('en');
  expect(groups.map(({ label, rows }) => [label, ...rows.map(({ label, value }) => `${label}: ${value}`)])).toEqual([
    ['Person vaccinated', 'Name: آشا', 'Date of birth: 1984-03', 'Gender: female'],
    ['Vaccination', 'Vaccine: CoVax', 'Batch number: MB3428BX', 'Date of vaccination: 2020-12-03', 'Dose number: 1'],
    ['Place of vaccination', 'Facility: ABC Medical Center', 'Country: LKA'],
    ['Vaccinator', 'Vaccinated by: Sooraj Singh'],
  ]);
  expect({ holder, number, issuer: issuer.name }).toEqual({ holder: 'آشا', number: '7KQ2-9XWT-40HM-5', issuer: 'Ministry of Health' });
});

it('gives instants in UTC the local day, and leaves the day of an instant with an offset', () => {
  expect(view('en').issuedOn).toBe('2026-11-25');
  expect(view('en', 'America/Jamaica').issuedOn).toBe('2026-11-24');
  const dayOf = (zone: string) =>
    view('en', zone)
      .groups.flatMap(({ rows }) => rows)
      .find(({ name }) => name === 'occurrenceDateTime')?.value;
  expect([dayOf('Asia/Kolkata'), dayOf('UTC')]).toEqual(['2020-12-03', '2020-12-02']);
});

it('turns right to left with the language, keeps the English label beside, and isolates dates, numbers and codes', () => {
  const arabic = view('ar');
  expect([arabic.direction, arabic.title, arabic.issuer.name]).toEqual(['rtl', 'شهادة تطعيم', 'وزارة الصحة']);
  const rows = Object.fromEntries(arabic.groups.flatMap((group) => group.rows).map((row) => [row.name, row]));
  expect(rows['patient.birthDate']).toMatchObject({ label: 'تاريخ الميلاد', secondary: 'Date of birth', ltr: true });
  expect(rows.lotNumber).toMatchObject({ ltr: true });
  expect(rows['patient.name']).toMatchObject({ ltr: false });
  expect(view('en').groups[0]).toMatchObject({ secondary: '' });
  expect(arabic.languages).toEqual([
    { tag: 'en', name: 'English', current: false },
    { tag: 'ar', name: 'العربية', current: true },
  ]);
});

it('prints the claims of a credential, and of one that is a text or in an old form what it was made from', () => {
  const intent = { subject: credentialSubject, issuer: claims.issuer, validFrom: claims.validFrom } as unknown as CertificateRow['intent'];
  const signed = { ...claims, credentialSubject: { ...credentialSubject, doseNumber: 2 } };
  expect(printedClaims({ credential: signed, intent })).toBe(signed);
  const old = { issuanceDate: claims.validFrom, credentialSubject: { type: 'Person', name: 'آشا' }, evidence: [{ dose: 1 }] };
  for (const credential of ['HC1:NCF', old, { data: {}, sig: {} }]) expect(printedClaims({ credential, intent })).toEqual(claims);
});
