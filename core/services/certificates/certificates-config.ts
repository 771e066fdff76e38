import type { Finding, JsonSchema, QrForm } from '../../api/index.js';
import { QR_FORMS } from './qr-content.js';

export interface CertificatesConfig {
  readonly issuer: { readonly did: string; readonly publicUrl: string; readonly name: Readonly<Record<string, string>> };
  readonly timeZone: string;
  readonly formats?: readonly string[];
  readonly qr?: QrForm;
}

export const certificatesConfig: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issuer'],
  properties: {
    issuer: {
      type: 'object',
      additionalProperties: false,
      required: ['did', 'publicUrl', 'name'],
      description: 'Who issues. It stands in every certificate, so it is decided once and never taken from where the process listens.',
      properties: {
        did: { type: 'string', maxLength: 200, pattern: '^did:[a-z0-9]+:[A-Za-z0-9._:%-]+$' },
        publicUrl: { type: 'string', maxLength: 200, pattern: '^https?://[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9._~-]+)*$' },
        name: {
          type: 'object',
          required: ['en'],
          description: "The issuer's name by language.",
          additionalProperties: { type: 'string', minLength: 1, maxLength: 200 },
        },
      },
    },
    timeZone: { type: 'string', default: 'UTC', description: 'IANA name; the day on which an instant is printed.' },
    formats: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', 'x-instance': 'credential-format/0' },
      description:
        'In which forms every certificate is issued; the first is the one that is shown. Default: all, as the manifest lists them.',
    },
    qr: {
      type: 'string',
      enum: QR_FORMS,
      description: "How credentials stand in QR codes: as DIVOC's zip or as PixelPass. Default: what each format lists first.",
    },
  },
};

export function checkTimeZone(timeZone: string): Finding[] {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return [];
  } catch {
    const message = `'${timeZone}' is not an IANA time zone; write one like Asia/Kolkata`;
    return [{ pointer: '/timeZone', code: 'TIME_ZONE_UNKNOWN', message }];
  }
}
