import { entryNamed, localDay, RECORD_FORMATS, recordField } from '@divoc/core/api';
import { unfit } from './unfit.js';

/** What the certificates need of `schemas/records/vaccination.json`; everything may be missing in an adopter's record. */
export interface VaccinationRecord {
  readonly patient?: { readonly name?: unknown; readonly birthDate?: unknown; readonly gender?: unknown; readonly nationality?: unknown };
  readonly vaccineName?: unknown;
  readonly vaccineCode?: unknown;
  readonly lotNumber?: unknown;
  readonly occurrenceDateTime?: unknown;
  readonly doseNumber?: unknown;
  readonly seriesDoses?: unknown;
  readonly performer?: { readonly name?: unknown };
}

/** Codes of a product, by which it is known abroad. */
export interface VaccineCodes {
  /** EU DCC: `mp`, e.g. `EU/1/20/1528`. ICVP: `vp`, the product's id in WHO's list. */
  readonly product: string;
  /** EU DCC `vp`, e.g. `1119349007`. */
  readonly prophylaxis?: string;
  /** EU DCC `ma`: who holds the marketing authorisation, or makes it. */
  readonly holder?: string;
  /** EU DCC `tg`: default COVID-19. */
  readonly target?: string;
}

/** By the code or the name that the record has. */
export type Vaccines = Readonly<Record<string, VaccineCodes>>;

/** The product of a record: found by its code, else by its name, whatever their case. */
export function vaccineOf({ vaccineCode, vaccineName }: VaccinationRecord, vaccines: Vaccines): VaccineCodes {
  const found = entryNamed(vaccines, [vaccineCode, vaccineName]);
  if (found) return found;
  throw unfit(
    recordField('vaccineName'),
    'no product code is known for this vaccine',
    'Add its code or its name, with the codes that it has abroad, to the setting vaccines.',
  );
}

/** The full name, of at most `longest` characters. */
export function nameOf({ patient }: Pick<VaccinationRecord, 'patient'>, longest: number): string {
  const name = patient?.name;
  if (typeof name === 'string' && name.trim() !== '' && [...name].length <= longest) return name.normalize('NFC').trim();
  throw unfit(
    recordField('patient/name'),
    `a name of 1 to ${longest} characters is needed`,
    'Record it, or shorten it as the passport does.',
  );
}

/** The day of the dose: as written where the instant has an offset of its own, and of the zone where it is in UTC. */
export function dayOfDose({ occurrenceDateTime: at }: VaccinationRecord, timeZone: string): string {
  if (typeof at !== 'string' || !RECORD_FORMATS['date-or-date-time'](at))
    throw unfit(recordField('occurrenceDateTime'), 'the full date of the dose is needed', 'Record it as YYYY-MM-DD.');
  return localDay(at, timeZone);
}
