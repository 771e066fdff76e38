import {
  type CredentialFormat,
  fromMultibase,
  jsonSnapshot,
  jwkOfMultikey,
  jwkThumbprint,
  RECORD_FORMATS,
  type SealIntent,
  type Sign,
  STAND_IN_PROOF_VALUE,
  toBase64url,
  trustOfIntent,
  unfitCredential,
} from '@divoc/core/api';
import { bundleOf } from './fhir-bundle.js';
import { unsignedCard } from './health-card.js';
import { urlOfDid } from './issuer-url.js';
import { toShc } from './numeric-text.js';
import { ridOfId } from './readable-card.js';
import { reader } from './reader.js';
import type { Settings } from './shc-settings.js';

/** Nobody's signature, and as hard to write as one. */
const STAND_IN = fromMultibase(STAND_IN_PROOF_VALUE) as Uint8Array;
/** Of the key that is not known before a card is sealed. */
const STAND_IN_KID = toBase64url(STAND_IN.subarray(0, 32));

/** SMART Health Cards (https://spec.smarthealth.cards). */
export function shcFormat(settings: Settings): CredentialFormat {
  return {
    mediaType: 'application/smart-health-card',
    qrForms: ['text'],
    needs: { purpose: 'shc', algorithm: 'ES256' },
    ...reader,
    prepare: (intent) => toShc(unsigned(intent, settings, kidOf(intent) ?? STAND_IN_KID).jws(STAND_IN)),
    seal: (intent, sign) => seal(intent, sign, settings),
  };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign, settings: Settings): Promise<string> {
  const kid = kidOf(intent);
  if (kid === undefined) throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  const card = unsigned(intent, settings, kid);
  // All but the signature is judged before there is one.
  const draft = await verdictOn(toShc(card.jws(STAND_IN)), intent);
  if (draft.status !== 'INVALID_SIGNATURE') throw unfitCredential(draft.reasons[0]?.code ?? draft.status, '');
  const text = toShc(card.jws(await sign(card.signed)));
  const verdict = await verdictOn(text, intent);
  if (verdict.status !== 'VERIFIED') throw unfitCredential(verdict.reasons[0]?.code ?? verdict.status, '');
  return text;
}

const verdictOn = (text: string, intent: SealIntent) => reader.open(text, trustOfIntent(intent), new Date(intent.validFrom));

function unsigned(intent: SealIntent, settings: Settings, kid: string) {
  lint(intent);
  const { id, issuer, validFrom, validUntil, subject } = intent;
  const iss = urlOfDid(issuer);
  if (iss === undefined) throw unfitCredential('ISSUER_NOT_WEB', '/issuer');
  const { bundle, isCovid19 } = bundleOf(subject, settings);
  const type = ['health-card', 'immunization', ...(isCovid19 ? ['covid19'] : [])].map((name) => `https://smarthealth.cards#${name}`);
  return unsignedCard(
    {
      iss,
      nbf: Date.parse(validFrom) / 1000,
      ...(validUntil !== undefined && { exp: Date.parse(validUntil) / 1000 }),
      vc: { type, credentialSubject: { fhirVersion: '4.0.1', fhirBundle: bundle }, rid: ridOfId(id) },
    },
    kid,
  );
}

/** Of the intent, what no verifier would ever see. */
function lint({ id, created, validFrom, validUntil, subject }: SealIntent): void {
  if (jsonSnapshot(subject) === undefined) throw unfitCredential('DOCUMENT_NOT_JSON', '/credentialSubject');
  if (!/^urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw unfitCredential('SHC_CONTENT_MALFORMED', '/id');
  for (const [name, instant] of Object.entries({ created, validFrom, validUntil }))
    if (instant !== undefined && !RECORD_FORMATS['date-time'](instant)) throw unfitCredential('SHC_CONTENT_MALFORMED', `/${name}`);
  if (validUntil !== undefined && Date.parse(validUntil) < Date.parse(validFrom)) throw unfitCredential('EXPIRED', '/validUntil');
}

/** The thumbprint of the key, by which everybody finds it; undefined without a P-256 key. */
function kidOf({ key }: SealIntent): string | undefined {
  const jwk = key?.algorithm === 'ES256' ? jwkOfMultikey(key.publicKeyMultibase) : undefined;
  return jwk && jwkThumbprint(jwk);
}
