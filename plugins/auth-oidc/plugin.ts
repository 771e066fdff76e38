import { auth, definePlugin, type JsonSchema, one, state } from '@divoc/core/api';
import { accessTokens } from './src/access-tokens.js';
import { actorIds } from './src/actor-id.js';
import { TRUSTWORTHY_URL } from './src/fetch-document.js';
import { providerKeys } from './src/provider-keys.js';

interface Config {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly rolesClaims: readonly string[];
  readonly algorithms: readonly string[];
  readonly tokenType?: string;
  readonly jwksUri?: string;
  readonly maxTokenAgeSeconds: number;
  readonly clockToleranceSeconds: number;
  readonly keysFreshSeconds: number;
  readonly keysStaleSeconds: number;
  readonly cooldownSeconds: number;
  readonly timeoutSeconds: number;
}

const seconds = (minimum: number, maximum: number, preset: number, description: string): JsonSchema => ({
  type: 'integer',
  minimum,
  maximum,
  default: preset,
  description,
});

const config: JsonSchema = {
  type: 'object',
  additionalProperties: false,
  required: ['issuer', 'audience', 'roles'],
  properties: {
    issuer: {
      type: 'string',
      pattern: TRUSTWORTHY_URL,
      description: 'The `iss` of the tokens, exactly: https://sso.health.example/realms/staff.',
    },
    audience: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', minLength: 1, maxLength: 256 },
      description: 'The names of this house at the provider: a token must be for one of them.',
    },
    roles: {
      type: 'object',
      minProperties: 1,
      description: "The scopes of each of the provider's roles; roles that are not listed give nothing.",
      propertyNames: { type: 'string', minLength: 1, maxLength: 256 },
      additionalProperties: {
        type: 'array',
        uniqueItems: true,
        items: { type: 'string', pattern: '^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$' },
      },
    },
    rolesClaims: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { type: 'string', pattern: '^(/([^~/]|~0|~1)*)+$' },
      default: ['/roles', '/realm_access/roles'],
      description: "JSON Pointers to the claims that name roles; for Keycloak's client roles /resource_access/CLIENT/roles.",
    },
    algorithms: {
      type: 'array',
      minItems: 1,
      uniqueItems: true,
      items: { enum: ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] },
      default: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
      description: 'Signatures that are accepted.',
    },
    tokenType: {
      type: 'string',
      pattern: '^[A-Za-z0-9!#$&^_.+/-]{1,64}$',
      description: 'The `typ` that tokens must have, at+jwt for example; default: at+jwt, JWT or none.',
    },
    jwksUri: { type: 'string', pattern: TRUSTWORTHY_URL, description: "Where the issuer's keys are, if discovery is not to be asked." },
    maxTokenAgeSeconds: seconds(60, 604_800, 43_200, 'A token that was issued longer ago is refused, whatever its own end is.'),
    clockToleranceSeconds: seconds(0, 300, 30, "How far the provider's clock may be off."),
    keysFreshSeconds: seconds(1, 86_400, 600, 'Keys are fetched anew when they are older.'),
    keysStaleSeconds: seconds(1, 86_400, 3600, 'While the provider is down, keys are used until they are this old.'),
    cooldownSeconds: seconds(1, 3600, 30, 'The pause between two attempts to fetch keys.'),
    timeoutSeconds: seconds(1, 30, 5, 'How long the provider may take to answer.'),
  },
};

export default definePlugin<Config>()({
  id: 'auth-oidc',
  summary: 'Staff sign in with OpenID Connect: bearer tokens of Keycloak and others.',
  config,
  uses: { state: one(state) },
  provides: { auth },
  check: ({ config }) =>
    config.keysStaleSeconds < config.keysFreshSeconds
      ? [
          {
            pointer: '/keysStaleSeconds',
            code: 'KEYS_STALE_BEFORE_FRESH',
            message: 'keysStaleSeconds must not be smaller than keysFreshSeconds',
          },
        ]
      : [],
  async setup({ config, clock, log }, { state }) {
    const keys = providerKeys({ ...config, clock, log });
    return {
      ports: { auth: accessTokens({ ...config, clock, keys, actorId: actorIds(config.issuer, state) }) },
      health: keys.health,
    };
  },
});
