import type { JsonSchema } from '@divoc/core/api';
import type { Vaccines } from './vaccination-record.js';

export interface Settings {
  readonly kind?: 'eu-dcc' | 'icvp';
  readonly country?: string;
  readonly issuer?: string;
  readonly timeZone: string;
  readonly vaccines: Vaccines;
  /** Absolute path. */
  readonly products?: string;
}

const code = { type: 'string', minLength: 1, maxLength: 80 };

export const hcertSettings: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  properties: {
    kind: { enum: ['eu-dcc', 'icvp'], description: 'What is issued; without it certificates are read alone, of every kind.' },
    country: { type: 'string', pattern: '^[A-Z]{2}$', description: 'Who issues: ISO 3166-1 code of two letters.' },
    issuer: { type: 'string', minLength: 1, maxLength: 80, description: 'Who issues, by name, e.g. Ministry of Health.' },
    timeZone: { type: 'string', minLength: 1, default: 'UTC', description: 'Gives the day of a dose that was recorded in UTC (IANA).' },
    vaccines: {
      type: 'object',
      default: {},
      description:
        'Codes of vaccines, by the code or name that records have; for eu-dcc those of the EU are known and need not stand here.',
      additionalProperties: {
        type: 'object',
        additionalProperties: false,
        required: ['product'],
        properties: {
          product: { ...code, description: "EU DCC: mp. ICVP: the product's id in WHO's list." },
          prophylaxis: { ...code, description: 'EU DCC: vp.' },
          holder: { ...code, description: 'EU DCC: ma.' },
          target: { ...code, description: 'EU DCC: tg; COVID-19 if it is left out.' },
        },
      },
    },
    products: {
      type: 'string',
      minLength: 1,
      'x-file': true,
      description: "A newer list of WHO's ICVP products, in the form of schemas/codes/icvp-products.json.",
    },
  },
};
