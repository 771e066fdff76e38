import { isObject } from '@divoc/core/api';
import type { ContextVersion } from './vaccination-contexts.js';

type Members = Record<string, unknown>;

/** DIVOC's names for the members of an address. */
const ADDRESS = {
  streetAddress: 'street',
  streetAddress2: 'street2',
  district: 'district',
  addressRegion: 'region',
  addressCountry: 'country',
  postalCode: 'postalCode',
} as const;

/** What the two versions of the vocabulary have for a person and a dose. Version 1 knows neither date of birth nor code. */
const PERSON = { name: 'name', gender: 'gender', age: 'age', nationality: 'nationality' } as const;
const DOSE = {
  batch: 'lotNumber',
  vaccine: 'vaccineName',
  manufacturer: 'manufacturer',
  date: 'occurrenceDateTime',
  effectiveStart: 'effectiveFrom',
  effectiveUntil: 'effectiveUntil',
  dose: 'doseNumber',
  totalDoses: 'seriesDoses',
} as const;

/**
 * `credentialSubject` and `evidence` as DIVOC had them, of the house's vaccination record.
 *
 * A field of the record for which DIVOC had no name is not in it; nothing stands in the certificate that is not in the
 * record. The ids are absolute, since nothing is signed of a subject whose id is not: `<credential>#person`.
 */
export function divocSubject(record: Readonly<Record<string, unknown>>, credentialId: string, version: ContextVersion) {
  const [patient, facility, performer] = [record.patient, record.facility, record.performer].map((group) => (isObject(group) ? group : {}));
  const person = { ...PERSON, ...(version === 'v2' && { dob: 'birthDate' }) };
  const dose = { ...DOSE, ...(version === 'v2' && { icd11Code: 'vaccineCode' }) };
  return {
    credentialSubject: {
      type: 'Person',
      id: `${credentialId}#person`,
      ...renamed(patient, person),
      ...group('address', renamed(patient, ADDRESS)),
    },
    evidence: [
      {
        id: `${credentialId}#vaccination`,
        certificateId: credentialId.replace('urn:uuid:', ''),
        type: ['Vaccination'],
        ...renamed(record, dose),
        ...group('verifier', renamed(performer, { name: 'name' })),
        ...group('facility', { ...renamed(facility, { name: 'name' }), ...group('address', renamed(facility, ADDRESS)) }),
      },
    ],
  };
}

function renamed(from: Members | undefined, names: Readonly<Record<string, string>>): Members {
  const found = Object.entries(names).map(([to, name]) => [to, from?.[name]] as const);
  return Object.fromEntries(found.filter(([, value]) => typeof value === 'string' || typeof value === 'number'));
}

const group = (name: string, members: Members): Members => (Object.keys(members).length > 0 ? { [name]: members } : {});
