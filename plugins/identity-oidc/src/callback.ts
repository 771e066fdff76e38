import { type Clock, declareRoutes, type Logger, type RouteHandler, type RouteTable } from '@divoc/core/api';
import { type PageKind, page } from './callback-page.js';
import type { ChallengeStore, Kept } from './challenge-store.js';
import type { Provider } from './provider.js';
import { ProviderError } from './provider-error.js';
import { redeem } from './redeem.js';
import type { Settings } from './settings.js';

const html = { mediaTypes: ['text/html'] };
export const callbackRoutes: RouteTable = {
  routes: {
    callback: {
      method: 'GET',
      path: '/callback',
      scope: 'public',
      summary: 'Where the identity provider sends the person back to. The page says whether it worked, and nothing else.',
      replies: {
        200: { description: 'Done, or it did not work: the window may be closed.', ...html },
        400: { description: 'This is no answer of the identity provider.', ...html },
        404: { description: 'No challenge waits for this answer.', ...html },
        409: { description: 'The answer is being looked at.', ...html },
        503: { description: 'The identity provider cannot be reached: try again.', ...html },
      },
    },
  },
};
export const declaredCallback = declareRoutes(callbackRoutes);

/** Of RFC 6749 section 4.1.2.1 and OpenID Connect Core section 3.1.2.6: what may pass by itself. All others end the challenge. */
const PASSING = ['temporarily_unavailable', 'server_error'];
const FAILURES: Readonly<Record<string, string>> = {
  access_denied: 'DECLINED',
  login_required: 'LOGIN_REQUIRED',
  interaction_required: 'LOGIN_REQUIRED',
  account_selection_required: 'LOGIN_REQUIRED',
  consent_required: 'CONSENT_REQUIRED',
  unmet_authentication_requirements: 'ASSURANCE_TOO_LOW',
};
/** Token, keys, userinfo, and a little. */
const REQUESTS = 4;

export interface CallbackOptions {
  readonly settings: Settings;
  readonly store: ChallengeStore;
  readonly provider: Provider;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Takes the answer of the provider out of the person's browser. Whatever it is asked, it says nothing of the person. */
export function callbackHandler({ settings, store, provider, clock, log }: CallbackOptions): RouteHandler {
  const show = (kind: PageKind) => page(kind, settings.page);

  const finish = async (kept: Kept, query: Readonly<Record<string, string>>, code: string): Promise<PageKind> => {
    const claimed = await store.claim(kept, REQUESTS * settings.timeoutSeconds);
    if (!claimed) return 'busy';
    const callback = new URL(`${settings.redirectUri}?${new URLSearchParams(query)}`);
    let tokenEndpoint: string | undefined;
    try {
      const redeemed = await provider.ask((configuration) => {
        tokenEndpoint = new URL(configuration.serverMetadata().token_endpoint ?? '').href;
        return redeem(configuration, settings, { record: claimed.record, callback, state: query.state ?? '', clock, log });
      });
      if ('shown' in redeemed) return (await store.ready(claimed, redeemed.shown)) ? 'done' : 'busy';
      log.warn({ code: redeemed.failure }, 'an identification failed');
      await store.failed(claimed, redeemed.failure);
      return 'failed';
    } catch (error) {
      // The code is still good when it never came to the token endpoint, or was not taken there.
      const isGood = error instanceof ProviderError && (error.url === tokenEndpoint || error.code === 'PROVIDER_REFUSES_CLIENT');
      await store.release(claimed, isGood ? undefined : code);
      if (!(error instanceof ProviderError)) throw error;
      return isGood ? 'down' : 'again';
    }
  };

  return async ({ query }) => {
    const kept = query.state === undefined ? undefined : await store.find(query.state);
    if (!kept || store.isOver(kept.record)) return show('unknown');
    try {
      if (!isFrom((await provider.known()).serverMetadata(), query.iss)) {
        log.warn({ code: 'ISSUER_MIXED_UP' }, 'an answer of another identity provider was refused');
        return show('foreign');
      }
    } catch (error) {
      if (error instanceof ProviderError) return show('down');
      throw error;
    }
    const { state } = kept.record;
    if (state !== 'waiting') return show(state === 'failed' ? 'failed' : 'done');
    if (store.isBusy(kept.record)) return show('busy');
    const { code, error } = query;
    if (error !== undefined) {
      if (PASSING.includes(error)) return show('again');
      await store.failed(kept, Object.hasOwn(FAILURES, error) ? (FAILURES[error] as string) : 'PROVIDER_REFUSED');
      return show('failed');
    }
    if (code === undefined || code === '') return show('foreign');
    if (store.hasSpent(kept.record, code)) return show('again');
    return show(await finish(kept, query, code));
  };
}

/** RFC 9207 section 2.4: an answer names who gave it, so that nobody passes off one provider's as another's. */
function isFrom(
  { issuer, authorization_response_iss_parameter_supported: says }: { readonly issuer: string; readonly [name: string]: unknown },
  named: string | undefined,
): boolean {
  return named === undefined ? says !== true : named === issuer;
}
