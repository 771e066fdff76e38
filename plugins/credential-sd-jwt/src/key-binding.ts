import type { PublicJwk } from '@divoc/core/api';
import { isObject } from '@divoc/core/api';
import { digestOf } from './disclosures.js';
import type { SdJwtVc } from './sd-jwt-vc.js';
import { holds, isSeconds, readJwt } from './signed-jwt.js';

/** What a holder has signed when they showed the credential: for whom, in answer to what, and when. */
export interface KeyBinding {
  readonly aud: string;
  readonly nonce: string;
  /** Seconds since 1970. */
  readonly iat: number;
}

/**
 * The Key Binding JWT of a presentation (RFC 9901, section 4.3): by the key that the issuer has put into the credential, over
 * this very credential with these very Disclosures. Undefined when it is not.
 *
 * For whom it was made and how long ago is the caller's to judge, who alone knows what was asked for.
 */
export async function keyBindingOf({ claims, keyBinding }: SdJwtVc): Promise<KeyBinding | undefined> {
  const jwt = keyBinding && readJwt(keyBinding.text, ['kb+jwt']);
  const jwk = isObject(claims.cnf) && isObject(claims.cnf.jwk) ? claims.cnf.jwk : undefined;
  if (!jwt || !jwk || typeof jwk.kty !== 'string') return undefined;
  const { aud, nonce, iat, sd_hash: hash } = jwt.payload;
  if (typeof aud !== 'string' || typeof nonce !== 'string' || !isSeconds(iat) || hash !== digestOf(keyBinding.presented)) return undefined;
  return (await holds(jwt, jwk as PublicJwk)) ? { aud, nonce, iat } : undefined;
}
