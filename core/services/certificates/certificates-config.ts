import { type Finding, isTimeZone, type JsonSchema, type QrForm } from '../../api/index.js';
import type { SignerChoice } from '../../internal/index.js';
import { QR_FORMS } from './qr-content.js';
import type { StatusPurpose } from './status-store.js';
import { type TypeSettings, typesConfig } from './type-settings.js';

export interface CertificatesConfig {
  readonly issuer: { readonly did: string; readonly publicUrl: string; readonly name: Readonly<Record<string, string>> };
  readonly timeZone: string;
  readonly formats?: readonly string[];
  readonly qr?: QrForm;
  readonly signers?: SignerChoice;
  readonly types: Readonly<Record<string, TypeSettings>>;
  readonly statusLists: { readonly purposes: readonly StatusPurpose[]; readonly validForDays: number };
  readonly trustFile: { readonly validForDays: number };
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
    signers: {
      type: 'object',
      propertyNames: { pattern: '^[a-z][a-z0-9-]{0,31}$' },
      additionalProperties: { type: 'string', 'x-instance': 'signer/0' },
      description:
        'Where several parts hold keys: which one signs, by purpose (hcert, vc, trust …), and default for all others. The keys of the others are published and verify.',
    },
    types: typesConfig,
    statusLists: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'Signed lists of bits (W3C Bitstring Status List 1.0) that tell verifiers, offline as well, what no longer holds.',
      properties: {
        purposes: {
          type: 'array',
          uniqueItems: true,
          items: { enum: ['revocation', 'suspension'] },
          default: ['revocation', 'suspension'],
          description:
            'Of what certificates name a list; it makes their QR codes some 3 mm larger. None: verifiers learn it from the list of hashes in the trust file alone.',
        },
        validForDays: {
          type: 'integer',
          minimum: 2,
          maximum: 366,
          default: 14,
          description: 'How long a verifier without a network may rely on a list. Lists are signed again each day, and at every change.',
        },
      },
    },
    trustFile: {
      type: 'object',
      additionalProperties: false,
      default: {},
      description: 'The file for offline verifiers, signed with the keys for trust (divoc keys make --purpose trust).',
      properties: {
        validForDays: {
          type: 'integer',
          minimum: 1,
          maximum: 366,
          default: 30,
          description: 'How long a verifier that has pinned the key may rely on it. It is signed again each day, and at every change.',
        },
      },
    },
    qr: {
      type: 'string',
      enum: QR_FORMS,
      description: "How credentials stand in QR codes: as DIVOC's zip or as PixelPass. Default: what each format lists first.",
    },
  },
};

/** What is wrong with the parts that hold keys, or with the choice among them. */
export function checkSigners(names: readonly string[], { default: usual }: SignerChoice = {}): Finding[] {
  if (names.length > 1 && usual === undefined) {
    const message = `several parts hold keys (${names.join(', ')}); say which one signs: signers: { default: ${names[0]} }`;
    return [{ pointer: '/signers', code: 'SIGNER_UNCLEAR', message }];
  }
  const message = 'no part holds keys, and certificates are signed; add a plugin that does, such as signer-file';
  return names.length === 0 ? [{ pointer: '', code: 'SIGNER_MISSING', message }] : [];
}

export function checkTimeZone(timeZone: string): Finding[] {
  if (isTimeZone(timeZone)) return [];
  const message = `'${timeZone}' is not an IANA time zone; write one like Asia/Kolkata`;
  return [{ pointer: '/timeZone', code: 'TIME_ZONE_UNKNOWN', message }];
}
