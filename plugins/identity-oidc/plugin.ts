import { definePlugin, identity, one, state } from '@divoc/core/api';
import { callbackHandler, callbackRoutes, declaredCallback } from './src/callback.js';
import { ChallengeStore } from './src/challenge-store.js';
import { configSchema } from './src/config-schema.js';
import { mistakesOf } from './src/mistakes.js';
import { oidcIdentity } from './src/oidc-identity.js';
import { oidcProvider } from './src/provider.js';
import { type Config, settingsOf } from './src/settings.js';

export default definePlugin<Config>()({
  id: 'identity-oidc',
  summary: 'A digital identity by OpenID Connect: national ID systems, Keycloak, e-Signet.',
  config: configSchema,
  uses: { state: one(state) },
  provides: { identity, routes: declaredCallback },
  check: mistakesOf,
  async setup({ config, instance, profile, clock, log }, { state }) {
    const mistakes = mistakesOf({ config, instance, profile });
    if (mistakes.length > 0) throw new Error(mistakes.map(({ message }) => message).join('; '));
    const settings = settingsOf(config);
    const store = new ChallengeStore(state, clock);
    const provider = oidcProvider(settings, { clock, log });
    return {
      ports: {
        identity: oidcIdentity({ settings, store, provider, clock }),
        routes: { table: callbackRoutes, handlers: { callback: callbackHandler({ settings, store, provider, clock, log }) } },
      },
      health: provider.health,
    };
  },
});
