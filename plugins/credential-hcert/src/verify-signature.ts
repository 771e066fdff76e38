import type { webcrypto } from 'node:crypto';
import type { TrustedKey } from '@divoc/core/api';
import type { Cbor } from './cbor-reader.js';
import type { CoseSign1 } from './cose-sign1.js';
import { jwkOf } from './public-jwk.js';

/** COSE algorithms of health certificates: ECDSA with SHA-256, and RSASSA-PSS with SHA-256 and a salt as long (RFC 9053). */
export const ES256 = -7;
export const PS256 = -37;

type Jwk = webcrypto.JsonWebKey;

interface Algorithm {
  readonly kty: string;
  readonly verify: webcrypto.EcdsaParams | webcrypto.RsaPssParams;
  imported(jwk: Jwk): webcrypto.EcKeyImportParams | webcrypto.RsaHashedImportParams;
}

const ALGORITHMS: Readonly<Record<number, Algorithm>> = {
  [ES256]: {
    kty: 'EC',
    verify: { name: 'ECDSA', hash: 'SHA-256' },
    imported: ({ crv = '' }) => ({ name: 'ECDSA', namedCurve: crv }),
  },
  [PS256]: { kty: 'RSA', verify: { name: 'RSA-PSS', saltLength: 32 }, imported: () => ({ name: 'RSA-PSS', hash: 'SHA-256' }) },
};

/** Keys as WebCrypto holds them, for as long as somebody trusts them: to import one takes as long as to verify with it. */
const imported = new WeakMap<TrustedKey, Promise<webcrypto.CryptoKey | undefined>>();

export const isKnownAlgorithm = (algorithm: Cbor): algorithm is number =>
  typeof algorithm === 'number' && Object.hasOwn(ALGORITHMS, algorithm);

/** The first of these keys whose signature it is, or undefined. A key of another kind than the algorithm's has signed nothing. */
export async function signerAmong(keys: readonly TrustedKey[], cose: CoseSign1): Promise<TrustedKey | undefined> {
  for (const key of keys) if (await hasSigned(key, cose)) return key;
  return undefined;
}

async function hasSigned(trusted: TrustedKey, { algorithm, signature, signed }: CoseSign1): Promise<boolean> {
  const known = isKnownAlgorithm(algorithm) ? ALGORITHMS[algorithm] : undefined;
  const jwk = jwkOf(trusted);
  if (!known || jwk?.kty !== known.kty) return false;
  const key = await (imported.get(trusted) ?? importKey(trusted, jwk, known));
  if (!key) return false;
  // Some platforms throw for a signature of another length than the key's.
  return crypto.subtle.verify(known.verify, key, signature, signed).catch(() => false);
}

function importKey(trusted: TrustedKey, jwk: Jwk, algorithm: Algorithm): Promise<webcrypto.CryptoKey | undefined> {
  // What is thrown for is no key: a point that is not on its curve, an even modulus.
  const key = crypto.subtle.importKey('jwk', jwk, algorithm.imported(jwk), false, ['verify']).catch(() => undefined);
  imported.set(trusted, key);
  return key;
}
