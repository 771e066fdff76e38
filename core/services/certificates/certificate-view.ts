import { type CredentialType, directionOf, type JsonSchema, localDay, RECORD_FORMATS, valueAt } from '../../api/index.js';
import { printedNumber } from './certificate-number.js';
import type { CertificateRow } from './certificate-store.js';
import type { QrCode } from './qr-code.js';
import { membersOf } from './record-schema.js';
import type { CertificateTemplate } from './templates/load-templates.js';
import { argumentValues, recordView } from './templates/readable-fields.js';
import { headingKey, type Texts } from './templates/template-texts.js';

export interface ViewRow {
  /** `patient.name` */
  readonly name: string;
  readonly label: string;
  /** The English label, where the certificate is in another language: it is read abroad too. Empty in English. */
  readonly secondary: string;
  readonly value: string;
  /** A date, number or code: isolated left to right, or its parts change places in right-to-left text. */
  readonly ltr: boolean;
}

export interface ViewGroup {
  readonly label: string;
  readonly secondary: string;
  readonly rows: readonly ViewRow[];
}

/** All that a template gets. Everything of the person in it is a signed claim, and a field that the template may read. */
export interface CertificateView {
  readonly language: string;
  readonly direction: 'ltr' | 'rtl';
  readonly languages: readonly { readonly tag: string; readonly name: string; readonly current: boolean }[];
  /** The template's own texts, with what they say of this certificate in them. */
  readonly text: Texts;
  /** What the template may read of the record, as texts; what is not there is empty. */
  readonly record: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  readonly title: string;
  readonly number: string;
  readonly issuer: { readonly name: string; readonly did: string };
  readonly issuedOn: string;
  readonly holder: string;
  readonly groups: readonly ViewGroup[];
  readonly qr: { readonly millimetres: number; readonly modules: number; readonly alt: string };
  readonly links: Readonly<Record<string, string>>;
}

export interface ViewInput {
  readonly row: Pick<CertificateRow, 'number'>;
  readonly claims: PrintedClaims;
  /** The type that the certificate was issued with: its labels, whatever the adopter's schema says today. */
  readonly type: CredentialType['document'];
  readonly template: CertificateTemplate;
  readonly language: string;
  readonly issuerName: Readonly<Record<string, string>>;
  /** IANA name; gives the local day of an instant that was recorded in UTC. */
  readonly timeZone: string;
  readonly qr: QrCode;
  readonly links: Readonly<Record<string, string>>;
}

export function certificateView({ row, claims, type, template, language, issuerName, timeZone, qr, links }: ViewInput): CertificateView {
  const { credentialSubject, issuer, validFrom } = claims;
  const say = (schema: JsonSchema, value: unknown) => printed(schema, value, timeZone);
  const name = issuerName[language] ?? issuerName.en ?? issuer;
  const issuedOn = localDay(validFrom, timeZone);
  const number = printedNumber(row.number);
  const values = { ...argumentValues(template.reads, credentialSubject, say), issuer: name, issuedOn, number };
  const text = template.texts.get(language)?.(values) ?? {};
  const english = template.texts.get('en')?.(values);
  const heading = headingKey(template.record.name);
  const own = { label: text[heading] ?? '', secondary: english?.[heading] };
  const record = recordView(template.reads, credentialSubject, say);
  const holder = template.record.holder && valueAt(record, [...template.record.holder]);
  return {
    language,
    direction: directionOf(language),
    languages: template.languages.map((tag) => ({ tag, name: nativeName(tag), current: tag === language })),
    text,
    record,
    title: text.title ?? '',
    number,
    issuer: { name, did: issuer },
    issuedOn,
    holder: typeof holder === 'string' ? holder : '',
    groups: groupsOf(type.schema, credentialSubject, { language, timeZone, admits: template.reads.admits }, own),
    qr: { millimetres: qr.millimetres, modules: qr.modules, alt: text.qrAlt ?? '' },
    // Templates fail on what is missing, so nothing is.
    links: { pdf: '', credential: '', qr: '', language: '', ...links },
  };
}

