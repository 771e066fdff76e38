import { fromBase64url, isObject, isSignedBy, type JoseAlgorithm, type PublicJwk } from '@divoc/core/api';
import { readJson } from './disclosures.js';

/** A JWT in compact form (RFC 7519), whose signature has not been looked at. */
export interface SignedJwt {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly algorithm: JoseAlgorithm;
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

/** Names of RFC 7518 and RFC 9864. Neither `none` nor a shared secret is among them. */
const ALGORITHMS: Readonly<Record<string, JoseAlgorithm>> = {
  ES256: 'ES256',
  ES384: 'ES384',
  ES512: 'ES512',
  EdDSA: 'Ed25519',
  Ed25519: 'Ed25519',
};

/** Reads a JWT of one of these types (`typ`); undefined for what is none, or asks for something that is not known here (`crit`). */
export function readJwt(text: string, types: readonly string[]): SignedJwt | undefined {
  const [head, body, signature, ...more] = text.split('.').map(fromBase64url);
  if (!head || !body || !signature || more.length > 0) return undefined;
  const [header, payload] = [readJson(head), readJson(body)];
  if (!isObject(header) || !isObject(payload)) return undefined;
  const { typ, alg, crit } = header;
  const algorithm = typeof alg === 'string' && Object.hasOwn(ALGORITHMS, alg) ? ALGORITHMS[alg] : undefined;
  if (!algorithm || typeof typ !== 'string' || !types.includes(typ) || crit !== undefined) return undefined;
  return { header, payload, algorithm, signed: new TextEncoder().encode(text.slice(0, text.lastIndexOf('.'))), signature };
}

export const holds = ({ algorithm, signed, signature }: SignedJwt, jwk: PublicJwk): Promise<boolean> =>
  isSignedBy(jwk, algorithm, signed, signature);

/** Of a time that JavaScript can hold, in seconds since 1970. */
export const isSeconds = (value: unknown): value is number => typeof value === 'number' && value >= 0 && value < 1e12;

export const instantOf = (seconds: number): string => new Date(Math.round(seconds * 1000)).toISOString();
