import {
  brokenCredentialRule,
  brokenPresentationRule,
  idOf,
  isHouseContext,
  jsonSnapshot,
  listOf,
  VC_CONTEXT,
  type VerdictReason,
} from '@divoc/core/api';
import { readToken, type SignedToken } from './signed-token.js';

/** What secures what (https://www.w3.org/TR/vc-jose-cose/#securing-with-jose). */
export const TOKENS = { vc: 'vc+jwt', vp: 'vp+jwt' } as const;

/** A token whose header and content keep the rules. */
export interface ReadToken {
  readonly token: SignedToken;
  /** DID of the issuer, or of the holder where one is named. */
  readonly subject: string | undefined;
  readonly kid: string | undefined;
  /** Instant of the signature, RFC 3339, if it says so. */
  readonly created: string | undefined;
}

/** Reads a credential or a presentation; the reason why it is none. */
export function readSecured(text: string, kind: keyof typeof TOKENS): ReadToken | VerdictReason {
  const token = readToken(text);
  if (token === undefined) return 'JWS_MALFORMED';
  if (token === 'ALGORITHM_UNKNOWN') return token;
  const { header, payload } = token;
  const { typ, cty, kid } = header;
  if (typ !== TOKENS[kind] || (cty !== undefined && cty !== kind) || (kid !== undefined && typeof kid !== 'string')) return 'JWS_MALFORMED';
  if (jsonSnapshot(payload) === undefined) return 'DOCUMENT_NOT_JSON';
  if (!isContentSound(payload, kind)) return 'RULES_OF_VC';
  const subject = idOf(kind === 'vc' ? payload.issuer : payload.holder);
  // What the token says of its maker and of its time must be what its content says.
  const makers = [header.iss, payload.iss].filter((maker) => maker !== undefined);
  if (makers.some((maker) => maker !== subject) || !areTimesSound(payload)) return 'RULES_OF_VC';
  return { token, subject, kid, created: instantOf(payload.iat) };
}

/** Of version 2.0: 1.1 stood in a claim of its own (`vc`), which is none of this. */
function isContentSound(payload: SignedToken['payload'], kind: keyof typeof TOKENS): boolean {
  const isOwn = payload.vc === undefined && payload.vp === undefined && listOf(payload['@context'])[0] === VC_CONTEXT;
  return isOwn && (kind === 'vc' ? brokenCredentialRule(payload) : brokenPresentationRule(payload)) === undefined;
}

/** Claims of RFC 7519, which are no dates of the credential's own. */
function areTimesSound({ iat, nbf, exp }: SignedToken['payload']): boolean {
  const times = [iat, nbf, exp].filter((time) => time !== undefined);
  return (
    times.every((time) => typeof time === 'number' && time >= 0 && time < 1e12) &&
    !(typeof nbf === 'number' && typeof exp === 'number' && exp < nbf)
  );
}

export const instantOf = (seconds: unknown): string | undefined =>
  typeof seconds === 'number' ? new Date(Math.round(seconds * 1000)).toISOString() : undefined;

/** Certificates of the house are named by a type that its issuer serves. */
export const namesHouseType = (payload: SignedToken['payload']): boolean => listOf(payload['@context']).some(isHouseContext);
