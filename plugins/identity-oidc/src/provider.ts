import type { Clock, Health, Logger } from '@divoc/core/api';
import * as client from 'openid-client';
import { boundedFetch } from './bounded-fetch.js';
import { clientKey } from './client-key.js';
import { secondsAhead } from './library-clock.js';
import { ProviderError, providerErrorIn } from './provider-error.js';
import type { Settings } from './settings.js';

/** How long discovery is believed, and the pause between two attempts while the provider is down. */
const FRESH_SECONDS = 600;
const COOLDOWN_SECONDS = 15;

export interface Provider {
  /** What is known of it, however it is now. Throws a ProviderError while nothing is. */
  known(): Promise<client.Configuration>;
  /** The same, looked for anew when it was in trouble. Throws a ProviderError when it still is. */
  current(): Promise<client.Configuration>;
  /** Asks the provider itself. Throws a ProviderError when it cannot be had; what `work` throws besides goes through. */
  ask<T>(work: (configuration: client.Configuration) => Promise<T>): Promise<T>;
  health(): Promise<Health>;
}

/** One OpenID provider: found when it is first needed, by discovery, and remembered through its outages. */
export function oidcProvider(settings: Settings, { clock, log }: { readonly clock: Clock; readonly log: Logger }): Provider {
  const { issuer } = settings;
  const seconds = (): number => clock.now().getTime() / 1000;
  let kept: { readonly metadata: client.ServerMetadata; readonly at: number } | undefined;
  let keys: ReturnType<typeof client.getJwksCache>;
  let triedAt = Number.NEGATIVE_INFINITY;
  let running: Promise<void> | undefined;
  let trouble: ProviderError | undefined;
  let authentication: Promise<client.ClientAuth> | undefined;

  const note = (error: unknown): void => {
    const found = providerErrorIn(error);
    if (found && found.code !== trouble?.code) log.warn({ code: found.code, reason: found.message }, 'the identity provider cannot be had');
    if (found) trouble = found;
  };
  const attempt = async (): Promise<void> => {
    triedAt = seconds();
    try {
      kept = { metadata: await discovered(settings), at: seconds() };
      if (trouble) log.info({ issuer }, 'the identity provider is there again');
      trouble = undefined;
    } catch (error) {
      note(providerErrorIn(error) ?? undiscovered(error, issuer));
    }
  };
  const refresh = async (): Promise<void> => {
    if (!running && seconds() - triedAt < COOLDOWN_SECONDS) return;
    running ??= attempt().finally(() => {
      running = undefined;
    });
    await running;
  };
  const isFresh = (): boolean => kept !== undefined && trouble === undefined && seconds() - kept.at <= FRESH_SECONDS;

  const known = async (): Promise<client.Configuration> => {
    if (!kept) await refresh();
    else if (!isFresh()) void refresh();
    if (!kept) throw trouble ?? new ProviderError('PROVIDER_UNREACHABLE', `${issuer} was not found`);
    authentication ??= clientAuthentication(settings);
    const own = configured(kept.metadata, settings, await authentication, secondsAhead(clock));
    if (keys) client.setJwksCache(own, keys);
    return own;
  };

  return {
    known,
    async current() {
      if (trouble) await refresh();
      const own = await known();
      if (trouble) throw trouble;
      return own;
    },
    async ask(work) {
      const own = await known();
      try {
        const answer = await work(own);
        trouble = undefined;
        return answer;
      } catch (error) {
        note(error);
        throw providerErrorIn(error) ?? error;
      } finally {
        keys = client.getJwksCache(own) ?? keys;
      }
    },
    async health() {
      if (!isFresh()) await refresh();
      if (!trouble) return { status: 'pass' };
      return { status: 'warn', detail: `${trouble.code}: nobody can be identified with it at the moment (${trouble.message})` };
    },
  };
}

function undiscovered(error: unknown, issuer: string): ProviderError {
  const isForeign = (error as { code?: unknown }).code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED';
  return isForeign
    ? foreign(issuer)
    : new ProviderError('PROVIDER_ANSWER_INVALID', `${issuer} gave no discovery document that can be used`);
}
const foreign = (issuer: string): ProviderError =>
  new ProviderError('PROVIDER_ISSUER_DIFFERS', `the discovery document of ${issuer} is another issuer's; a slash at the end counts`);

async function discovered({ issuer, clientId, timeoutSeconds }: Settings): Promise<client.ServerMetadata> {
  const isPlain = issuer.startsWith('http:');
  const found = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
    [client.customFetch]: boundedFetch(timeoutSeconds) as client.CustomFetch,
    timeout: timeoutSeconds,
    execute: isPlain ? [client.allowInsecureRequests] : [],
  });
  const metadata = found.serverMetadata();
  // Discovery 1.0 section 4.3: exactly the same. The library lets a slash and some vendors' templates pass.
  if (metadata.issuer !== issuer) throw foreign(issuer);
  for (const name of ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const) {
    const url = metadata[name];
    if (typeof url !== 'string' || !URL.canParse(url)) throw new ProviderError('PROVIDER_ANSWER_INVALID', `${issuer} names no ${name}`);
    if (!isPlain && !url.startsWith('https:')) throw new ProviderError('PROVIDER_URL_INSECURE', `the ${name} of ${issuer} is not https`);
  }
  return metadata;
}

function configured(
  metadata: client.ServerMetadata,
  settings: Settings,
  authentication: client.ClientAuth,
  skew: number,
): client.Configuration {
  const { algorithms, userinfo, userinfoAlgorithm, timeoutSeconds, clockToleranceSeconds, clientId, issuer } = settings;
  const server = {
    ...metadata,
    // What the manifest says: discovery comes from whom it is to bind.
    id_token_signing_alg_values_supported: [...algorithms],
    userinfo_signing_alg_values_supported: [userinfoAlgorithm],
  };
  const own = new client.Configuration(
    server,
    clientId,
    {
      [client.clockSkew]: skew,
      [client.clockTolerance]: clockToleranceSeconds,
      ...(userinfo === 'signed' && { userinfo_signed_response_alg: userinfoAlgorithm }),
    },
    authentication,
  );
  own[client.customFetch] = boundedFetch(timeoutSeconds) as client.CustomFetch;
  own.timeout = timeoutSeconds;
  // Signatures count, also of what came over TLS.
  client.enableNonRepudiationChecks(own);
  if (issuer.startsWith('http:')) client.allowInsecureRequests(own);
  return own;
}

async function clientAuthentication(settings: Settings): Promise<client.ClientAuth> {
  const { clientAuth, clientSecret, privateKey, keyId, assertionAlgorithm, assertionAudience } = settings;
  if (clientAuth === 'client_secret_basic') return client.ClientSecretBasic(clientSecret);
  if (clientAuth === 'client_secret_post') return client.ClientSecretPost(clientSecret);
  if (clientAuth === 'none') return client.None();
  const key = await clientKey(privateKey ?? '', assertionAlgorithm);
  const named = keyId === undefined ? key : { key, kid: keyId };
  if (assertionAudience === 'issuer') return client.PrivateKeyJwt(named);
  return (server, ...rest) =>
    client.PrivateKeyJwt(named, {
      [client.modifyAssertion]: (_header, payload) => {
        payload.aud = server.token_endpoint as string;
      },
    })(server, ...rest);
}
