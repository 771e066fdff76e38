import { auth, definePlugin } from '@divoc/core/api';
import { LocalAuthError } from './src/local-auth-error.js';
import { openTokenKey } from './src/token-key.js';
import { localTokens } from './src/tokens.js';

interface Config {
  readonly issuer: string;
  readonly roles: Readonly<Record<string, readonly string[]>>;
}

const IN_PRODUCTION = new LocalAuthError(
  'AUTH_LOCAL_IN_PRODUCTION',
  'auth-local lets whoever can read this machine be anybody, so it does not run in production',
  "Name another auth plugin in the manifest, or set 'profile: development' where only developers come",
);

export default definePlugin<Config>()({
  id: 'auth-local',
  summary: 'Short-lived tokens minted on this machine, for development only.',
  config: {
    type: 'object',
    additionalProperties: false,
    properties: {
      issuer: {
        type: 'string',
        pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]{0,127}$',
        default: 'divoc-local',
        description: 'Name in the tokens; those of other issuers are left to other plugins.',
      },
      roles: {
        type: 'object',
        description: 'The scopes of each role.',
        propertyNames: { type: 'string', pattern: '^[a-z][a-z0-9]*(-[a-z0-9]+)*$' },
        additionalProperties: {
          type: 'array',
          uniqueItems: true,
          items: { type: 'string', pattern: '^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$' },
        },
        default: {
          'facility-staff': ['vaccination:record', 'vaccination:read', 'certificates:read'],
          supervisor: ['vaccination:correct', 'certificates:revoke', 'certificates:suspend'],
        },
      },
    },
  },
  provides: { auth },
  check: ({ profile }) => (profile === 'production' ? [{ code: IN_PRODUCTION.code, message: IN_PRODUCTION.message }] : []),
  async setup({ config, profile, home, tenant, clock, log }) {
    if (profile === 'production') throw IN_PRODUCTION;
    const key = await openTokenKey(home);
    if (key.isNew) log.info({ file: key.file }, 'made a key for tokens');
    return { ports: { auth: localTokens({ ...config, tenant, clock, key: key.secret }) } };
  },
});
