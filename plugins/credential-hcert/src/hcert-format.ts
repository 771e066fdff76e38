import {
  type CredentialFormat,
  type FormatReader,
  lintIntent,
  outsideValidity,
  type SealIntent,
  type Sign,
  STAND_IN_SIGNATURE,
  sealJudged,
  unfitCredential,
  type Verdict,
} from '@divoc/core/api';
import { euDcc, euDccTest, type IssuerSettings } from './eu-dcc.js';
import type { TestReport } from './eu-dcc-test.js';
import { hcertText, type Token, unsignedHcert } from './hcert-writer.js';
import { icvp } from './icvp.js';
import type { IcvpProducts } from './icvp-rules.js';
import { readerWith } from './reader.js';
import { type SigningCertificate, signingCertificate } from './signing-certificate.js';
import { unfit } from './unfit.js';
import type { VaccinationRecord } from './vaccination-record.js';

export interface HcertOptions {
  readonly products: IcvpProducts;
  /** Absent where certificates are read and none are issued. */
  readonly issuing?: IssuerSettings & { readonly kind: 'eu-dcc' | 'icvp' };
}

/** Types of credentials that a health certificate can say. */
const VACCINATION = 'VaccinationCredential';
const TEST_REPORT = 'TestReportCredential';

/** Of the key that is not known before a certificate is sealed. */
const STAND_IN_KID = STAND_IN_SIGNATURE.subarray(0, 8);

/** Health certificates: reads all kinds, and issues one of them. */
export function hcertFormat(options: HcertOptions): CredentialFormat {
  const reader = readerWith(options.products);
  return {
    mediaType: 'application/x-hcert',
    types: options.issuing?.kind === 'eu-dcc' ? [VACCINATION, TEST_REPORT] : [VACCINATION],
    qrForms: ['text'],
    needs: { purpose: 'hcert', algorithm: 'ES256', certificate: true },
    ...reader,
    prepare(intent) {
      const certificate = intent.key ? signingCertificate(intent) : undefined;
      return hcertText(unsigned(intent, options, certificate), STAND_IN_SIGNATURE);
    },
    seal: (intent, sign) => seal(intent, sign, options, reader),
  };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign, options: HcertOptions, reader: FormatReader): Promise<string> {
  const certificate = signingCertificate(intent);
  const parts = unsigned(intent, options, certificate);
  return sealJudged(
    {
      signed: parts.signed,
      with: (signature) => hcertText(parts, signature),
      open: (text) => verified(text, intent, certificate, reader),
      // A dose that does not protect yet is certified all the same: it will.
      tolerated: ['ICVP_TOO_RECENT'],
    },
    sign,
  );
}

/** As its own verifier sees it at the first moment at which it holds. */
function verified(text: string, { created, validFrom }: SealIntent, { trust }: SigningCertificate, reader: FormatReader): Promise<Verdict> {
  return reader.open(text, trust, new Date(Math.ceil(Math.max(Date.parse(created), Date.parse(validFrom)) / 1000) * 1000));
}

/** Throws a Refusal (422) for what cannot be written as a certificate of the kind that is issued here. */
function unsigned(intent: SealIntent, { issuing, products }: HcertOptions, certificate: SigningCertificate | undefined) {
  if (!issuing)
    throw unfit('', 'nothing says which kind of health certificate is issued here', 'Set kind, country and issuer of credential-hcert.');
  lintIntent(intent, 'CWT_MALFORMED');
  const begins = Math.max(Date.parse(intent.created), Date.parse(intent.validFrom));
  if (intent.validUntil !== undefined && Date.parse(intent.validUntil) < begins) throw unfitCredential('EXPIRED', '/validUntil');
  if (certificate && outsideValidity({ validFrom: certificate.notBefore, validUntil: certificate.notAfter }, new Date(intent.created)))
    throw unfit('', 'the X.509 certificate of the key is not valid at the time of issue', 'Have the key certified again, or make another.');
  const token = { issuer: issuing.country, ...timesOf(intent, certificate) };
  return unsignedHcert({ ...token, ...contentOf(intent, issuing, products) }, certificate?.kid ?? STAND_IN_KID);
}

function contentOf(
  { id, type, subject, created }: SealIntent,
  issuing: NonNullable<HcertOptions['issuing']>,
  products: IcvpProducts,
): Pick<Token, 'key' | 'content' | 'id'> {
  if (issuing.kind === 'icvp')
    return { key: -6, content: icvp(subject as VaccinationRecord, new Date(created), issuing, products), id: uuidBytes(id) };
  return {
    key: 1,
    content: type.name === TEST_REPORT ? euDccTest(subject as TestReport, id, issuing) : euDcc(subject as VaccinationRecord, id, issuing),
  };
}

/**
 * Whole seconds, as readers expect. A token outlives neither the certificate of its key nor what it certifies; one without
 * an end has that of its key.
 */
function timesOf({ created, validFrom, validUntil }: SealIntent, certificate: SigningCertificate | undefined) {
  const [issuedAt, notBefore] = [Math.floor(Date.parse(created) / 1000), Math.ceil(Date.parse(validFrom) / 1000)];
  const ends = [validUntil, certificate?.notAfter].filter((end) => end !== undefined).map((end) => Math.floor(Date.parse(end) / 1000));
  // Without a key yet there may be no end: any number of that size has the size of the true one.
  // A token holds from its issue on: only one that is for later has to say so, and not one of the same second.
  const isForLater = Date.parse(validFrom) > Date.parse(created);
  return { issuedAt, expires: Math.min(...(ends.length > 0 ? ends : [issuedAt])), ...(isForLater && { notBefore }) };
}

const uuidBytes = (id: string): Uint8Array =>
  Uint8Array.from(id.slice('urn:uuid:'.length).replaceAll('-', '').match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
