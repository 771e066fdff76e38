import type { JsonSchema } from '@divoc/core/api';

/** A FHIR Coding of a vaccine. */
export interface VaccineCode {
  /** URI of the code system, e.g. `http://hl7.org/fhir/sid/cvx`. */
  readonly system: string;
  readonly code: string;
  /** True of vaccines against COVID-19, whose cards say so in their types. */
  readonly covid19?: boolean;
}

export interface Settings {
  /** By the code or name that records have. */
  readonly vaccines: Readonly<Record<string, VaccineCode>>;
  /** URI of the code system of the records' own `vaccineCode`. */
  readonly codeSystem?: string;
  /** IANA. */
  readonly timeZone: string;
}

const system = { type: 'string', pattern: '^(https?://|urn:)\\S+$', maxLength: 200 };

export const shcSettings: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    vaccines: {
      type: 'object',
      default: {},
      description: 'The FHIR code of each vaccine, by the code or name that records have; CVX where there is one.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['system', 'code'],
        properties: {
          system: { ...system, description: 'URI of the code system, e.g. http://hl7.org/fhir/sid/cvx.' },
          code: { type: 'string', minLength: 1, maxLength: 64 },
          covid19: { type: 'boolean', description: 'A vaccine against COVID-19: the card says so in its types.' },
        },
      },
    },
    codeSystem: { ...system, description: "URI of the code system of the records' own vaccineCode, for vaccines that are not listed." },
    timeZone: { type: 'string', minLength: 1, default: 'UTC', description: 'Gives the day of a dose that was recorded in UTC (IANA).' },
  },
};
