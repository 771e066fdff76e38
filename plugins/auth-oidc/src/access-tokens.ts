import { type Actor, type Auth, type Clock, isRefusal } from '@divoc/core/api';
import { decodeJwt, errors, type JWTPayload, jwtVerify } from 'jose';
import type { ProviderKeys } from './provider-keys.js';
import { type Roles, rolesOf } from './roles.js';
import { type TokenFault, tokenRefusal } from './token-refusal.js';

export interface AccessTokensOptions extends Roles {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly algorithms: readonly string[];
  /** The `typ` that tokens must have; default: none, `JWT` or `at+jwt`. */
  readonly tokenType?: string;
  readonly clockToleranceSeconds: number;
  readonly maxTokenAgeSeconds: number;
  readonly clock: Clock;
  readonly keys: ProviderKeys;
  readonly actorId: (subject: string) => Promise<string>;
}

const REQUIRED = ['iss', 'aud', 'sub', 'exp', 'iat'];
/** RFC 9068 section 2.1; Keycloak and many others say JWT, some say nothing. */
const PLAIN_TYPES = [undefined, 'jwt', 'at+jwt'];

/** Reads the access tokens of one issuer: JWTs as in RFC 9068, or nearly. */
export function accessTokens(options: AccessTokensOptions): Auth {
  return {
    async authenticate({ authorization }) {
      const [, scheme, token] = /^(bearer|dpop) +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '') ?? [];
      if (scheme === undefined || token === undefined || issuerOf(token) !== options.issuer) return null;
      // A DPoP proof names method and URL (RFC 9449 section 4.3), which are not among the headers.
      if (scheme.toLowerCase() === 'dpop') throw tokenRefusal('TOKEN_SENDER_BOUND');
      const claims = await verified(token, options);
      return actorOf(claims, options);
    },
  };
}

async function verified(token: string, options: AccessTokensOptions): Promise<JWTPayload> {
  const { issuer, audience, algorithms, keys, clock, clockToleranceSeconds, maxTokenAgeSeconds } = options;
  try {
    const { payload, protectedHeader } = await jwtVerify(token, keys.keyFor, {
      issuer,
      audience: [...audience],
      algorithms: [...algorithms],
      requiredClaims: REQUIRED,
      maxTokenAge: maxTokenAgeSeconds,
      clockTolerance: clockToleranceSeconds,
      currentDate: clock.now(),
    });
    if (!isAccessToken(protectedHeader.typ, payload, options.tokenType)) throw tokenRefusal('TOKEN_TYPE_WRONG');
    if (typeof payload.sub !== 'string' || payload.sub === '') throw tokenRefusal('TOKEN_CLAIM_MISSING');
    if (payload.cnf !== undefined) throw tokenRefusal('TOKEN_SENDER_BOUND');
    return payload;
  } catch (error) {
    if (isRefusal(error)) throw error;
    throw tokenRefusal(faultOf(error));
  }
}

/** ID, refresh and logout tokens are signed with the same keys, and may be for the same audience. */
function isAccessToken(typ: string | undefined, claims: JWTPayload, wanted: string | undefined): boolean {
  const type = typ?.toLowerCase().replace(/^application\//, '');
  const isWanted = wanted === undefined ? PLAIN_TYPES.includes(type) : type === wanted.toLowerCase().replace(/^application\//, '');
  // Keycloak says in a claim what others say in the header; `at_hash` and `c_hash` are an ID token's alone.
  const isBearer = claims.typ === undefined || claims.typ === 'Bearer' || claims.typ === 'DPoP';
  return isWanted && isBearer && claims.at_hash === undefined && claims.c_hash === undefined && claims.events === undefined;
}

function faultOf(error: unknown): TokenFault {
  if (error instanceof errors.JWTExpired) return error.claim === 'iat' ? 'TOKEN_TOO_OLD' : 'TOKEN_EXPIRED';
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.reason === 'missing') return 'TOKEN_CLAIM_MISSING';
    if (error.claim === 'aud') return 'TOKEN_AUDIENCE_WRONG';
    return error.claim === 'nbf' || error.claim === 'iat' ? 'TOKEN_NOT_YET_VALID' : 'TOKEN_INVALID';
  }
  if (error instanceof errors.JOSEAlgNotAllowed) return 'TOKEN_ALGORITHM_REFUSED';
  if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys) return 'TOKEN_KEY_UNKNOWN';
  return 'TOKEN_INVALID';
}

async function actorOf(claims: JWTPayload, options: AccessTokensOptions): Promise<Actor> {
  return { id: await options.actorId(claims.sub as string), ...rolesOf(claims, options) };
}

/** Whose token this claims to be; not yet believed. */
function issuerOf(token: string): unknown {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}