/** What is printed of a certificate: the claims of a VC 2.0. */
export interface PrintedClaims {
  readonly credentialSubject: Readonly<Record<string, unknown>>;
  readonly issuer: string;
  readonly validFrom: string;
}

/**
 * Of what is signed, where that is a VC 2.0 of the house's record. A credential that is a text has room for codes alone, and
 * one in an old form has names of its own: there it is what it was made from.
 */
export function printedClaims({ credential, intent }: Pick<CertificateRow, 'credential' | 'intent'>): PrintedClaims {
  if (typeof credential !== 'string' && 'validFrom' in credential) return credential as unknown as PrintedClaims;
  const { subject, issuer, validFrom } = intent;
  return { credentialSubject: subject, issuer, validFrom };
}

type Labels = Readonly<Record<string, string>>;

interface Place {
  readonly language: string;
  readonly timeZone: string;
  readonly admits: CertificateTemplate['reads']['admits'];
}

/** Each object of the record is a group, and its own scalars are one; rows and groups stand in the order of `x-print`. */
function groupsOf(
  schema: JsonSchema,
  subject: Readonly<Record<string, unknown>>,
  place: Place,
  own: { label: string; secondary?: string | undefined },
): ViewGroup[] {
  const { language } = place;
  const groups: { at: number; group: ViewGroup }[] = [];
  const add = (label: string, secondary: string | undefined, rows: Printed[]) => {
    const [first] = rows.sort((a, b) => a.at - b.at);
    if (!first) return;
    groups.push({ at: first.at, group: { label, secondary: englishBeside(language, label, secondary), rows: rows.map(({ row }) => row) } });
  };
  const members = membersOf(schema);
  add(
    own.label,
    own.secondary,
    members.flatMap(([name, member]) => rowOf(name, member, subject[name], place)),
  );
  for (const [name, member] of members) {
    const value = subject[name];
    if (member.type !== 'object' || typeof value !== 'object' || value === null) continue;
    const labels = (member['x-label'] ?? {}) as Labels;
    const rows = membersOf(member).flatMap(([child, leaf]) =>
      rowOf(`${name}.${child}`, leaf, (value as Record<string, unknown>)[child], place),
    );
    add(labels[language] ?? labels.en ?? name, labels.en, rows);
  }
  return groups.sort((a, b) => a.at - b.at).map(({ group }) => group);
}

interface Printed {
  readonly at: number;
  readonly row: ViewRow;
}

function rowOf(name: string, schema: JsonSchema, value: unknown, { language, timeZone, admits }: Place): Printed[] {
  const at = schema['x-print'];
  if (schema.type === 'object' || typeof at !== 'number' || value === undefined || value === '') return [];
  if (!admits(name.split('.'), schema)) return [];
  const labels = (schema['x-label'] ?? {}) as Labels;
  const label = labels[language] ?? labels.en ?? name;
  return [
    {
      at,
      row: {
        name,
        label,
        secondary: englishBeside(language, label, labels.en),
        value: printed(schema, value, timeZone),
        ltr: isCode(schema, value),
      },
    },
  ];
}

const englishBeside = (language: string, label: string, english = ''): string => (language === 'en' || english === label ? '' : english);

/** Dates as ISO 8601 days: the one form that is read alike everywhere. The time of a dose is signed but not printed. */
function printed(schema: JsonSchema, value: unknown, timeZone: string): string {
  const text = String(value);
  return isInstant(schema, text) ? localDay(text, timeZone) : text;
}

const isInstant = (schema: JsonSchema, text: string): boolean =>
  (schema.format === 'date-time' || schema.format === 'date-or-date-time') && RECORD_FORMATS['date-time'](text);

const isCode = (schema: JsonSchema, value: unknown): boolean =>
  typeof value !== 'string' || schema.format !== undefined || /^[\x20-\x7e]*\d[\x20-\x7e]*$/.test(value);

function nativeName(tag: string): string {
  return new Intl.DisplayNames([tag], { type: 'language' }).of(tag) ?? tag;
}
