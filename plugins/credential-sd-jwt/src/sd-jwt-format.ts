import {
  type CredentialFormat,
  fromMultibase,
  jsonSnapshot,
  RECORD_FORMATS,
  type SealIntent,
  type Sign,
  STAND_IN_PROOF_VALUE,
  toBase64url,
  trustOfIntent,
  unfitCredential,
} from '@divoc/core/api';
import { digestOf, hidden, type SaltFor } from './disclosures.js';
import { reader } from './reader.js';

/** Nobody's signature, and as hard to write as one. */
const STAND_IN = fromMultibase(STAND_IN_PROOF_VALUE) as Uint8Array;
const SALT_CHARACTERS = 22;

/** SD-JWT VC, `dc+sd-jwt`. */
export const sdJwtFormat: CredentialFormat = {
  mediaType: 'application/dc+sd-jwt',
  // Too large to be printed: it is for wallets.
  qrForms: [],
  needs: { purpose: 'sd-jwt', algorithm: 'ES256' },
  ...reader,
  prepare: (intent) => unsigned(intent, standInSalt).text(STAND_IN),
  seal,
};

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign): Promise<string> {
  const { key } = intent;
  if (key && key.algorithm !== 'ES256') throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  const { signed, text } = unsigned(intent, randomSalt);
  // All but the signature is judged before there is one.
  const draft = await verdictOn(text(STAND_IN), intent);
  if (draft.status !== 'INVALID_SIGNATURE') throw unfitCredential(draft.reasons[0]?.code ?? draft.status, '');
  const credential = text(await sign(signed));
  const verdict = await verdictOn(credential, intent);
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return credential;
}

const verdictOn = (text: string, intent: SealIntent) => reader.open(text, trustOfIntent(intent), new Date(intent.validFrom));

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

/** As VC 2.0 has it, so that verifiers ask one list for all formats; never hidden. */
const statusEntry = (entry: NonNullable<SealIntent['status']>[number]) => ({
  type: 'BitstringStatusListEntry',
  ...entry,
  statusListIndex: String(entry.statusListIndex),
});

/** Of the intent, what no verifier would ever see. */
function lint({ id, created, validFrom, validUntil, subject, type }: SealIntent): void {
  if (jsonSnapshot(subject) === undefined || namesReserved(subject)) throw unfitCredential('DOCUMENT_NOT_JSON', '/credentialSubject');
  if (!/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw unfitCredential('SD_JWT_MALFORMED', '/id');
  if (type.url !== `${type.document.base}${type.hash}`) throw unfitCredential('SD_JWT_MALFORMED', '/vct');
  for (const [name, instant] of Object.entries({ created, validFrom, validUntil }))
    if (instant !== undefined && !RECORD_FORMATS['date-time'](instant)) throw unfitCredential('SD_JWT_MALFORMED', `/${name}`);
  if (validUntil !== undefined && secondsOf(validUntil) < secondsOf(validFrom)) throw unfitCredential('EXPIRED', '/validUntil');
}

/** `_sd` and `...` are words of SD-JWT. */
const namesReserved = (subject: unknown): boolean => /"(_sd|\.\.\.)":/.test(JSON.stringify(subject));

const secondsOf = (instant: string): number => Math.floor(Date.parse(instant) / 1000);

/** 128 bits, as RFC 9901 (section 9.3) recommends: whoever guesses a value cannot try it against its digest. */
const randomSalt: SaltFor = () => toBase64url(crypto.getRandomValues(new Uint8Array(16)));

/** As long as a salt. */
const standInSalt: SaltFor = (pointer) => digestOf(pointer).slice(0, SALT_CHARACTERS);
