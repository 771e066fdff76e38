import type { JsonSchema } from '@divoc/core/api';

export interface VaccineCode {
  /** ICD-11 extension code of the vaccine, e.g. `XM68M6`. */
  readonly vaccine: string;
  /** ICD-11 code of the disease, e.g. `RA01.0`. */
  readonly disease?: string;
}

export interface Settings {
  /** Three letters of ICAO Doc 9303-3, e.g. `LKA`; absent where seals are read and none are issued. */
  readonly country?: string;
  /** By the code or name that records have. */
  readonly vaccines: Readonly<Record<string, VaccineCode>>;
  /** IANA. */
  readonly timeZone: string;
}

export const vdsNcSettings: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    country: {
      type: 'string',
      pattern: '^[A-Z]{3}$',
      description: 'Who issues, in the three letters of passports (ICAO Doc 9303-3); without it seals are read alone.',
    },
    vaccines: {
      type: 'object',
      default: {},
      description: 'ICD-11 codes of vaccines, by the code or name that records have.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['vaccine'],
        properties: {
          vaccine: { type: 'string', minLength: 1, maxLength: 12, description: 'ICD-11 extension code, e.g. XM68M6.' },
          disease: { type: 'string', minLength: 1, maxLength: 12, description: 'ICD-11 code of the disease, e.g. RA01.0.' },
        },
      },
    },
    timeZone: { type: 'string', minLength: 1, default: 'UTC', description: 'Gives the day of a dose that was recorded in UTC (IANA).' },
  },
};
