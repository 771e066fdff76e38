import { p256, p384 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64url, toBase64url } from './base64.js';
import { keptByName } from './kept-by-name.js';
import { fromMultibase, toMultibase } from './multibase.js';
import type { PublicJwk, TrustedKey } from './ports/credential-format.js';

/** Multicodec headers of https://www.w3.org/TR/cid-1.0/#Multikey, with the JWK of what stands behind them. */
const KINDS = [
  { header: [0xed, 0x01], kty: 'OKP', crv: 'Ed25519', size: 32 },
  { header: [0x80, 0x24], kty: 'EC', crv: 'P-256', size: 33, point: p256.Point },
  { header: [0x81, 0x24], kty: 'EC', crv: 'P-384', size: 49, point: p384.Point },
] as const;

/**
 * The JWK of a Multikey, or undefined when it is not a whole key of a kind known here. The same object every time, so that the
 * key is imported once: finding its point takes as long as a signature, and so does importing it.
 */
export const jwkOfMultikey = keptByName<PublicJwk>(jwkIn);

function jwkIn(multibase: string): PublicJwk | undefined {
  const bytes = fromMultibase(multibase);
  const kind = bytes && KINDS.find(({ header, size }) => bytes.length === size + 2 && header.every((byte, at) => bytes[at] === byte));
  if (!bytes || !kind) return undefined;
  const { kty, crv } = kind;
  if (!('point' in kind)) return Object.freeze({ kty, crv, x: toBase64url(bytes.slice(2)) });
  try {
    const { x, y } = coordinates(kind.point.fromBytes(bytes.slice(2)).toBytes(false));
    return Object.freeze({ kty, crv, x, y });
  } catch {
    return undefined;
  }
}

/** The Multikey of a JWK, for the kinds that have one: RSA and P-521 have none here. */
export function multikeyOfJwk({ crv, x, y }: PublicJwk): string | undefined {
  const kind = KINDS.find((known) => known.crv === crv);
  if (!kind || typeof x !== 'string') return undefined;
  const [point, bytesOfY] = [fromBase64url(x), typeof y === 'string' ? fromBase64url(y) : undefined];
  if (!point) return undefined;
  const sign = bytesOfY ? [(bytesOfY.at(-1) ?? 0) % 2 === 0 ? 2 : 3] : [];
  return toMultibase(Uint8Array.from([...kind.header, ...sign, ...point]));
}

const jwks = new WeakMap<TrustedKey, PublicJwk>();

/** A trusted key as JWK, the same object every time; undefined when it has none and its Multikey is of no kind known here. */
export function jwkOf(key: TrustedKey): PublicJwk | undefined {
  if (key.publicKeyJwk) return key.publicKeyJwk;
  const jwk = jwks.get(key) ?? (key.publicKeyMultibase === undefined ? undefined : jwkOfMultikey(key.publicKeyMultibase));
  if (jwk) jwks.set(key, jwk);
  return jwk;
}

/** RFC 7638: base64url SHA-256 of the required members. */
export function jwkThumbprint(jwk: PublicJwk): string {
  const members = jwk.kty === 'RSA' ? ['e', 'kty', 'n'] : jwk.kty === 'EC' ? ['crv', 'kty', 'x', 'y'] : ['crv', 'kty', 'x'];
  const json = `{${members.map((name) => `"${name}":${JSON.stringify(jwk[name])}`).join(',')}}`;
  return toBase64url(sha256(new TextEncoder().encode(json)));
}

/** An uncompressed point (SEC 1, 2.3.3): 4, x, y. */
export function coordinates(point: Uint8Array): { x: string; y: string } {
  const half = (point.length - 1) / 2;
  return { x: toBase64url(point.slice(1, 1 + half)), y: toBase64url(point.slice(1 + half)) };
}
