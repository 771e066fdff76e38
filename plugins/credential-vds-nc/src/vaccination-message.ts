import { entryNamed, isObject, localDay, RECORD_FORMATS, recordField, unfitRecord } from '@divoc/core/api';
import type { Settings, VaccineCode } from './vds-nc-settings.js';

const unfit = unfitRecord('a visible digital seal', 'VDS_NC_FIELD_UNFIT');

type Members = Readonly<Record<string, unknown>>;

/** Characters that the fields have room for. */
const LONGEST = { name: 39, lot: 20, centre: 20 } as const;
/** Doc 9303-4, section 4.1.1.1. */
const SEXES: Readonly<Record<string, string>> = { male: 'M', female: 'F', other: 'X' };

/**
 * The message of a proof of vaccination: one person, one vaccine, one dose.
 *
 * Throws a Refusal (422 CREDENTIAL_UNFIT) that names the field for a record that cannot be written like that.
 */
export function vaccinationMessage(record: Members, id: string, country: string, settings: Settings): Members {
  const patient = isObject(record.patient) ? record.patient : {};
  const sex = typeof patient.gender === 'string' ? SEXES[patient.gender.toLowerCase()] : undefined;
  const { vaccine, disease } = vaccineOf(record, settings);
  const adm = centreOf(record.facility);
  return {
    uvci: id.slice('urn:uuid:'.length),
    pid: { n: nameOf(patient.name), dob: birthDateOf(patient.birthDate), ...(sex !== undefined && { sex }) },
    ve: [
      {
        des: vaccine,
        nam: textOf(record.vaccineName, 'vaccineName', 256),
        ...(disease !== undefined && { dis: disease }),
        vd: [
          {
            dvc: dayOfDose(record.occurrenceDateTime, settings.timeZone),
            seq: doseOf(record.doseNumber),
            ctr: country,
            lot: textOf(record.lotNumber, 'lotNumber', LONGEST.lot),
            ...(adm !== undefined && { adm }),
          },
        ],
      },
    ],
  };
}

function vaccineOf({ vaccineCode, vaccineName }: Members, { vaccines }: Settings): VaccineCode {
  const found = entryNamed(vaccines, [vaccineCode, vaccineName]);
  if (found) return found;
  throw unfit(
    recordField('vaccineName'),
    'no ICD-11 code is known for this vaccine',
    'Add its name or code, with its ICD-11 code, to the setting vaccines.',
  );
}

/** In the Latin letters of the passport; a longer one is cut, as Doc 9303-3 has it for documents with less room. */
function nameOf(name: unknown): string {
  const text = typeof name === 'string' ? name.normalize('NFC').trim() : '';
  if (/^[\p{Script=Latin}\p{M}\p{N} .,'’()-]+$/u.test(text)) return [...text].slice(0, LONGEST.name).join('').trim();
  throw unfit(recordField('patient/name'), 'a name in Latin letters is needed', "Record it as the person's passport has it.");
}

function birthDateOf(date: unknown): string {
  if (typeof date === 'string' && RECORD_FORMATS.date(date)) return date;
  throw unfit(recordField('patient/birthDate'), 'the full date of birth is needed', 'Record it as YYYY-MM-DD.');
}

function doseOf(dose: unknown): number {
  if (typeof dose === 'number' && Number.isInteger(dose) && dose >= 1 && dose <= 99) return dose;
  throw unfit(recordField('doseNumber'), 'the number of the dose, 1 to 99, is needed', 'Record it.');
}

function textOf(value: unknown, name: string, longest: number): string {
  const text = typeof value === 'string' ? value.trim() : '';
  if (text !== '' && [...text].length <= longest) return text;
  throw unfit(recordField(name), `a text of 1 to ${longest} characters is needed`, 'Record it, or shorten it.');
}

/** Its name or its code, whichever fits; else as much of the name as does. */
function centreOf(facility: unknown): string | undefined {
  const { name, identifier } = isObject(facility) ? facility : {};
  const known = [name, identifier].filter((text) => typeof text === 'string').map((text) => text.trim());
  const fitting = known.find((text) => text !== '' && [...text].length <= LONGEST.centre);
  return fitting ?? (known[0] ? [...known[0]].slice(0, LONGEST.centre).join('').trim() : undefined);
}

/** As written where the instant has an offset of its own, and of the zone where it is in UTC. */
function dayOfDose(at: unknown, timeZone: string): string {
  if (typeof at !== 'string' || !RECORD_FORMATS['date-or-date-time'](at))
    throw unfit(recordField('occurrenceDateTime'), 'the full date of the dose is needed', 'Record it as YYYY-MM-DD.');
  return localDay(at, timeZone);
}
