import { RECORD_FORMATS, recordField } from '@divoc/core/api';
import type { IssuerSettings } from './eu-dcc.js';
import { type IcvpProducts, icvpRule } from './icvp-rules.js';
import { unfit } from './unfit.js';
import { dayOfDose, nameOf, type VaccinationRecord, vaccineOf } from './vaccination-record.js';

/** Of the form in which certificates are issued since April 2026. */
const VERSION = '1.0.0';
const LONGEST_NAME = 256;
const SEXES = ['male', 'female', 'other', 'unknown'];

/**
 * The content of a Digital ICVP: one dose, in the form of April 2026. Disease and manufacturer follow from the product.
 *
 * Throws a Refusal (422) that names what is missing. A dose that does not protect yet may be certified.
 */
export function icvp(record: VaccinationRecord, at: Date, settings: IssuerSettings, products: IcvpProducts): object {
  const { issuer, timeZone, vaccines } = settings;
  const { product } = vaccineOf(record, vaccines);
  const [clinician, batch] = [record.performer?.name, record.lotNumber];
  if (typeof batch !== 'string' || batch.trim() === '')
    throw unfit(recordField('lotNumber'), 'the batch is needed', 'Record the batch that stands on the vial.');
  const certificate = {
    n: nameOf(record, LONGEST_NAME),
    dob: birthDate(record),
    ...sexOf(record),
    nt: nationality(record),
    // WHO's texts call the date dt in one place and dv in another; readers take both.
    vx: { vp: product, dt: dayOfDose(record, timeZone), bo: batch, ...(typeof clinician === 'string' && { cn: clinician }), is: issuer },
    v: VERSION,
  };
  const { failing } = icvpRule(certificate, at, products);
  if (failing === 'ICVP_PRODUCT_NOT_APPROVED')
    throw unfit(
      recordField('vaccineName'),
      'its product is not on the list of those that WHO approves',
      'Correct the product id in the setting vaccines.',
    );
  if (failing === 'ICVP_DATE_IN_FUTURE')
    throw unfit(recordField('occurrenceDateTime'), 'it lies after the day of issue', 'Correct the date of the dose.');
  return certificate;
}

function birthDate({ patient }: VaccinationRecord): string {
  const date = patient?.birthDate;
  if (typeof date === 'string' && RECORD_FORMATS.date(date)) return date;
  throw unfit(recordField('patient/birthDate'), 'the full date of birth is needed', 'Record it as YYYY-MM-DD.');
}

function nationality({ patient }: VaccinationRecord): string {
  const code = patient?.nationality;
  if (typeof code === 'string' && /^[A-Z]{3}$/.test(code)) return code;
  throw unfit(
    recordField('patient/nationality'),
    'the ISO 3166-1 code of three letters is needed',
    'Record it as the passport does, e.g. KEN.',
  );
}

/** FHIR's codes; what older sources write freely is left out, as the form allows. */
function sexOf({ patient }: VaccinationRecord): { readonly s?: string } {
  const gender = typeof patient?.gender === 'string' ? patient.gender.toLowerCase() : '';
  return SEXES.includes(gender) ? { s: gender } : {};
}
