import { RECORD_FORMATS, recordField } from '@divoc/core/api';
import { COVID_19, type TestReport, testOf } from './eu-dcc-test.js';
import { EU_VACCINES } from './eu-dcc-vaccines.js';
import { transliterated } from './transliteration.js';
import { unfit } from './unfit.js';
import { uvciOf } from './uvci.js';
import { dayOfDose, nameOf, type VaccinationRecord, type Vaccines, vaccineOf } from './vaccination-record.js';

/** Who issues, as settings say. */
export interface IssuerSettings {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  /** e.g. `Ministry of Health` */
  readonly issuer: string;
  /** IANA name; gives the day of an instant that was recorded in UTC. */
  readonly timeZone: string;
  readonly vaccines: Vaccines;
}

const VERSION = '1.3.0';
/** Longest texts of the schema (https://github.com/ehn-dcc-development/eu-dcc-schema, 1.3.0). */
const LONGEST = 80;

/** The content of an EU DCC with one vaccination. Throws a Refusal (422) that names what it has no place for, or what is missing. */
export function euDcc(record: VaccinationRecord, id: string, settings: IssuerSettings): object {
  const codes = vaccineOf(record, { ...EU_VACCINES.vaccines, ...settings.vaccines });
  if (codes.prophylaxis === undefined || codes.holder === undefined)
    throw unfit(recordField('vaccineName'), 'its prophylaxis and holder codes are not known', 'Add both to the setting vaccines.');
  const vaccination = {
    tg: codes.target ?? COVID_19,
    vp: codes.prophylaxis,
    mp: codes.product,
    ma: codes.holder,
    dn: doses(record, 'doseNumber'),
    sd: doses(record, 'seriesDoses'),
    dt: dayOfDose(record, settings.timeZone),
    ...issuedBy(id, settings),
  };
  return { ...personOf(record), v: [vaccination] };
}

/** The content of an EU DCC with one test. Throws as `euDcc` does. */
export function euDccTest(record: TestReport, id: string, settings: IssuerSettings): object {
  return { ...personOf(record), t: [{ ...testOf(record), ...issuedBy(id, settings) }] };
}

const issuedBy = (id: string, { country, issuer }: IssuerSettings) => ({ co: country, is: issuer, ci: uvciOf(id, country) });

function personOf(record: Pick<VaccinationRecord, 'patient'>) {
  const name = nameOf(record, LONGEST);
  // The record has one name; the schema wants a single one to stand as the surname.
  return { ver: VERSION, nam: { fn: name, fnt: standardised(name) }, dob: birthDate(record) };
}

function standardised(name: string): string {
  const text = transliterated(name);
  if (text !== undefined) return text.slice(0, LONGEST);
  throw unfit(
    recordField('patient/name'),
    'it has letters that passports have no transliteration for',
    'Record the name as the passport writes it, in Latin, Cyrillic or Arabic letters.',
  );
}

/** As precise as it is known, and empty when it is not. */
function birthDate({ patient }: Pick<VaccinationRecord, 'patient'>): string {
  const date = patient?.birthDate;
  if (date === undefined) return '';
  if (typeof date === 'string' && RECORD_FORMATS['partial-date'](date)) return date;
  throw unfit(recordField('patient/birthDate'), 'it is no date', 'Record it as YYYY, YYYY-MM or YYYY-MM-DD.');
}

function doses(record: VaccinationRecord, name: 'doseNumber' | 'seriesDoses'): number {
  const count = record[name];
  if (typeof count === 'number' && Number.isInteger(count) && count >= 1 && count <= 99) return count;
  throw unfit(recordField(name), 'a number from 1 to 99 is needed', 'Record which dose it is, and how many the series has.');
}
