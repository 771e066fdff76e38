import {
  type CredentialFormat,
  lintIntent,
  type SealIntent,
  type Sign,
  STAND_IN_SIGNATURE,
  sealJudged,
  statusEntry,
  toBase64url,
  trustOfIntent,
  unfitCredential,
} from '@divoc/core/api';
import { digestOf, hidden, type SaltFor } from './disclosures.js';
import { reader } from './reader.js';

const SALT_CHARACTERS = 22;

/** SD-JWT VC, `dc+sd-jwt`. */
export const sdJwtFormat: CredentialFormat = {
  mediaType: 'application/dc+sd-jwt',
  // Too large to be printed: it is for wallets.
  qrForms: [],
  needs: { purpose: 'sd-jwt', algorithm: 'ES256' },
  ...reader,
  prepare: (intent) => unsigned(intent, standInSalt).text(STAND_IN_SIGNATURE),
  seal,
};

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign): Promise<string> {
  const { key } = intent;
  if (key && key.algorithm !== 'ES256') throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  const { signed, text } = unsigned(intent, randomSalt);
  const open = (credential: string) => reader.open(credential, trustOfIntent(intent), new Date(intent.validFrom));
  return sealJudged({ signed, with: text, open }, sign);
}

/** The bytes to be signed, and what makes a credential of their signature: with every Disclosure, since it is for the holder. */
function unsigned(intent: SealIntent, saltFor: SaltFor) {
  lint(intent);
  const { id, issuer, type, validFrom, validUntil, created, verificationMethod, status, subject } = intent;
  const { value: credentialSubject, disclosures } = hidden(subject, saltFor);
  const header = { alg: 'ES256', typ: 'dc+sd-jwt', kid: verificationMethod };
  const payload = {
    iss: issuer,
    jti: id,
    vct: type.url,
    iat: secondsOf(created),
    nbf: secondsOf(validFrom),
    ...(validUntil !== undefined && { exp: secondsOf(validUntil) }),
    // As VC 2.0 has it, so that verifiers ask one list for all formats; never hidden.
    ...(status && status.length > 0 && { credentialStatus: status.map(statusEntry) }),
    _sd_alg: 'sha-256',
    credentialSubject,
  };
  const text = [header, payload].map((part) => toBase64url(new TextEncoder().encode(JSON.stringify(part)))).join('.');
  return {
    signed: new TextEncoder().encode(text),
    text: (signature: Uint8Array): string => `${[`${text}.${toBase64url(signature)}`, ...disclosures].join('~')}~`,
  };
}

/** Of the intent, what no verifier would ever see. */
function lint(intent: SealIntent): void {
  lintIntent(intent, 'SD_JWT_MALFORMED');
  const { validFrom, validUntil, subject, type } = intent;
  if (namesReserved(subject)) throw unfitCredential('DOCUMENT_NOT_JSON', '/credentialSubject');
  if (type.url !== `${type.document.base}${type.hash}`) throw unfitCredential('SD_JWT_MALFORMED', '/vct');
  if (validUntil !== undefined && secondsOf(validUntil) < secondsOf(validFrom)) throw unfitCredential('EXPIRED', '/validUntil');
}

/** `_sd` and `...` are words of SD-JWT. */
const namesReserved = (subject: unknown): boolean => /"(_sd|\.\.\.)":/.test(JSON.stringify(subject));

const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** 128 bits, as RFC 9901 (section 9.3) recommends: whoever guesses a value cannot try it against its digest. */
const randomSalt: SaltFor = () => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

/** As long as a salt. */
const standInSalt: SaltFor = (pointer) => digestOf(pointer).slice(0, SALT_CHARACTERS);
