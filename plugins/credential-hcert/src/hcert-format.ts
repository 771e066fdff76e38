import {
  type CredentialFormat,
  type FormatReader,
  jsonSnapshot,
  outsideValidity,
  RECORD_FORMATS,
  type SealIntent,
  type Sign,
  unfitCredential,
  type Verdict,
} from '@divoc/core/api';
import { euDcc, type IssuerSettings } from './eu-dcc.js';
import { hcertText, type Token, unsignedHcert } from './hcert-writer.js';
import { icvp } from './icvp.js';
import type { IcvpProducts } from './icvp-rules.js';
import { readerWith } from './reader.js';
import { type SigningCertificate, signingCertificate } from './signing-certificate.js';
import { unfit } from './unfit.js';
import { isUuidUrn } from './uvci.js';
import type { VaccinationRecord } from './vaccination-record.js';

export interface HcertOptions {
  readonly products: IcvpProducts;
  /** Absent where certificates are read and none are issued. */
  readonly issuing?: IssuerSettings & { readonly kind: 'eu-dcc' | 'icvp' };
}

/** 64 bytes that are nobody's signature of anything; as hard to compress as one. */
const STAND_IN = Uint8Array.from({ length: 64 }, (_, at) => (at * 157 + at * at * 83 + 41) % 256);
/** Of the key that is not known before a certificate is sealed. */
const STAND_IN_KID = STAND_IN.subarray(0, 8);

/** Health certificates: reads all kinds, and issues one of them. */
export function hcertFormat(options: HcertOptions): CredentialFormat {
  const reader = readerWith(options.products);
  return {
    mediaType: 'application/x-hcert',
    qrForms: ['text'],
    needs: { purpose: 'hcert', algorithm: 'ES256', certificate: true },
    ...reader,
    prepare(intent) {
      const certificate = intent.key ? signingCertificate(intent) : undefined;
      return hcertText(unsigned(intent, options, certificate), STAND_IN);
    },
    seal: (intent, sign) => seal(intent, sign, options, reader),
  };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign, options: HcertOptions, reader: FormatReader): Promise<string> {
  const certificate = signingCertificate(intent);
  const parts = unsigned(intent, options, certificate);
  // All but the signature is judged before there is one.
  const draft = await verified(hcertText(parts, STAND_IN), intent, certificate, reader);
  if (draft.status !== 'INVALID_SIGNATURE') throw unfitCredential(draft.reasons[0]?.code ?? draft.status, '');
  const text = hcertText(parts, await sign(parts.signed));
  const { status, reasons } = await verified(text, intent, certificate, reader);
  // A dose that does not protect yet is certified all the same: it will.
  if (status !== 'VERIFIED' && reasons[0]?.code !== 'ICVP_TOO_RECENT') throw unfitCredential(reasons[0]?.code ?? status, '');
  return text;
}

/** As its own verifier sees it at the first moment at which it holds. */
function verified(text: string, { created, validFrom }: SealIntent, { trust }: SigningCertificate, reader: FormatReader): Promise<Verdict> {
  return reader.open(text, trust, new Date(Math.ceil(Math.max(Date.parse(created), Date.parse(validFrom)) / 1000) * 1000));
}

/** Throws a Refusal (422) for what cannot be written as a certificate of the kind that is issued here. */
function unsigned(intent: SealIntent, { issuing, products }: HcertOptions, certificate: SigningCertificate | undefined) {
  if (!issuing)
    throw unfit('', 'nothing says which kind of health certificate is issued here', 'Set kind, country and issuer of credential-hcert.');
  lint(intent);
  if (certificate && outsideValidity({ validFrom: certificate.notBefore, validUntil: certificate.notAfter }, new Date(intent.created)))
    throw unfit('', 'the X.509 certificate of the key is not valid at the time of issue', 'Have the key certified again, or make another.');
  const record = intent.subject as VaccinationRecord;
  const token = { issuer: issuing.country, ...timesOf(intent, certificate) };
  const isDcc = issuing.kind === 'eu-dcc';
  const content: Pick<Token, 'key' | 'content' | 'id'> = isDcc
    ? { key: 1, content: euDcc(record, intent.id, issuing) }
    : { key: -6, content: icvp(record, new Date(intent.created), issuing, products), id: uuidBytes(intent.id) };
  return unsignedHcert({ ...token, ...content }, certificate?.kid ?? STAND_IN_KID);
}

/** Of the intent, what no verifier would ever see: texts that are no texts, ids that lists cannot hold, times that are none. */
function lint({ id, subject, created, validFrom, validUntil }: SealIntent): void {
  if (jsonSnapshot(subject) === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '/credentialSubject');
  if (!isUuidUrn(id)) throw unfitCredential('CWT_MALFORMED', '/id');
  for (const [name, instant] of Object.entries({ created, validFrom, validUntil }))
    if (instant !== undefined && !RECORD_FORMATS['date-time'](instant)) throw unfitCredential('CWT_MALFORMED', `/${name}`);
  const begins = Math.max(Date.parse(created), Date.parse(validFrom));
  if (validUntil !== undefined && Date.parse(validUntil) < begins) throw unfitCredential('EXPIRED', '/validUntil');
}

/**
 * Whole seconds, as readers expect. A token outlives neither the certificate of its key nor what it certifies; one without
 * an end has that of its key.
 */
function timesOf({ created, validFrom, validUntil }: SealIntent, certificate: SigningCertificate | undefined) {
  const [issuedAt, notBefore] = [Math.floor(Date.parse(created) / 1000), Math.ceil(Date.parse(validFrom) / 1000)];
  const ends = [validUntil, certificate?.notAfter].filter((end) => end !== undefined).map((end) => Math.floor(Date.parse(end) / 1000));
  // Without a key yet there may be no end: any number of that size has the size of the true one.
  return { issuedAt, expires: Math.min(...(ends.length > 0 ? ends : [issuedAt])), ...(notBefore > issuedAt && { notBefore }) };
}

const uuidBytes = (id: string): Uint8Array =>
  Uint8Array.from(id.slice('urn:uuid:'.length).replaceAll('-', '').match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
