import type { Clock, Health, Logger } from '@divoc/core/api';
import { createLocalJWKSet, type JSONWebKeySet, type JWTVerifyGetKey, type LocalJWKSet } from 'jose';
import { fetchDocument, ProviderError } from './fetch-document.js';
import { providerUnreachable } from './token-refusal.js';

export interface ProviderKeysOptions {
  readonly issuer: string;
  /** Where the keys are, when discovery is not to be asked. */
  readonly jwksUri?: string;
  /** Keys older than this are fetched anew, beside the request that notices. */
  readonly keysFreshSeconds: number;
  /** Keys older than this are not used at all. */
  readonly keysStaleSeconds: number;
  /** Between two attempts, however many tokens ask for one. */
  readonly cooldownSeconds: number;
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface ProviderKeys {
  /** Throws jose's ERR_JWKS_NO_MATCHING_KEY, or a Refusal (503) while nothing can be said about keys. */
  readonly keyFor: JWTVerifyGetKey;
  health(): Promise<Health>;
}

/**
 * The public keys of the provider: fetched when a token first asks for them, again when they have aged or a token names
 * one that is not among them, and kept through a short outage of the provider.
 */
export function providerKeys(options: ProviderKeysOptions): ProviderKeys {
  const { keysFreshSeconds, keysStaleSeconds, cooldownSeconds, clock, log } = options;
  const seconds = (): number => clock.now().getTime() / 1000;
  let kept: { readonly find: LocalJWKSet; readonly at: number } | undefined;
  let triedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let trouble: string | undefined;

  const attempt = async (): Promise<void> => {
    triedAt = seconds();
    try {
      const find = createLocalJWKSet(await fetchKeys(options));
      kept = { find, at: seconds() };
      trouble = undefined;
    } catch (error) {
      trouble = error instanceof ProviderError ? error.code : 'PROVIDER_ANSWER_INVALID';
      log.warn(
        { code: trouble, reason: error instanceof ProviderError ? error.message : undefined },
        "the provider's keys could not be had",
      );
    }
  };
  /** Nothing while the last attempt is too recent, so that strangers with invented key ids cannot make us a nuisance. */
  const refresh = async (): Promise<void> => {
    if (!running && seconds() - triedAt < cooldownSeconds) return;
    running ??= attempt().finally(() => {
      running = undefined;
    });
    await running;
  };
  const usable = (): LocalJWKSet | undefined => (kept && seconds() - kept.at <= keysStaleSeconds ? kept.find : undefined);
  const unreachable = () => providerUnreachable(cooldownSeconds - (seconds() - triedAt));

  return {
    async keyFor(header, token) {
      if (!usable()) await refresh();
      else if (kept && seconds() - kept.at > keysFreshSeconds) void refresh();
      const find = usable();
      if (!find) throw unreachable();
      try {
        return await find(header, token);
      } catch (error) {
        if ((error as { code?: unknown }).code !== 'ERR_JWKS_NO_MATCHING_KEY') throw error;
      }
      // A key that is new since the last look: the provider has changed it.
      await refresh();
      const renewed = usable();
      if (!renewed || trouble !== undefined) throw unreachable();
      return renewed(header, token);
    },
    async health() {
      if (trouble === undefined) return { status: 'pass' };
      const detail = usable() ? 'the keys at hand are used meanwhile' : 'tokens cannot be checked';
      return { status: 'warn', detail: `${trouble}: ${detail}` };
    },
  };
}

/** The key set, by discovery (OpenID Connect Discovery 1.0 section 4) or from where it is said to be. */
async function fetchKeys({ issuer, jwksUri, timeoutSeconds }: ProviderKeysOptions): Promise<JSONWebKeySet> {
  const keySet = await fetchDocument(jwksUri ?? (await discoveredKeys(issuer, timeoutSeconds)), timeoutSeconds);
  if (!Array.isArray(keySet.keys)) throw new ProviderError('PROVIDER_ANSWER_INVALID', `the key set of ${issuer} has no keys`);
  return keySet as unknown as JSONWebKeySet;
}

async function discoveredKeys(issuer: string, timeoutSeconds: number): Promise<string> {
  const discovery = await fetchDocument(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`, timeoutSeconds);
  // Section 4.3: exactly the same, else somebody else's document would name the keys.
  if (discovery.issuer !== issuer)
    throw new ProviderError('PROVIDER_ISSUER_DIFFERS', `the discovery document of ${issuer} is another issuer's`);
  if (typeof discovery.jwks_uri !== 'string') throw new ProviderError('PROVIDER_ANSWER_INVALID', `${issuer} names no jwks_uri`);
  return discovery.jwks_uri;
}
