import {
  type CredentialFormat,
  jwkOfMultikey,
  jwkThumbprint,
  lintIntent,
  type SealIntent,
  type Sign,
  STAND_IN_SIGNATURE,
  sealJudged,
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

/** Of the key that is not known before a card is sealed. */
const STAND_IN_KID = toBase64url(STAND_IN_SIGNATURE.subarray(0, 32));

/** SMART Health Cards (https://spec.smarthealth.cards). */
export function shcFormat(settings: Settings): CredentialFormat {
  return {
    mediaType: 'application/smart-health-card',
    types: ['VaccinationCredential'],
    qrForms: ['text'],
    needs: { purpose: 'shc', algorithm: 'ES256' },
    ...reader,
    prepare: (intent) => toShc(unsigned(intent, settings, kidOf(intent) ?? STAND_IN_KID).jws(STAND_IN_SIGNATURE)),
    seal: (intent, sign) => seal(intent, sign, settings),
  };
}

/** Prepare → lint → sign → verify what was signed. Throws a Refusal (422) with the reason, and signs nothing, for an unfit intent. */
async function seal(intent: SealIntent, sign: Sign, settings: Settings): Promise<string> {
  const kid = kidOf(intent);
  if (kid === undefined) throw unfitCredential('KEY_UNKNOWN', '/verificationMethod');
  const card = unsigned(intent, settings, kid);
  const open = (text: string) => reader.open(text, trustOfIntent(intent), new Date(intent.validFrom));
  return sealJudged({ signed: card.signed, with: (signature) => toShc(card.jws(signature)), open }, sign);
}

function unsigned(intent: SealIntent, settings: Settings, kid: string) {
  lintIntent(intent, 'SHC_CONTENT_MALFORMED');
  const { id, issuer, validFrom, validUntil, subject } = intent;
  if (validUntil !== undefined && Date.parse(validUntil) < Date.parse(validFrom)) throw unfitCredential('EXPIRED', '/validUntil');
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

/** The thumbprint of the key, by which everybody finds it; undefined without a P-256 key. */
function kidOf({ key }: SealIntent): string | undefined {
  const jwk = key?.algorithm === 'ES256' ? jwkOfMultikey(key.publicKeyMultibase) : undefined;
  return jwk && jwkThumbprint(jwk);
}
