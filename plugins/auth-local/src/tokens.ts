import type { KeyObject } from 'node:crypto';
import { type Actor, type Auth, type Clock, Refusal } from '@divoc/core/api';
import { decodeJwt, jwtVerify, SignJWT } from 'jose';
import { LocalAuthError } from './local-auth-error.js';

/** Half a day: longer than a shift, too short to be worth keeping. */
export const LONGEST_SECONDS = 12 * 3600;
/** Between the clocks of two processes that share a data folder. */
const TOLERANCE_SECONDS = 5;
/** A type of its own, so that a JWT of another kind under the same key would not pass (RFC 8725 section 3.11). */
const TYPE = 'divoc-local+jwt';
const NAME = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._@-]{0,63}$/u;

export interface LocalTokensOptions {
  readonly issuer: string;
  readonly roles: Readonly<Record<string, readonly string[]>>;
  readonly tenant: string;
  readonly clock: Clock;
  readonly key: KeyObject;
}

/** Mints and reads the tokens of one data folder. */
export function localTokens({ issuer, roles, tenant, clock, key }: LocalTokensOptions): Required<Auth> {
  const seconds = (): number => Math.floor(clock.now().getTime() / 1000);

  const verified = async (token: string): Promise<Actor> => {
    const { payload } = await jwtVerify(token, key, {
      algorithms: ['HS256'],
      typ: TYPE,
      issuer,
      requiredClaims: ['sub', 'exp', 'iat', 'role', 'tenant'],
      // Also of a token whose own `exp` lies further ahead.
      maxTokenAge: LONGEST_SECONDS,
      clockTolerance: TOLERANCE_SECONDS,
      currentDate: clock.now(),
    });
    const { sub, role } = payload;
    if (payload.tenant !== tenant || typeof sub !== 'string' || !sub.startsWith('local:') || typeof role !== 'string') throw invalid();
    // Looked up now and not written in the token: a role that is taken away is gone at once.
    const scopes = Object.hasOwn(roles, role) ? roles[role] : undefined;
    if (!scopes) throw invalid();
    return { id: sub, roles: [role], scopes };
  };

  return {
    async authenticate({ authorization }) {
      const token = /^bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(authorization ?? '')?.[1];
      if (token === undefined || issuerOf(token) !== issuer) return null;
      try {
        return await verified(token);
      } catch (error) {
        throw (error as { code?: unknown }).code === 'ERR_JWT_EXPIRED' ? expired() : invalid();
      }
    },

    async mint({ role, name, validForSeconds }) {
      if (!Object.hasOwn(roles, role)) {
        throw new LocalAuthError('ROLE_UNKNOWN', `there is no role '${role}'`, `Known here: ${Object.keys(roles).join(', ') || 'none'}`);
      }
      if (!NAME.test(name)) {
        throw new LocalAuthError(
          'NAME_INVALID',
          'the name is not usable',
          'Give 1 to 64 letters, digits and ._@-, a letter or digit first',
        );
      }
      if (!Number.isSafeInteger(validForSeconds) || validForSeconds < 1 || validForSeconds > LONGEST_SECONDS) {
        throw new LocalAuthError(
          'VALIDITY_OUT_OF_RANGE',
          'a token cannot be valid for that long',
          `Ask for 1 to ${LONGEST_SECONDS} seconds`,
        );
      }
      const now = seconds();
      return new SignJWT({ role, tenant })
        .setProtectedHeader({ alg: 'HS256', typ: TYPE })
        .setIssuer(issuer)
        .setSubject(`local:${name}`)
        .setIssuedAt(now)
        .setExpirationTime(now + validForSeconds)
        .sign(key);
    },
  };
}

/** Whose token this claims to be; not yet believed. */
function issuerOf(token: string): unknown {
  try {
    return decodeJwt(token).iss;
  } catch {
    return undefined;
  }
}

const expired = () => refusal('TOKEN_EXPIRED', 'The token has expired.');
/** One text for every reason: who forges tokens is not told how far they got. */
const invalid = () => refusal('TOKEN_INVALID', 'The token is not valid here.');

/** RFC 6750 section 3.1. */
function refusal(code: string, detail: string): Refusal {
  return new Refusal(401, code, detail, {
    headers: { 'www-authenticate': `Bearer error="invalid_token", error_description="${detail}"` },
  });
}
