import { RECORD_FORMATS, recordField } from '@divoc/core/api';
import { unfit } from './unfit.js';
import type { VaccinationRecord } from './vaccination-record.js';

/** SNOMED CT; the one disease that EU DCCs are about. */
export const COVID_19 = '840539006';

/** What a certificate needs of `schemas/records/test-report.json`; everything may be missing in an adopter's record. */
export interface TestReport extends Pick<VaccinationRecord, 'patient'> {
  readonly diseaseCode?: unknown;
  readonly testCode?: unknown;
  readonly device?: unknown;
  readonly deviceCode?: unknown;
  readonly collectedDateTime?: unknown;
  readonly resultCode?: unknown;
  readonly laboratory?: { readonly name?: unknown };
}

/** Value sets of EU DCC 1.3 (https://ec.europa.eu/health/system/files/2022-07/digital-covid-certificates_dt-specifications_en.pdf). */
const TESTS = { NAAT: 'LP6464-4', RAPID: 'LP217198-3' } as const;
const RESULTS = { 'not detected': '260415000', detected: '260373001' } as const;
const LONGEST = 80;

/** The test of a certificate, but for who issues it. Throws a Refusal (422) that names the field. */
export function testOf(record: TestReport): object {
  if (record.diseaseCode !== COVID_19)
    throw unfit(recordField('diseaseCode'), 'EU certificates are of tests for COVID-19', `Record ${COVID_19} where that is the disease.`);
  const type = oneOf(record, 'testCode', Object.values(TESTS), `${TESTS.NAAT} (nucleic acid) or ${TESTS.RAPID} (rapid antigen)`);
  const result = oneOf(
    record,
    'resultCode',
    Object.values(RESULTS),
    `${RESULTS['not detected']} (not detected) or ${RESULTS.detected} (detected)`,
  );
  const { device, laboratory } = record;
  return {
    tg: COVID_19,
    tt: type,
    // The name of a nucleic acid test is free; a rapid one is known by its id in the EU's list.
    ...(type === TESTS.NAAT ? device !== undefined && { nm: text(device, 'device') } : { ma: text(record.deviceCode, 'deviceCode') }),
    sc: instantOf(record),
    tr: result,
    tc: text(laboratory?.name, 'laboratory/name'),
  };
}

function oneOf(record: TestReport, field: 'testCode' | 'resultCode', codes: readonly string[], known: string): string {
  const code = record[field];
  if (typeof code === 'string' && codes.includes(code)) return code;
  throw unfit(recordField(field), 'its code is none of those that EU certificates know', `Record ${known}.`);
}

function text(value: unknown, field: string): string {
  if (typeof value === 'string' && value.trim() !== '' && [...value].length <= LONGEST) return value.normalize('NFC').trim();
  throw unfit(recordField(field), `1 to ${LONGEST} characters are needed`, 'Record it, or shorten it.');
}

/** When the specimen was taken, to the second: borders count hours. */
function instantOf({ collectedDateTime: at }: TestReport): string {
  if (typeof at === 'string' && RECORD_FORMATS['date-time'](at)) return at.replace(/\.\d+/, '');
  throw unfit(recordField('collectedDateTime'), 'the time of day is needed', 'Record it as 2026-11-20T07:30:00+05:30.');
}
