import { isObject } from '@divoc/core/api';
import { disclosed } from './disclosures.js';
import { isSeconds, readJwt, type SignedJwt } from './signed-jwt.js';

/** An SD-JWT VC that was read, and not yet verified (https://datatracker.ietf.org/doc/draft-ietf-oauth-sd-jwt-vc/). */
export interface SdJwtVc {
  readonly jwt: SignedJwt;
  readonly issuer: string;
  readonly kid: string | undefined;
  /** With what was disclosed in its place. */
  readonly claims: VcClaims;
  /** The holder's proof that it is theirs, and what it has to be over. */
  readonly keyBinding?: { readonly text: string; readonly presented: string };
}

export interface VcClaims extends Readonly<Record<string, unknown>> {
  readonly vct: string;
  readonly iat?: number;
  readonly nbf?: number;
  readonly exp?: number;
}

/** `vc+sd-jwt` is what the type was called until November 2024. */
const TYPES = ['dc+sd-jwt', 'vc+sd-jwt'];
const MAX_TEXT = 262_144;
const MAX_DISCLOSURES = 512;

/** A JWT, a tilde, and whatever was disclosed. */
export const looksLikeSdJwt = (document: unknown): document is string =>
  typeof document === 'string' && /^[\w-]+\.[\w-]+\.[\w-]+~/.test(document);

/** Undefined for what breaks a rule of SD-JWT (RFC 9901, section 7.1) or of SD-JWT VC. */
export function readSdJwtVc(text: string): SdJwtVc | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const [first = '', ...rest] = text.split('~');
  const binding = rest.pop();
  const jwt = rest.length <= MAX_DISCLOSURES ? readJwt(first, TYPES) : undefined;
  if (!jwt || (jwt.payload._sd_alg ?? 'sha-256') !== 'sha-256') return undefined;
  const claims = disclosed(jwt.payload, rest);
  const { kid } = jwt.header;
  if (!claims || !isVc(claims) || (kid !== undefined && typeof kid !== 'string')) return undefined;
  const keyBinding = binding ? { text: binding, presented: text.slice(0, -binding.length) } : undefined;
  return { jwt, issuer: claims.iss, kid, claims, ...(keyBinding && { keyBinding }) };
}

function isVc(claims: Readonly<Record<string, unknown>>): claims is VcClaims & { readonly iss: string } {
  const { iss, vct, cnf, jti, iat, nbf, exp } = claims;
  const times = [iat, nbf, exp].filter((time) => time !== undefined);
  return (
    isText(iss) &&
    isText(vct) &&
    (jti === undefined || isText(jti)) &&
    (cnf === undefined || isObject(cnf)) &&
    times.every(isSeconds) &&
    !(isSeconds(nbf) && isSeconds(exp) && exp < nbf)
  );
}

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '' && value.length <= 2_048;
