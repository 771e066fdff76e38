import { describe, expect, it } from 'vitest';
import { implausibilities } from './plausibility.js';

const now = new Date('2026-11-25T12:00:00Z');
const record = {
  patient: { name: 'Asha Perera', birthDate: '1984-03' },
  vaccineName: 'CoVax',
  occurrenceDateTime: '2026-11-20T09:30:00+05:30',
  doseNumber: 1,
  seriesDoses: 2,
  effectiveFrom: '2026-12-04',
  effectiveUntil: '2027-11-20',
  facility: { name: 'ABC Medical Center' },
};

it('finds nothing in a sensible record', () => {
  expect(implausibilities(record, now)).toEqual([]);
});

describe('finds', () => {
  it.each([
    [{ patient: { name: ' ' } }, '/patient/name', 'TEXT_BLANK'],
    [{ vaccineName: '' }, '/vaccineName', 'TEXT_BLANK'],
    [{ facility: { name: '' } }, '/facility/name', 'TEXT_BLANK'],
    [{ doseNumber: 0 }, '/doseNumber', 'DOSE_NUMBER_BELOW_ONE'],
    [{ seriesDoses: -1, doseNumber: -1 }, '/seriesDoses', 'SERIES_BELOW_ONE'],
    [{ doseNumber: 3 }, '/doseNumber', 'DOSE_BEYOND_SERIES'],
    [{ occurrenceDateTime: '2026-11-28' }, '/occurrenceDateTime', 'OCCURRENCE_IN_FUTURE'],
    [{ patient: { name: 'A', birthDate: '2026-12' } }, '/patient/birthDate', 'BIRTH_AFTER_DOSE'],
    [{ patient: { name: 'A', birthDate: '1894' } }, '/patient/birthDate', 'BIRTH_IMPLAUSIBLE'],
    [{ effectiveUntil: '2026-12-03' }, '/effectiveUntil', 'EFFECT_ENDS_BEFORE_IT_BEGINS'],
  ])('%j', (change, pointer, code) => {
    expect(implausibilities({ ...record, ...change }, now)).toContainEqual(expect.objectContaining({ pointer, code }));
  });
});

it.each([
  ['a birth in the month of the dose', { patient: { name: 'A', birthDate: '2026-11' } }],
  ['a birth in the year of the dose', { patient: { name: 'A', birthDate: '2026' } }],
  ['a dose given today where the day began first', { occurrenceDateTime: '2026-11-26' }],
  ['no series', { seriesDoses: undefined }],
  ['a record of nothing', { patient: undefined, facility: undefined, occurrenceDateTime: undefined }],
])('lets pass %s', (_name, change) => {
  expect(implausibilities({ ...record, ...change }, now)).toEqual([]);
});

it('shows no value', () => {
  const text = JSON.stringify(implausibilities({ ...record, doseNumber: 777, patient: { name: '', birthDate: '2099-09-09' } }, now));
  expect(text).not.toMatch(/777|2099/);
});
