import { entryNamed, isObject, localDay, RECORD_FORMATS, recordField, unfitRecord } from '@divoc/core/api';
import type { FhirBundle } from './health-card.js';
import type { Settings, VaccineCode } from './shc-settings.js';

/** Longer ones are not what is printed on a vial, and the guide warns of them; ours may have up to 64. */
const MAX_TEXT = 64;
const unfit = unfitRecord('a SMART Health Card', 'SHC_FIELD_UNFIT');

export interface Immunized {
  readonly bundle: FhirBundle;
  readonly isCovid19: boolean;
}

/**
 * The record as HL7's guide "SMART Health Cards: Vaccination & Testing" wants it, in its profiles of least data: a Patient and
 * an Immunization with neither ids nor texts, and none of gender, address, manufacturer and number of the dose, which they
 * forbid (https://build.fhir.org/ig/HL7/fhir-shc-vaccination-ig/profiles.html).
 *
 * Throws a Refusal (422 CREDENTIAL_UNFIT) that names the field for a record that cannot be written like that.
 */
export function bundleOf(record: Readonly<Record<string, unknown>>, settings: Settings): Immunized {
  const patient = isObject(record.patient) ? record.patient : {};
  const facility = isObject(record.facility) ? record.facility : {};
  const birthDate = optionalText(patient.birthDate, 'patient/birthDate');
  const lotNumber = optionalText(record.lotNumber, 'lotNumber');
  const display = optionalText(facility.name, 'facility/name');
  const { system, code, covid19 = false } = vaccineOf(record, settings);
  const resources = [
    {
      resourceType: 'Patient',
      // One text: nobody but the person knows which part of a name is which.
      name: [{ text: nameOf(patient.name) }],
      ...(birthDate !== undefined && { birthDate }),
    },
    {
      resourceType: 'Immunization',
      status: 'completed',
      vaccineCode: { coding: [{ system, code }] },
      patient: { reference: 'resource:0' },
      occurrenceDateTime: dayOfDose(record.occurrenceDateTime, settings.timeZone),
      ...(lotNumber !== undefined && { lotNumber }),
      ...(display !== undefined && { performer: [{ actor: { display } }] }),
    },
  ];
  const entry = resources.map((resource, index) => ({ fullUrl: `resource:${index}`, resource }));
  return { bundle: { resourceType: 'Bundle', type: 'collection', entry }, isCovid19: covid19 };
}

function vaccineOf({ vaccineCode, vaccineName }: Readonly<Record<string, unknown>>, { vaccines, codeSystem }: Settings): VaccineCode {
  const found = entryNamed(vaccines, [vaccineCode, vaccineName]);
  if (found) return found;
  if (codeSystem !== undefined && typeof vaccineCode === 'string' && vaccineCode !== '') return { system: codeSystem, code: vaccineCode };
  throw unfit(
    recordField('vaccineName'),
    'no code is known for this vaccine',
    'Add its name or code, with system and code, to the setting vaccines.',
  );
}

function nameOf(name: unknown): string {
  if (typeof name === 'string' && name.trim() !== '') return name.trim();
  throw unfit(recordField('patient/name'), 'the name of the person is needed', 'Record it.');
}

function optionalText(value: unknown, name: string): string | undefined {
  if (value === undefined) return undefined;
  const longest = name === 'lotNumber' ? MAX_TEXT : 256;
  if (typeof value === 'string' && value.trim() !== '' && value.length <= longest) return value.trim();
  throw unfit(recordField(name), `a text of 1 to ${longest} characters is needed`, 'Correct it, or leave it out.');
}

/** The day alone: as written where the instant has an offset of its own, and of the zone where it is in UTC. */
function dayOfDose(at: unknown, timeZone: string): string {
  if (typeof at !== 'string' || !RECORD_FORMATS['date-or-date-time'](at))
    throw unfit(recordField('occurrenceDateTime'), 'the full date of the dose is needed', 'Record it as YYYY-MM-DD.');
  return localDay(at, timeZone);
}
