import type { TrustedKey } from '@divoc/core/api';
import type { Cbor } from './cbor-reader.js';
import type { CoseSign1 } from './cose-sign1.js';
import { jwkOf } from './public-jwk.js';

/** COSE algorithms of health certificates: ECDSA with SHA-256, and RSASSA-PSS with SHA-256 and a salt as long (RFC 9053). */
export const ES256 = -7;
export const PS256 = -37;

const ALGORITHMS: Readonly<Record<number, { readonly kty: string; readonly verify: object; imported(jwk: Jwk): object }>> = {
  [ES256]: { kty: 'EC', verify: { name: 'ECDSA', hash: 'SHA-256' }, imported: ({ crv }) => ({ name: 'ECDSA', namedCurve: crv }) },
  [PS256]: { kty: 'RSA', verify: { name: 'RSA-PSS', saltLength: 32 }, imported: () => ({ name: 'RSA-PSS', hash: 'SHA-256' }) },
};

type Jwk = Readonly<Record<string, unknown>>;
type Subtle = typeof crypto.subtle;

/** Keys as WebCrypto holds them, for as long as somebody trusts them: to import one takes as long as to verify with it. */
const imported = new WeakMap<TrustedKey, Promise<Parameters<Subtle['verify']>[1] | undefined>>();

export const isKnownAlgorithm = (algorithm: Cbor): algorithm is number => typeof algorithm === 'number' && Object.hasOwn(ALGORITHMS, algorithm);

/** The first of these keys whose signature it is, or undefined. A key of another kind than the algorithm's has signed nothing. */
export async function signerAmong(keys: readonly TrustedKey[], cose: CoseSign1): Promise<TrustedKey | undefined> {
  for (const key of keys) if (await hasSigned(key, cose)) return key;
  return undefined;
}

async function hasSigned(trusted: TrustedKey, { algorithm, signature, signed }: CoseSign1): Promise<boolean> {
  const known = isKnownAlgorithm(algorithm) ? ALGORITHMS[algorithm] : undefined;
  const jwk = jwkOf(trusted);
  if (!known || jwk?.kty !== known.kty) return false;
  const key = await (imported.get(trusted) ?? importKey(trusted, jwk, known.imported(jwk)));
  if (!key) return false;
  try {
    return await crypto.subtle.verify(known.verify as Parameters<Subtle['verify']>[0], key, signature as BufferSource, signed as BufferSource);
  } catch {
    // A signature of another length than the key's, on some platforms.
    return false;
  }
}

function importKey(trusted: TrustedKey, jwk: Jwk, algorithm: object) {
  const key = crypto.subtle
    .importKey('jwk', jwk as Parameters<Subtle['importKey']>[1], algorithm as Parameters<Subtle['importKey']>[2], false, ['verify'])
    // A point that is not on its curve, an exponent of one: no key.
    .catch(() => undefined);
  imported.set(trusted, key as ReturnType<typeof imported.get> & object);
  return key;
}
