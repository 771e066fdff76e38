import { p256, p384 } from '@noble/curves/nist.js';
import { fromBase64, type PublicJwk, toBase64url } from '../api/index.js';
import { TrustBundleError, UnknownKeyKind } from './trust-bundle-error.js';

/** Bytes of a coordinate. */
const COORDINATE = { 'P-256': 32, 'P-384': 48, 'P-521': 66 } as const;
const POINTS: Readonly<Record<string, typeof p256.Point | typeof p384.Point>> = { 'P-256': p256.Point, 'P-384': p384.Point };
/** An RSA modulus that anybody signs with; more only costs time. */
const MAX_RSA_BYTES = 1024;

/**
 * The public members of a JWK and nothing else: coordinates of exactly the size of the curve (WHO's list has some with a
 * zero in front), a point that is on it, an RSA key of bounded size. Throws a TrustBundleError for what is no such key.
 */
export function publicJwk(jwk: Readonly<Record<string, unknown>>): PublicJwk {
  const { kty, crv } = jwk;
  if (kty === 'OKP' && crv === 'Ed25519') return { kty, crv, x: sized(jwk, 'x', 32) };
  if (kty === 'EC' && typeof crv === 'string' && Object.hasOwn(COORDINATE, crv)) {
    const size = COORDINATE[crv as keyof typeof COORDINATE];
    const key = { kty, crv, x: sized(jwk, 'x', size), y: sized(jwk, 'y', size) };
    const point = POINTS[crv];
    if (point && !isOnCurve(point, key)) throw new TrustBundleError(`a ${crv} key is not a point of that curve`);
    return key;
  }
  if (kty === 'RSA') {
    const [n, e] = [bytesOf(text(jwk, 'n')), bytesOf(text(jwk, 'e'))];
    if (n.length < 128 || n.length > MAX_RSA_BYTES || e.length === 0 || e.length > 8)
      throw new TrustBundleError('an RSA key must have between 1,024 and 8,192 bits');
    return { kty, n: toBase64url(n), e: toBase64url(e) };
  }
  throw new UnknownKeyKind(`keys of kty ${said(kty)} and crv ${said(crv)} are not known here; Ed25519, P-256, P-384, P-521 and RSA are`);
}

/** Bytes of base64 or base64url, white space aside. Throws a TrustBundleError when it is neither. */
export function bytesOf(encoded: string): Uint8Array {
  const bytes = fromBase64(encoded.replaceAll(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/'));
  if (!bytes) throw new TrustBundleError('what should be base64 is none');
  return bytes;
}

function isOnCurve(point: typeof p256.Point | typeof p384.Point, { x, y }: { x: string; y: string }): boolean {
  try {
    point.fromBytes(Uint8Array.from([4, ...bytesOf(x), ...bytesOf(y)])).assertValidity();
    return true;
  } catch {
    return false;
  }
}

function sized(jwk: Readonly<Record<string, unknown>>, name: string, size: number): string {
  const bytes = bytesOf(text(jwk, name));
  const start = bytes.findIndex((byte) => byte !== 0);
  const value = bytes.slice(Math.max(0, start < 0 ? bytes.length : start));
  // Ed25519 keys are numbers written from their other end: nothing may be cut or added there.
  if (jwk.kty === 'OKP' ? bytes.length !== size : value.length > size)
    throw new TrustBundleError(`${name} of a ${said(jwk.crv)} key must have ${size} bytes`);
  if (jwk.kty === 'OKP') return toBase64url(bytes);
  const padded = new Uint8Array(size);
  padded.set(value, size - value.length);
  return toBase64url(padded);
}

function text(jwk: Readonly<Record<string, unknown>>, name: string): string {
  const value = jwk[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new TrustBundleError(`a JWK of kty ${said(jwk.kty)} needs its member ${name}`);
}

const said = (value: unknown): string => (typeof value === 'string' && /^[\w-]{1,20}$/.test(value) ? value : 'that sort');
