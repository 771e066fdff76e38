import { type Clock, canonicalJson, type Logger } from '@divoc/core/api';
import {
  authorizationCodeGrant,
  type Configuration,
  fetchUserInfo,
  type IDToken,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { assuranceOf } from './assurance.js';
import type { ChallengeRecord, Shown } from './challenge-store.js';
import { mapClaims } from './claims.js';
import { ProviderError, providerErrorIn } from './provider-error.js';
import type { Settings } from './settings.js';

export type Redeemed = { readonly shown: Shown } | { readonly failure: string };

/** Answers that say nothing of the person: the provider is not as it should be. */
const NO_ANSWER = ['OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON', 'OAUTH_PARSE_ERROR', 'OAUTH_TIMEOUT', 'OAUTH_ABORT'];
const OUR_MISTAKE = ['invalid_client', 'unauthorized_client', 'unsupported_grant_type', 'invalid_request'];

/**
 * Changes the code of a login for the person behind it, once. What the provider says is believed when it is signed by its
 * keys, for us, for this challenge, in time, and by a login that will do. Throws a ProviderError when it cannot be had.
 */
export async function redeem(
  configuration: Configuration,
  settings: Settings,
  { record, callback, state, clock, log }: Redeeming,
): Promise<Redeemed> {
  let asks: 'token' | 'userinfo' = 'token';
  try {
    const tokens = await authorizationCodeGrant(configuration, callback, {
      pkceCodeVerifier: record.verifier,
      expectedNonce: record.nonce,
      expectedState: state,
      idTokenExpected: true,
    });
    const idToken = tokens.claims() as IDToken;
    asks = 'userinfo';
    if (isStale(idToken, record, settings)) return { failure: 'LOGIN_NOT_FRESH' };
    const assurance = assuranceOf(idToken, settings);
    if (!assurance) return { failure: 'ASSURANCE_TOO_LOW' };
    const asksUserinfo = settings.userinfo !== 'none' && record.claims.length > 0;
    const more = asksUserinfo ? await fetchUserInfo(configuration, tokens.access_token, idToken.sub) : {};
    const { claims, unread } = mapClaims({ ...idToken, ...more }, record.claims, settings, clock.now());
    if (unread.length > 0) log.warn({ claims: unread }, 'the identity provider wrote claims in a way that is not understood');
    if (settings.requiredClaims.some((name) => record.claims.includes(name) && claims[name] === undefined))
      return { failure: 'CLAIM_MISSING' };
    return { shown: { subject: canonicalJson([settings.issuer, idToken.sub]), assurance, claims } };
  } catch (error) {
    return { failure: failureOf(error, asks, settings, log) };
  }
}

export interface Redeeming {
  readonly record: ChallengeRecord;
  /** The redirect URI with the parameters that came back. */
  readonly callback: URL;
  readonly state: string;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Somebody may have signed in on this device before the challenge was begun: then it says nothing of who is here now. */
function isStale({ auth_time: at }: IDToken, { startedAt }: ChallengeRecord, { freshLogin, clockToleranceSeconds }: Settings): boolean {
  if (!freshLogin) return false;
  return typeof at !== 'number' || at + clockToleranceSeconds < Math.floor(Date.parse(startedAt) / 1000);
}

/** The reason as one word; nothing of what the provider wrote is repeated, since it may hold anything. */
function failureOf(error: unknown, asks: 'token' | 'userinfo', { issuer }: Settings, log: Logger): string {
  const trouble = providerErrorIn(error);
  if (trouble) throw trouble;
  const code = String((error as { code?: unknown }).code ?? '');
  if (error instanceof ResponseBodyError || error instanceof WWWAuthenticateChallengeError) {
    // A client that is refused may be told so in a header alone (RFC 6749 section 5.2).
    const word = error instanceof ResponseBodyError ? error.error : 'invalid_client';
    if (asks === 'token' && OUR_MISTAKE.includes(word))
      throw new ProviderError('PROVIDER_REFUSES_CLIENT', `${issuer} refuses this client (${word}); look at clientId and its key or secret`);
    return word === 'invalid_grant' ? 'CODE_REFUSED' : 'PROVIDER_REFUSED';
  }
  if (NO_ANSWER.includes(code)) throw new ProviderError('PROVIDER_ANSWER_INVALID', `${issuer} answered with something else than asked`);
  if (!code.startsWith('OAUTH_')) throw error;
  log.warn({ code }, 'an answer of the identity provider was not believed');
  return 'ANSWER_NOT_BELIEVED';
}
