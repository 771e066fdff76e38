import { Refusal } from '@divoc/core/api';

/** What can be wrong with a token of our issuer. The texts are these and no others: nothing of the token stands in them. */
const TEXTS = {
  TOKEN_INVALID: 'The token is malformed, or was not signed by its issuer.',
  TOKEN_ALGORITHM_REFUSED: 'The token is signed with an algorithm that is not accepted here.',
  TOKEN_KEY_UNKNOWN: 'The token is signed with a key that its issuer does not publish.',
  TOKEN_TYPE_WRONG: 'The token is not an access token.',
  TOKEN_CLAIM_MISSING: 'The token lacks a claim that an access token must have: iss, aud, sub, exp, iat.',
  TOKEN_AUDIENCE_WRONG: 'The token was issued for another audience.',
  TOKEN_EXPIRED: 'The token has expired.',
  TOKEN_NOT_YET_VALID: 'The token is not valid yet.',
  TOKEN_TOO_OLD: 'The token was issued too long ago.',
  TOKEN_SENDER_BOUND: 'The token is bound to a key or certificate of its client, and cannot be used as a bearer token.',
} as const;

export type TokenFault = keyof typeof TEXTS;

/** The 401 of a bad token, with the challenge of RFC 6750 section 3.1. */
export function tokenRefusal(code: TokenFault): Refusal {
  const detail = TEXTS[code];
  return new Refusal(401, code, detail, {
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${detail}"` },
  });
}

/** Nobody is let in while the issuer's keys are not known, and nobody is told that their token is bad. */
export function providerUnreachable(retryAfterSeconds: number): Refusal {
  return new Refusal(503, 'AUTH_PROVIDER_UNREACHABLE', "The identity server's keys cannot be had, so that tokens cannot be checked.", {
    headers: { 'retry-after': String(Math.max(1, Math.ceil(retryAfterSeconds))) },
  });
}
