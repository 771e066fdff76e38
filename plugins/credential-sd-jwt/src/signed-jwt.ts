import { fromBase64url, isObject, isSignedBy, type PublicJwk, type Signed, TOKEN_ALGORITHMS } from '@divoc/core/api';
import { readJson } from './disclosures.js';

/** A JWT in compact form (RFC 7519), whose signature has not been looked at. */
export interface SignedJwt extends Signed {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Reads a JWT of one of these types (`typ`); undefined for what is none, or asks for something that is not known here (`crit`). */
export function readJwt(text: string, types: readonly string[]): SignedJwt | undefined {
  const [head, body, signature, ...more] = text.split('.').map(fromBase64url);
  if (!head || !body || !signature || more.length > 0) return undefined;
  const [header, payload] = [readJson(head), readJson(body)];
  if (!isObject(header) || !isObject(payload)) return undefined;
  const { typ, alg, crit } = header;
  const algorithm = typeof alg === 'string' && Object.hasOwn(TOKEN_ALGORITHMS, alg) ? TOKEN_ALGORITHMS[alg] : undefined;
  if (!algorithm || typeof typ !== 'string' || !types.includes(typ) || crit !== undefined) return undefined;
  return { header, payload, algorithm, signed: new TextEncoder().encode(text.slice(0, text.lastIndexOf('.'))), signature };
}

export const holds = ({ algorithm, signed, signature }: SignedJwt, jwk: PublicJwk): Promise<boolean> =>
  isSignedBy(jwk, algorithm, signed, signature);

/** Of a time that JavaScript can hold, in seconds since 1970. */
export const isSeconds = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < 1e12;

export const instantOf = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
