import { fromBase64url, inflateRaw, isObject, jsonSnapshot, parseStrictJson, toBase64url, type VerdictReason } from '@divoc/core/api';
import { deflateSync } from 'fflate';
import { isIssuerUrl } from './issuer-url.js';

/** A bundle of many doses takes some ten kilobytes; whatever inflates to more than this is a bomb. */
const MAX_INFLATED = 262_144;
const HEALTH_CARD = 'https://smarthealth.cards#health-card';

/** The claims of a card (https://spec.smarthealth.cards/#health-cards-are-encoded-as-compact-serialization-json-web-signatures-jws). */
export interface CardPayload {
  /** https URL. */
  readonly iss: string;
  /** Seconds since 1970, perhaps with decimals. */
  readonly nbf: number;
  readonly exp?: number;
  readonly vc: {
    readonly type: readonly string[];
    readonly credentialSubject: { readonly fhirVersion: string; readonly fhirBundle: FhirBundle };
    /** By which the card can be revoked: up to 24 characters of base64url. */
    readonly rid?: string;
  };
}

export interface FhirBundle {
  readonly resourceType: 'Bundle';
  readonly type: string;
  readonly entry: readonly { readonly fullUrl?: string; readonly resource?: Readonly<Record<string, unknown>> }[];
}

/** A card that was read, and not yet verified. */
export interface HealthCard {
  /** RFC 7638 thumbprint of the key. */
  readonly kid: string;
  readonly payload: CardPayload;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** The bytes to be signed, and what makes a JWS of them and their signature. */
export function unsignedCard(payload: CardPayload, kid: string) {
  const json = new TextEncoder().encode(JSON.stringify(payload));
  const header = new TextEncoder().encode(JSON.stringify({ zip: 'DEF', alg: 'ES256', kid }));
  const text = `${toBase64url(header)}.${toBase64url(deflateSync(json, { level: 9 }))}`;
  return {
    signed: new TextEncoder().encode(text),
    jws: (signature: Uint8Array): string => `${text}.${toBase64url(signature)}`,
  };
}

/** The parts of a card's JWS, or the first reason why it is none: header, then compression, then content. */
export function readCard(jws: string): HealthCard | VerdictReason {
  const [header, payload, signature, ...more] = jws.split('.').map(fromBase64url);
  if (!header || !payload || !signature || more.length > 0) return 'JWS_MALFORMED';
  const kid = kidOf(parsed(header));
  if (kid === undefined) return 'JWS_MALFORMED';
  if (kid === '') return 'KEY_NOT_NAMED';
  const inflated = inflateRaw(payload, MAX_INFLATED);
  if (!inflated) return 'SHC_DEFLATE_WRONG';
  const content = parsed(inflated);
  if (!isCardPayload(content)) return 'SHC_CONTENT_MALFORMED';
  return { kid, payload: content, signed: new TextEncoder().encode(jws.slice(0, jws.lastIndexOf('.'))), signature };
}

/**
 * Of a header that says what it must; empty where nothing but the key id is missing. What else it says (`typ`, `x5c`) is not
 * looked at, unless it says that it has to be understood (RFC 7515, section 4.1.11).
 */
function kidOf(header: unknown): string | undefined {
  if (!isObject(header)) return undefined;
  const { alg, zip, kid = '', crit } = header;
  return alg === 'ES256' && zip === 'DEF' && crit === undefined && typeof kid === 'string' ? kid : undefined;
}

function isCardPayload(value: unknown): value is CardPayload {
  if (!isObject(value) || !isObject(value.vc) || !isObject(value.vc.credentialSubject)) return false;
  const { iss, nbf, exp, vc } = value;
  const { type, rid, credentialSubject } = value.vc;
  return (
    isIssuerUrl(iss) &&
    isSeconds(nbf) &&
    (exp === undefined || (isSeconds(exp) && exp >= nbf)) &&
    Array.isArray(type) &&
    type.every((entry) => typeof entry === 'string') &&
    type.includes(HEALTH_CARD) &&
    (rid === undefined || (typeof rid === 'string' && /^[\w-]{1,24}$/.test(rid))) &&
    isObject(vc) &&
    typeof (credentialSubject as Record<string, unknown>).fhirVersion === 'string' &&
    isBundle((credentialSubject as Record<string, unknown>).fhirBundle)
  );
}

function isBundle(value: unknown): value is FhirBundle {
  if (!isObject(value) || value.resourceType !== 'Bundle' || !Array.isArray(value.entry) || value.entry.length === 0) return false;
  return value.entry.every((entry) => isObject(entry) && isObject(entry.resource) && typeof entry.resource.resourceType === 'string');
}

/** Of a time that JavaScript can hold, and not of milliseconds that were taken for seconds: until the year 33658. */
const isSeconds = (value: unknown): value is number => typeof value === 'number' && value > 0 && value < 1e12;

function parsed(bytes: Uint8Array): unknown {
  try {
    return jsonSnapshot(parseStrictJson(bytes, { maxDepth: 32 }));
  } catch {
    return undefined;
  }
}
