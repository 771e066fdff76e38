import type { webcrypto } from 'node:crypto';
import { fromMultibase, type TrustedKey } from '@divoc/core/api';

/** P-256 (SEC 2, section 2.4.2): the prime of its field, and the coefficient b; a is -3. */
const P = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

type Jwk = webcrypto.JsonWebKey;

/** Octets of a coordinate. */
const SIZES: Readonly<Record<string, number>> = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

/** The members of a key that WebCrypto needs and no others, or undefined for one that is neither elliptic nor RSA. */
export function jwkOf({ publicKeyJwk, publicKeyMultibase }: TrustedKey): Jwk | undefined {
  if (publicKeyJwk) return essential(publicKeyJwk);
  const bytes = publicKeyMultibase === undefined ? undefined : fromMultibase(publicKeyMultibase);
  // 0x1200 as varint: a compressed point of P-256 (https://www.w3.org/TR/cid-1.0/#Multikey).
  return bytes?.length === 35 && bytes[0] === 0x80 && bytes[1] === 0x24 ? decompressed(bytes.subarray(2)) : undefined;
}

function essential({ kty, crv, x, y, n, e }: Readonly<Record<string, unknown>>): Jwk | undefined {
  if (kty === 'RSA') return typeof n === 'string' && typeof e === 'string' ? { kty, n, e } : undefined;
  const size = typeof crv === 'string' ? SIZES[crv] : undefined;
  if (kty !== 'EC' || typeof crv !== 'string' || size === undefined || typeof x !== 'string' || typeof y !== 'string') return undefined;
  return { kty, crv, x: ofSize(x, size), y: ofSize(y, size) };
}

/** Trust lists have coordinates with a zero in front, or without one that belongs there; WebCrypto wants their exact size. */
function ofSize(coordinate: string, size: number): string {
  try {
    const bytes = atob(coordinate.replace(/-/g, '+').replace(/_/g, '/')).replace(/^\0+/, '');
    return base64url(bytes.padStart(size, '\0'));
  } catch {
    return coordinate;
  }
}

function decompressed(point: Uint8Array): Jwk {
  const x = [...point.subarray(1)].reduce((value, byte) => value * 256n + BigInt(byte), 0n);
  const root = power((((x * x) % P) * x - 3n * x + B) % P, (P + 1n) / 4n);
  const isOdd = point[0] === 3;
  const y = (root % 2n === 1n) === isOdd ? root : P - root;
  return { kty: 'EC', crv: 'P-256', x: base64url(octets(x)), y: base64url(octets(y)) };
}

function power(base: bigint, exponent: bigint): bigint {
  let [result, square] = [1n, ((base % P) + P) % P];
  for (let left = exponent; left > 0n; left >>= 1n) {
    if (left & 1n) result = (result * square) % P;
    square = (square * square) % P;
  }
  return result;
}

const octets = (number: bigint): string =>
  (number.toString(16).padStart(64, '0').match(/../g) ?? []).map((byte) => String.fromCharCode(Number.parseInt(byte, 16))).join('');

const base64url = (bytes: string): string => btoa(bytes).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
