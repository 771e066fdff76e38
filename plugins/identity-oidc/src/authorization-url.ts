import { buildAuthorizationUrl, type Configuration, calculatePKCECodeChallenge } from 'openid-client';
import { acrValues } from './assurance.js';
import type { ChallengeRecord } from './challenge-store.js';
import { scopeOf } from './claims.js';
import type { Settings } from './settings.js';

/** Where the person signs in (OpenID Connect Core section 3.1.2.1, RFC 7636). Asks for what the programme may see and no more. */
export async function authorizationUrl(
  configuration: Configuration,
  settings: Settings,
  state: string,
  { nonce, verifier, claims }: Pick<ChallengeRecord, 'nonce' | 'verifier' | 'claims'>,
): Promise<URL> {
  const { claimsParameter, prompt, freshLogin, challengeSeconds, redirectUri, languages } = settings;
  const wanted = claims.flatMap((name) => (Object.hasOwn(settings.claims, name) ? (settings.claims[name] ?? []) : []));
  const acr = acrValues(settings).join(' ');
  return buildAuthorizationUrl(configuration, {
    redirect_uri: redirectUri,
    scope: ['openid', ...(claimsParameter ? [] : new Set(wanted.map(scopeOf)))].join(' '),
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(prompt !== '' && { prompt }),
    // Also makes the provider say when the person signed in (section 2, auth_time).
    ...(freshLogin && { max_age: String(challengeSeconds) }),
    ...(acr !== '' && { acr_values: acr }),
    ...(languages.length > 0 && { claims_locales: languages.join(' ') }),
    ...(claimsParameter && wanted.length > 0 && { claims: claimsRequest(wanted, settings) }),
  });
}

/** Section 5.5; null asks for a claim without insisting on it. */
function claimsRequest(wanted: readonly string[], { userinfo, claims, requiredClaims }: Settings): string {
  const essential = new Set(requiredClaims.map((name) => claims[name]));
  const asked = Object.fromEntries(wanted.map((name) => [name, essential.has(name) ? { essential: true } : null]));
  return JSON.stringify(userinfo === 'none' ? { id_token: asked } : { userinfo: asked });
}
