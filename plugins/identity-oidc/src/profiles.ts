import type { AssuranceLevel } from './assurance.js';

export type ClientAuth = 'private_key_jwt' | 'client_secret_basic' | 'client_secret_post' | 'none';

/** What a kind of provider needs; a setting of the manifest goes before it. */
export interface Profile {
  readonly clientAuth: ClientAuth;
  /** `signed`: the userinfo answer is a JWT, and is refused otherwise; `none`: the ID token says all. */
  readonly userinfo: 'none' | 'json' | 'signed';
  readonly userinfoAlgorithm: string;
  /** Signatures of ID tokens that are accepted, whatever discovery says. */
  readonly algorithms: readonly string[];
  /** Claims are asked for one by one (OpenID Connect Core section 5.5) instead of by scopes. */
  readonly claimsParameter: boolean;
  /** The person signs in for this challenge, whoever else has used the device before. */
  readonly freshLogin: boolean;
  readonly prompt: string;
  readonly levels: readonly AssuranceLevel[];
}

const standard: Profile = {
  clientAuth: 'client_secret_basic',
  userinfo: 'json',
  userinfoAlgorithm: 'RS256',
  algorithms: ['RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'],
  claimsParameter: false,
  freshLogin: true,
  prompt: 'login',
  levels: [],
};

export const PROFILES = {
  standard,
  // Its `acr` is 0 where a cookie signed the person in, 1 and up by the realm's own steps (Server Administration Guide,
  // "Mapping ACR to LoA"). How a login was made says nothing of how the person was proofed: none of them is more than IAL 1.
  keycloak: {
    ...standard,
    levels: [
      { acr: '0', ial: 0, basis: 'session' },
      { acr: '1', ial: 1, basis: 'login' },
      { acr: '2', ial: 1, basis: 'login-second-factor' },
    ],
  },
  // e-Signet 1.8: private_key_jwt alone, userinfo as a JWT (PS256), claims by parameter, no session of its own; it remembers
  // consent for ever unless asked anew. Its discovery holds placeholders, so that algorithms come from here.
  esignet: {
    ...standard,
    clientAuth: 'private_key_jwt',
    userinfo: 'signed',
    userinfoAlgorithm: 'PS256',
    algorithms: ['RS256', 'PS256', 'ES256'],
    claimsParameter: true,
    freshLogin: false,
    prompt: 'consent',
    levels: [
      { acr: 'mosip:idp:acr:static-code', ial: 2, basis: 'national-id-pin' },
      { acr: 'mosip:idp:acr:password', ial: 2, basis: 'national-id-password' },
      { acr: 'mosip:idp:acr:knowledge', ial: 2, basis: 'national-id-knowledge' },
      { acr: 'mosip:idp:acr:id-token', ial: 2, basis: 'national-id-token' },
      { acr: 'mosip:idp:acr:generated-code', ial: 2, basis: 'national-id-otp' },
      { acr: 'mosip:idp:acr:linked-wallet', ial: 2, basis: 'national-id-wallet' },
      { acr: 'mosip:idp:acr:biometrics', ial: 2, basis: 'national-id-biometrics' },
    ],
  },
} as const satisfies Readonly<Record<string, Profile>>;

export type ProfileName = keyof typeof PROFILES;
